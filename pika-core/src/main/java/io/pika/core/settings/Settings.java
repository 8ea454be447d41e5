package io.pika.core.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the settings of a process are set to: the default, else the line of the file, else {@code --set}, else the
 * last change while it runs. Thread-safe; {@link #get} is cheap but not for hot paths: take the value once and
 * {@link #onChange listen}.
 */
public final class Settings {
  private static final String REDACTED = "(hidden)";

  /** @param origin where it came from: {@code default}, {@code file:line}, {@code --set}, {@code changed} */
  private record Value(Object value, String origin) {}

  private record Listener(Setting<?> setting, Consumer<Object> told) {}

  private final SettingsSpec spec;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  /** Replaced as a whole, so that a change of several is seen as one. */
  private volatile Map<Setting<?>, Value> values;

  private Settings(SettingsSpec spec, Map<Setting<?>, Value> values) {
    this.spec = spec;
    this.values = values;
  }

  /**
   * @param file null when there is none
   * @param assignments {@code name=value}, as after {@code --set}; the later wins
   * @throws SettingsException names every problem at once
   */
  public static Settings load(SettingsSpec spec, @Nullable Path file, List<String> assignments)
      throws SettingsException {
    Map<Setting<?>, Value> values = new IdentityHashMap<>();
    for (Setting<?> row : spec.rows()) {
      values.put(row, new Value(row.defaultValue(), "default"));
    }
    List<String> problems = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (SettingsFile.Line line : file == null ? List.<SettingsFile.Line>of() : SettingsFile.read(file)) {
      String where = file + ":" + line.line();
      Integer before = seen.putIfAbsent(line.name(), line.line());
      if (before != null) {
        problems.add(where + ": " + line.name() + " stands in line " + before + " already");
      } else {
        put(spec, values, line.name(), line.value(), where, problems);
      }
    }
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals <= 0) {
        problems.add("--set " + assignment + ": write it as --set name=value");
      } else {
        put(spec, values, assignment.substring(0, equals), assignment.substring(equals + 1), "--set",
            problems);
      }
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return new Settings(spec, values);
  }

  /** For tests and tools: defaults but for the given {@code name=value}. */
  public static Settings of(SettingsSpec spec, String... assignments) {
    try {
      return load(spec, null, List.of(assignments));
    } catch (SettingsException refused) {
      throw new IllegalArgumentException(refused.getMessage(), refused);
    }
  }

  /**
   * What a process that reads this file has for one setting, for others who must know it: the default if there is no file, or
   * if the process will refuse it, which it does with better words.
   */
  public static <T> T peek(Setting<T> setting, Path file) {
    if (!Files.exists(file)) {
      return setting.defaultValue();
    }
    try {
      for (SettingsFile.Line line : SettingsFile.read(file)) {
        if (line.name().equals(setting.name())) {
          return setting.parse(line.value());
        }
      }
    } catch (SettingsException | IllegalArgumentException refused) {
      return setting.defaultValue();
    }
    return setting.defaultValue();
  }

  private static void put(SettingsSpec spec, Map<Setting<?>, Value> values, String name, String text,
      String where,
      List<String> problems) {
    Setting<?> row = spec.find(name);
    if (row == null) {
      problems.add(where + ": " + spec.unknown(name));
      return;
    }
    try {
      values.put(row, new Value(row.parse(text), where));
    } catch (IllegalArgumentException refused) {
      String shown = row.isSecret() ? "its value" : "\"" + text + "\"";
      problems
          .add(where + ": " + name + ": " + shown + " is not allowed; it must be " + refused.getMessage());
    }
  }

  @SuppressWarnings("unchecked") // put() stores under a row only what that row has parsed
  public <T> T get(Setting<T> setting) {
    return (T) value(setting).value();
  }

  /** As a settings file takes it; a secret is hidden. */
  public String text(Setting<?> setting) {
    return setting.isSecret() ? REDACTED : formatted(setting);
  }

  private <T> String formatted(Setting<T> setting) {
    return setting.format(get(setting));
  }

  /** Where the value comes from: {@code default}, {@code file:line}, {@code --set} or {@code changed}. */
  public String origin(Setting<?> setting) {
    return value(setting).origin();
  }

  private Value value(Setting<?> setting) {
    Value value = values.get(setting);
    if (value == null) {
      throw new IllegalStateException(spec.process() + " does not list the setting " + setting.name());
    }
    return value;
  }

  /**
   * Changes settings while the process runs, all or none; listeners are told in the calling thread before it
   * returns.
   *
   * @param texts by name, as a settings file takes them
   */
  public synchronized void change(Map<String, String> texts) throws SettingsException {
    List<String> problems = new ArrayList<>();
    Map<Setting<?>, Value> changed = new LinkedHashMap<>();
    texts.forEach((name, text) -> {
      Setting<?> row = spec.find(name);
      if (row != null && !row.isChangeable()) {
        problems.add(name + " cannot be changed while the process runs; change the file and start it again");
      } else {
        put(spec, changed, name, text, "changed", problems);
      }
    });
    if (!problems.isEmpty()) {
      throw new SettingsException(
          problems.stream().map(each -> each.replaceFirst("^changed: ", "")).toList());
    }
    Map<Setting<?>, Value> next = new IdentityHashMap<>(values);
    next.putAll(changed);
    values = next;
    changed.forEach((setting, value) -> {
      for (Listener listener : listeners) {
        if (listener.setting() == setting) {
          listener.told().accept(value.value());
        }
      }
    });
  }

  /** Tells of every later change of a changeable setting; not of the value it has now. */
  @SuppressWarnings("unchecked")
  public <T> void onChange(Setting<T> setting, Consumer<T> told) {
    if (!setting.isChangeable()) {
      throw new IllegalStateException(setting.name() + " never changes");
    }
    listeners.add(new Listener(setting, value -> told.accept((T) value)));
  }

  public SettingsSpec spec() {
    return spec;
  }
}
