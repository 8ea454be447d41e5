package io.pika.testkit.differential;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replies of stream commands that tell when something was: ids made from the clock, times of delivery, idle times. They
 * are alike if nothing but these differs, and these are near.
 */
final class StreamTimes {
  private static final long TOLERANCE_MS = 5_000;
  /** An id of this century; the number behind it counts within a millisecond, and may be longer on one side. */
  private static final String ID = "\\$\\d\\d\r\n(\\d{13})-\\d+";
  /** Of a pending entry: time and count follow each other. */
  private static final String DELIVERED = ":(\\d+)(?=\r\n:\\d+\r\n)";
  private static final String SEEN = "(?<=(?:\r\nidle|\r\nseen-time)\r\n):(\\d+)";
  private static final Pattern TIME = Pattern.compile(ID + '|' + DELIVERED + '|' + SEEN);

  private StreamTimes() {}

  static boolean areNear(Call call, byte[] expected, byte[] actual) {
    return call.name().startsWith("X") && areNear(text(expected), text(actual));
  }

  private static boolean areNear(String expected, String actual) {
    Matcher one = TIME.matcher(expected);
    Matcher other = TIME.matcher(actual);
    int oneAt = 0;
    int otherAt = 0;
    while (one.find()) {
      if (!other.find() || Math.abs(time(one) - time(other)) > TOLERANCE_MS
          || !expected.substring(oneAt, one.start()).equals(actual.substring(otherAt, other.start()))) {
        return false;
      }
      oneAt = one.end();
      otherAt = other.end();
    }
    return !other.find() && expected.substring(oneAt).equals(actual.substring(otherAt));
  }

  private static long time(Matcher at) {
    for (int group = 1; group <= at.groupCount(); group++) {
      if (at.group(group) != null) {
        return Long.parseLong(at.group(group));
      }
    }
    throw new IllegalStateException("nothing was found");
  }

  private static String text(byte[] reply) {
    return new String(reply, StandardCharsets.ISO_8859_1);
  }
}
