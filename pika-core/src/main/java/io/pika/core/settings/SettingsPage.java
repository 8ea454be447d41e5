package io.pika.core.settings;

import java.util.List;
import java.util.Map;

/** Writes the reference: Markdown for docs/settings.md, plain text for {@code --help}. */
public final class SettingsPage {
  private SettingsPage() {}

  public static String markdown(List<SettingsSpec> processes) {
    StringBuilder page = new StringBuilder();
    for (SettingsSpec spec : processes) {
      page.append("## ").append(spec.process()).append("\n\n");
      page.append("| setting | type | default | changeable | since | what it does |\n");
      page.append("|---|---|---|---|---|---|\n");
      for (Setting<?> row : spec.rows()) {
        page.append("| `").append(row.name()).append("` | ").append(row.typeName()).append(" | ")
            .append(shownDefault(row).isEmpty() ? "" : "`" + shownDefault(row) + "`").append(" | ")
            .append(row.isChangeable() ? "yes" : "").append(" | ").append(row.sinceVersion()).append(" | ")
            .append(cell(row.doc() + " " + sentence(row.allowed()))).append(" |\n");
      }
      page.append('\n');
      spec.removed().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(
          old -> page.append("Removed: `").append(old.getKey()).append("`: ").append(old.getValue())
              .append("\n\n"));
    }
    return page.toString();
  }

  static String plain(SettingsSpec spec) {
    StringBuilder text = new StringBuilder();
    for (Setting<?> row : spec.rows()) {
      text.append("  ").append(row.name()).append(" = ").append(shownDefault(row)).append('\n');
      text.append("      ").append(row.doc()).append(' ').append(sentence(row.allowed()))
          .append(row.isChangeable() ? " Changeable at run time." : "").append('\n');
    }
    return text.toString();
  }

  private static <T> String shownDefault(Setting<T> row) {
    return row.format(row.defaultValue());
  }

  private static String sentence(String allowed) {
    return Character.toUpperCase(allowed.charAt(0)) + allowed.substring(1) + ".";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
