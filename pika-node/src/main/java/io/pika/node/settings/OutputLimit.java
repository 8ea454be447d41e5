package io.pika.node.settings;

import io.pika.core.settings.SettingType;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * How many bytes of replies may wait for a client that does not fetch them (Redis:
 * client-output-buffer-limit), written {@code normal 1gb 256mb 60 pubsub 32mb 8mb 60}: one group of words for each kind
 * of client, in any order; a kind that is not named has its default.
 *
 * @param hardBytes beyond it the client is disconnected at once; 0: no limit
 * @param softBytes beyond it for {@code softSeconds} the client is disconnected; 0: no limit
 */
public record OutputLimit(long hardBytes, long softBytes, long softSeconds) {
  private static final int GROUP = 4;

  /** Whom a limit is for. */
  public enum Of {
    NORMAL(new OutputLimit(1L << 30, 256L << 20, 60)),
    /** Subscribers. */
    PUBSUB(new OutputLimit(32L << 20, 8L << 20, 60));

    private final OutputLimit standard;

    Of(OutputLimit standard) {
      this.standard = standard;
    }
  }

  /** Reads one kind's limit; anything that is not of that form is an {@link IllegalArgumentException}. */
  public static OutputLimit parse(Of of, String text) {
    return parse(text).getOrDefault(of, of.standard);
  }

  private static Map<Of, OutputLimit> parse(String text) {
    String[] words = text.strip().split("\\s+");
    if (words.length % GROUP != 0) {
      throw new IllegalArgumentException(text);
    }
    Map<Of, OutputLimit> limits = new EnumMap<>(Of.class);
    for (int i = 0; i < words.length; i += GROUP) {
      OutputLimit limit = new OutputLimit(SettingType.BYTES.parse().apply(words[i + 1]),
          SettingType.BYTES.parse().apply(words[i + 2]), Long.parseLong(words[i + 3]));
      if (limit.softSeconds < 0 || limits.put(kind(words[i]), limit) != null) {
        throw new IllegalArgumentException(text);
      }
    }
    return limits;
  }

  private static Of kind(String word) {
    for (Of of : Of.values()) {
      if (of.name().toLowerCase(Locale.ROOT).equals(word)) {
        return of;
      }
    }
    throw new IllegalArgumentException(word);
  }

  public static boolean isValid(String text) {
    try {
      parse(text);
      return true;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }
}
