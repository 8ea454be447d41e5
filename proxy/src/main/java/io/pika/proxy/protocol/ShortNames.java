package io.pika.proxy.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Commands by their name as one number, which is read and compared at once: those of at most eight letters and nothing
 * else, which are nearly all that is sent.
 */
final class ShortNames {
  static final int LONGEST = Long.BYTES;
  /** Takes lower case letters to upper case, and nothing but a letter to a letter. */
  private static final long UPPER = 0xdfdfdfdfdfdfdfdfL;
  private static final int PLACES = 2048;

  private final long[] words = new long[PLACES];
  private final @Nullable Command[] commands = new @Nullable Command[PLACES];

  void add(byte[] upperCaseName, Command command) {
    long word = 0;
    for (byte letter : upperCaseName) {
      if (letter < 'A' || letter > 'Z' || upperCaseName.length > LONGEST) {
        return;
      }
      word = word << Byte.SIZE | letter;
    }
    int place = place(word);
    while (commands[place] != null) {
      place = (place + 1) % PLACES;
    }
    words[place] = word;
    commands[place] = command;
  }

  /**
   * Null: there is none, or it is not among these.
   *
   * @param eight the first letter of the name in the highest byte; what follows the name does not count
   * @param length 1 to {@link #LONGEST}
   */
  @Nullable
  Command find(long eight, int length) {
    long word = (eight & UPPER) >>> Long.SIZE - Byte.SIZE * length;
    int place = place(word);
    while (commands[place] != null && words[place] != word) {
      place = (place + 1) % PLACES;
    }
    return commands[place];
  }

  private static int place(long word) {
    return (int) (word * 0x9e3779b97f4a7c15L >>> 53);
  }
}
