package io.pika.core.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the values of a setting are read and written. {@code format} gives what {@code parse} takes.
 *
 * @param name for the reference page
 * @param allowed what may stand there, as the end of the sentence "it must be ..."
 * @param parse throws {@link IllegalArgumentException} for what is not allowed
 */
public record SettingType<T>(String name, String allowed, Function<String, T> parse,
    Function<T, String> format) {
  /** Units of Redis's configuration: {@code k} is 1000, {@code kb} is 1024. */
  private static final Map<String, Long> BYTE_UNITS = Map.ofEntries(Map.entry("", 1L), Map.entry("b", 1L),
      Map.entry("k", 1000L), Map.entry("kb", 1L << 10), Map.entry("m", 1000_000L), Map.entry("mb", 1L << 20),
      Map.entry("g", 1000_000_000L), Map.entry("gb", 1L << 30), Map.entry("t", 1000_000_000_000L),
      Map.entry("tb", 1L << 40));
  private static final Map<String, Long> DURATION_UNITS_MS = Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h",
      3600_000L, "d", 86_400_000L);
  private static final List<String> WRITTEN_BYTE_UNITS = List.of("tb", "gb", "mb", "kb");
  private static final List<String> WRITTEN_DURATION_UNITS = List.of("d", "h", "m", "s", "ms");
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,18})\\s*([a-zA-Z]*)");

  static final SettingType<Integer> INT = new SettingType<>("int", "a whole number", Integer::valueOf,
      String::valueOf);
  static final SettingType<Boolean> BOOL = new SettingType<>("bool", "yes or no", SettingType::parseBool,
      value -> value ? "yes" : "no");
  static final SettingType<String> STRING = new SettingType<>("string", "text", text -> text, text -> text);
  public static final SettingType<Long> BYTES = new SettingType<>("bytes",
      "a size such as 4096, 512kb, 64mb or 2gb",
      text -> withUnit(text, BYTE_UNITS), SettingType::formatBytes);
  static final SettingType<Duration> DURATION = new SettingType<>("duration",
      "a time with its unit such as 500ms, 5s, 10m, 2h or 1d",
      SettingType::parseDuration, SettingType::formatDuration);
  static final SettingType<List<HostPort>> ADDRESSES = new SettingType<>("host:port, ...",
      "host:port, several with commas between", SettingType::parseAddresses,
      list -> list.stream().map(HostPort::toString).collect(Collectors.joining(",")));
  static final SettingType<Path> PATH = new SettingType<>("path", "a path", Path::of, Path::toString);

  /** Constants are written in lower case with {@code -} for {@code _}. */
  static <E extends Enum<E>> SettingType<E> choice(Class<E> type) {
    E[] constants = type.getEnumConstants();
    String allowed = Arrays.stream(constants).map(SettingType::word).collect(Collectors.joining(", "));
    return new SettingType<>("choice", "one of " + allowed,
        text -> Arrays.stream(constants).filter(each -> word(each).equals(text.toLowerCase(Locale.ROOT)))
            .findFirst().orElseThrow(() -> new IllegalArgumentException("one of " + allowed)),
        SettingType::word);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean parseBool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "yes", "true", "on" -> true;
      case "no", "false", "off" -> false;
      default -> throw new IllegalArgumentException("yes or no");
    };
  }

  private static List<HostPort> parseAddresses(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).filter(part -> !part.isEmpty())
        .map(HostPort::parse).toList();
  }

  private static Duration parseDuration(String text) {
    return text.equals("0") ? Duration.ZERO : Duration.ofMillis(withUnit(text, DURATION_UNITS_MS));
  }

  private static long withUnit(String text, Map<String, Long> units) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
    Long unit = matcher.matches() ? units.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("unknown number or unit in " + text);
    }
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    } catch (ArithmeticException tooBig) {
      throw new IllegalArgumentException("too big", tooBig);
    }
  }

  private static String formatBytes(long bytes) {
    for (String unit : WRITTEN_BYTE_UNITS) {
      long size = BYTE_UNITS.getOrDefault(unit, 1L);
      if (bytes != 0 && bytes % size == 0) {
        return bytes / size + unit;
      }
    }
    return Long.toString(bytes);
  }

  private static String formatDuration(Duration duration) {
    long ms = duration.toMillis();
    for (String unit : WRITTEN_DURATION_UNITS) {
      long size = DURATION_UNITS_MS.getOrDefault(unit, 1L);
      if (ms != 0 && ms % size == 0) {
        return ms / size + unit;
      }
    }
    return "0";
  }
}
