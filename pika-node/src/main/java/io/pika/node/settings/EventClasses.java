package io.pika.node.settings;

/**
 * Which events of keys are published (Redis: notify-keyspace-events), by the letters of Redis 7.0: K and E say on which
 * channels, the others which classes of events.
 */
public record EventClasses(String letters) {
  public static final char KEYSPACE = 'K';
  public static final char KEYEVENT = 'E';
  private static final String KNOWN = "Ag$lshzxeKEtmdn";
  /** What A stands for. */
  private static final String ALL = "g$lshzxetd";

  /** Reads the setting; an unknown letter is an {@link IllegalArgumentException}. */
  public static EventClasses parse(String text) {
    if (!isValid(text)) {
      throw new IllegalArgumentException(text);
    }
    return new EventClasses(text.replace("A", ALL));
  }

  public static boolean isValid(String text) {
    return text.chars().allMatch(letter -> KNOWN.indexOf(letter) >= 0);
  }

  public boolean has(char letter) {
    return letters.indexOf(letter) >= 0;
  }

  /** Whether anything is published at all. */
  public boolean isOn() {
    boolean somewhere = has(KEYSPACE) || has(KEYEVENT);
    return somewhere && letters.chars().anyMatch(letter -> letter != KEYSPACE && letter != KEYEVENT);
  }
}
