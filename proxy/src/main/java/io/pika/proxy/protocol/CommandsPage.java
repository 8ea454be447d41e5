package io.pika.proxy.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the reference of all commands for docs/commands.md from the command table. */
public final class CommandsPage {
  private CommandsPage() {}

  public static String markdown() {
    Map<String, List<Command>> groups = new LinkedHashMap<>();
    for (Command command : Command.values()) {
      groups.computeIfAbsent(command.spec().group().redisName(), _ -> new ArrayList<>()).add(command);
    }
    StringBuilder page = new StringBuilder();
    addCounts(page);
    groups.forEach((group, commands) -> addGroup(page, group, commands));
    return page.toString();
  }

  private static void addCounts(StringBuilder page) {
    page.append("| | commands |\n|---|---|\n");
    for (Support support : Support.values()) {
      long count = List.of(Command.values()).stream().filter(row -> row.support() == support).count();
      page.append("| ").append(name(support)).append(" | ").append(count).append(" |\n");
    }
    page.append('\n');
  }

  private static void addGroup(StringBuilder page, String group, List<Command> commands) {
    page.append("## ").append(group).append("\n\n");
    page.append("| command | arguments | | time | since | what it does |\n|---|---|---|---|---|---|\n");
    for (Command command : commands) {
      addRow(page, command.spec());
      command.subCommands().forEach(row -> addRow(page, row.spec()));
    }
    page.append('\n');
  }

  private static void addRow(StringBuilder page, CommandSpec spec) {
    CommandDocs.Doc doc = CommandDocs.of(spec);
    page.append("| `").append(spec.redisName().replace('|', ' ').toUpperCase(Locale.ROOT))
        .append("` | ").append(arguments(spec.arity()))
        .append(" | ").append(name(spec.support()))
        .append(" | ").append(doc.complexity().replace("*", "\\*"))
        .append(" | ").append(doc.since())
        .append(" | ").append(doc.summary());
    if (spec.support() == Support.REFUSED) {
      page.append(" *Refused: ").append(spec.note()).append(".*");
    }
    if (doc.deprecated()) {
      page.append(" Deprecated since ").append(doc.deprecatedSince()).append(": ").append(doc.replacedBy())
          .append('.');
    }
    page.append(" |\n");
  }

  /** How many there are with the name. */
  private static String arguments(int arity) {
    return arity < 0 ? "≥ " + -arity : "" + arity;
  }

  private static String name(Support support) {
    return switch (support) {
      case SERVED -> "served";
      case SPLIT -> "split";
      case BROADCAST -> "broadcast";
      case REFUSED -> "refused";
    };
  }
}
