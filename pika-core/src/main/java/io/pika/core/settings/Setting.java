package io.pika.core.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * One setting of a process. Rows are constants:
 *
 * <pre>{@code
 * static final Setting<Integer> PORT = Setting.port("port", 9221, "Clients connect here.");
 * static final Setting<Long> LIMIT = Setting.bytes("memory-tier", "64mb", "...").between("1mb", "64gb").changeable();
 * }</pre>
 *
 * Two rows are equal only if they are the same object.
 */
public final class Setting<T> {
  private static final String FIRST_VERSION = "0.1";

  private final String name;
  private final SettingType<T> type;
  private final T defaultValue;
  private final String allowed;
  private final Predicate<T> check;
  private final String doc;
  private final Traits traits;

  /** What does not change how a value is read. */
  private record Traits(boolean changeable, boolean secret, String since) {}

  private Setting(String name, SettingType<T> type, T defaultValue, String allowed, Predicate<T> check,
      String doc,
      Traits traits) {
    this.name = name;
    this.type = type;
    this.defaultValue = defaultValue;
    this.allowed = allowed;
    this.check = check;
    this.doc = doc;
    this.traits = traits;
  }

  private static <T> Setting<T> row(String name, SettingType<T> type, T defaultValue, String doc) {
    return new Setting<>(name, type, defaultValue, type.allowed(), any -> true, doc,
        new Traits(false, false, FIRST_VERSION));
  }

  public static Setting<Integer> integer(String name, int defaultValue, String doc) {
    return row(name, SettingType.INT, defaultValue, doc);
  }

  /** 1 to 65535, and 0 for any free one. */
  public static Setting<Integer> port(String name, int defaultValue, String doc) {
    return integer(name, defaultValue, doc).check(port -> port >= 0 && port <= 65535,
        "a port from 1 to 65535, or 0 for any free one");
  }

  /** A size in bytes; the default in the words of a settings file, such as {@code "64mb"}. */
  public static Setting<Long> bytes(String name, String defaultValue, String doc) {
    return row(name, SettingType.BYTES, SettingType.BYTES.parse().apply(defaultValue), doc);
  }

  /** A duration in milliseconds or coarser; the default in the words of a settings file, such as {@code "5s"}. */
  public static Setting<Duration> duration(String name, String defaultValue, String doc) {
    return row(name, SettingType.DURATION, SettingType.DURATION.parse().apply(defaultValue), doc);
  }

  public static Setting<Boolean> bool(String name, boolean defaultValue, String doc) {
    return row(name, SettingType.BOOL, defaultValue, doc);
  }

  public static Setting<String> string(String name, String defaultValue, String doc) {
    return row(name, SettingType.STRING, defaultValue, doc);
  }

  public static <E extends Enum<E>> Setting<E> choice(String name, E defaultValue, String doc) {
    return row(name, SettingType.choice(defaultValue.getDeclaringClass()), defaultValue, doc);
  }

  /** Several {@code host:port} with commas between, or a YAML list; the default may be empty. */
  public static Setting<List<HostPort>> addresses(String name, String defaultValue, String doc) {
    return row(name, SettingType.ADDRESSES, SettingType.ADDRESSES.parse().apply(defaultValue), doc);
  }

  /** A relative path is relative to the directory that the process was started in. */
  public static Setting<Path> path(String name, String defaultValue, String doc) {
    return row(name, SettingType.PATH, Path.of(defaultValue), doc);
  }

  /** Bounds, both inclusive, in the words of a settings file. */
  public Setting<T> between(String low, String high) {
    T least = type.parse().apply(low);
    T most = type.parse().apply(high);
    return check(value -> compare(value, least) >= 0 && compare(value, most) <= 0,
        allowed + " from " + low + " to " + high);
  }

  /** A rule of its own; {@code allowedText} ends the sentence "it must be ...". */
  public Setting<T> check(Predicate<T> rule, String allowedText) {
    Setting<T> checked = new Setting<>(name, type, defaultValue, allowedText, check.and(rule), doc, traits);
    if (!checked.check.test(defaultValue)) {
      throw new IllegalStateException("the default of " + name + " is not " + allowedText);
    }
    return checked;
  }

  /** May be changed while the process runs (CONFIG SET). */
  public Setting<T> changeable() {
    return with(new Traits(true, traits.secret, traits.since));
  }

  /** Never shown: neither in logs nor to CONFIG GET. */
  public Setting<T> secret() {
    return with(new Traits(traits.changeable, true, traits.since));
  }

  public Setting<T> since(String version) {
    return with(new Traits(traits.changeable, traits.secret, version));
  }

  private Setting<T> with(Traits changed) {
    return new Setting<>(name, type, defaultValue, allowed, check, doc, changed);
  }

  /** @throws IllegalArgumentException whose message is what is allowed, to end the sentence "it must be ..." */
  T parse(String text) {
    T value;
    try {
      value = type.parse().apply(text.strip());
    } catch (IllegalArgumentException refused) {
      throw new IllegalArgumentException(allowed, refused);
    }
    if (!check.test(value)) {
      throw new IllegalArgumentException(allowed);
    }
    return value;
  }

  /** The value as a settings file takes it, also of a secret. */
  public String format(T value) {
    return type.format().apply(value);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static int compare(Object left, Object right) {
    return ((Comparable) left).compareTo(right);
  }

  public String name() {
    return name;
  }

  public String typeName() {
    return type.name();
  }

  public T defaultValue() {
    return defaultValue;
  }

  /** What may stand there; ends the sentence "it must be ...". */
  public String allowed() {
    return allowed;
  }

  public boolean isChangeable() { return traits.changeable; }

  public boolean isSecret() { return traits.secret; }

  /** Version that it came with. */
  public String sinceVersion() {
    return traits.since;
  }

  public String doc() {
    return doc;
  }

  @Override
  public String toString() {
    return name;
  }
}
