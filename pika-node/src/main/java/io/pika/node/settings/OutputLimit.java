package io.pika.node.settings;

import io.pika.core.settings.SettingType;
import java.util.List;

/**
 * How many bytes of replies may wait for a client that does not fetch them (Redis:
 * client-output-buffer-limit), written {@code normal 1gb 256mb 60}.
 *
 * @param hardBytes beyond it the client is disconnected at once; 0: no limit
 * @param softBytes beyond it for {@code softSeconds} the client is disconnected; 0: no limit
 */
public record OutputLimit(long hardBytes, long softBytes, long softSeconds) {
  private static final List<String> WORDS = List.of("normal");

  /** Reads that form; anything else is an {@link IllegalArgumentException}. */
  public static OutputLimit parse(String text) {
    String[] words = text.strip().split("\\s+");
    if (words.length != 4 || !WORDS.contains(words[0])) {
      throw new IllegalArgumentException(text);
    }
    long seconds = Long.parseLong(words[3]);
    if (seconds < 0) {
      throw new IllegalArgumentException(text);
    }
    return new OutputLimit(SettingType.BYTES.parse().apply(words[1]),
        SettingType.BYTES.parse().apply(words[2]), seconds);
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
