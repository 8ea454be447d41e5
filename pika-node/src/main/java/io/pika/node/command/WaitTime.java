package io.pika.node.command;

import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;

/** How long a command waits, read as timeout.c of Redis 7.0 reads it. */
public final class WaitTime {
  /** The text says nothing that could be waited for; the command itself finds the words. */
  public static final long NONE = -1;
  private static final RefusalException NOT_A_FLOAT = new RefusalException(
      "ERR timeout is not a float or out of range");
  private static final RefusalException OUT_OF_RANGE = new RefusalException("ERR timeout is out of range");
  private static final RefusalException NEGATIVE = new RefusalException("ERR timeout is negative");
  /** What no signed number of 64 bits holds, which Redis takes for a negative one. */
  private static final double TOO_MUCH_MS = 0x1p63;
  /** Any later end would be beyond the last instant that a clock of milliseconds has, about. */
  private static final double LATEST_MS = TOO_MUCH_MS - 4e12;

  private WaitTime() {}

  /** Milliseconds of a text in seconds, rounded up; 0: for ever. {@link #NONE}: it is none. */
  public static long ofSeconds(byte[] text) {
    double ms = Math.ceil(Numbers.parseDouble(text) * 1000);
    return ms >= 0 && ms < LATEST_MS ? (long) ms : NONE;
  }

  /** Milliseconds of a text in milliseconds. */
  public static long ofMillis(byte[] text) {
    long ms = Numbers.isLong(text) ? Numbers.parseLong(text) : NONE;
    return ms >= 0 && ms < LATEST_MS ? ms : NONE;
  }

  /** A text in seconds must be one. */
  static void check(byte[] text) {
    double seconds = Numbers.parseDouble(text);
    if (Double.isNaN(seconds)) {
      throw NOT_A_FLOAT;
    }
    double ms = Math.ceil(seconds * 1000);
    if (ms < 0 || ms >= TOO_MUCH_MS) {
      throw NEGATIVE;
    }
    if (ms >= LATEST_MS) {
      throw OUT_OF_RANGE;
    }
  }
}
