package io.pika.node.command;

import io.pika.proxy.protocol.RefusalException;
import java.nio.charset.StandardCharsets;

/** The cursor in HSCAN, SSCAN and ZSCAN, read as Redis reads it with C's {@code strtoul}. */
final class ElementCursor {
  private static final RefusalException INVALID = new RefusalException("ERR invalid cursor");
  /** What no scan has given: beyond the end. */
  static final long BEYOND = Long.MAX_VALUE;

  private ElementCursor() {}

  /** From 0 to {@link #BEYOND}. What stands behind a zero byte does not count, and nothing is 0. */
  static long parse(byte[] text) {
    String number = new String(text, StandardCharsets.ISO_8859_1);
    int end = number.indexOf(0);
    number = end < 0 ? number : number.substring(0, end);
    if (number.isEmpty()) {
      return 0;
    }
    boolean signed = number.startsWith("-") || number.startsWith("+");
    String digits = signed ? number.substring(1) : number;
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw INVALID;
    }
    try {
      long cursor = Long.parseUnsignedLong(digits);
      long value = number.startsWith("-") ? -cursor : cursor;
      return value < 0 ? BEYOND : value;
    } catch (NumberFormatException tooBig) {
      throw INVALID;
    }
  }
}
