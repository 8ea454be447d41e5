package io.pika.core.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All settings of one process, in the order of its reference page.
 *
 * @param process its name, {@code pika-node}
 * @param removed names that were settings once, each with what to do instead (a sentence)
 */
public record SettingsSpec(String process, List<Setting<?>> rows, Map<String, String> removed) {
  public SettingsSpec {
    rows = List.copyOf(rows);
    removed = Map.copyOf(removed);
    Map<String, Setting<?>> seen = new LinkedHashMap<>();
    for (Setting<?> row : rows) {
      if (seen.put(row.name(), row) != null || removed.containsKey(row.name())) {
        throw new IllegalStateException("two rows for the setting " + row.name());
      }
    }
  }

  public static SettingsSpec of(String process, Setting<?>... rows) {
    return new SettingsSpec(process, List.of(rows), Map.of());
  }

  /** The same with a name that is refused from now on, with a hint such as {@code "use port instead"}. */
  public SettingsSpec removed(String name, String hint) {
    Map<String, String> more = new LinkedHashMap<>(removed);
    more.put(name, hint);
    return new SettingsSpec(process, rows, Collections.unmodifiableMap(more));
  }

  public @Nullable Setting<?> find(String name) {
    for (Setting<?> row : rows) {
      if (row.name().equals(name)) {
        return row;
      }
    }
    return null;
  }

  /** Why a name is not taken, and what was probably meant. */
  String unknown(String name) {
    String hint = removed.get(name);
    if (hint != null) {
      return "the setting " + name + " was removed: " + hint;
    }
    String near = NearMiss.find(name, rows.stream().map(Setting::name).toList());
    return "there is no setting " + name
        + (near == null ? "; " + process + " --help lists all" : "; did you mean " + near + "?");
  }
}
