package io.pika.node.command;

import io.pika.node.type.StreamId;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Ids of stream entries as clients write them, with all that Redis takes for a number where an id is meant. */
final class StreamIds {
  private static final RefusalException INVALID = new RefusalException(
      "ERR Invalid stream ID specified as stream command argument");
  private static final RefusalException NO_START = new RefusalException(
      "ERR invalid start ID for the interval");
  private static final RefusalException NO_END = new RefusalException("ERR invalid end ID for the interval");
  private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);
  private static final int LONGEST = 127;
  private static final long LAST_SEQ = -1;

  private StreamIds() {}

  /** {@code ms} or {@code ms-seq}. */
  static StreamId exact(byte[] text) {
    return parse(text, 0);
  }

  /** The same; null if it is none. */
  static @Nullable StreamId exactOrNull(byte[] text) {
    return parseOrNull(cut(text), 0);
  }

  /** The same, or {@code -} or {@code +} for the least and the greatest. */
  static StreamId exactOrEnd(byte[] text) {
    return end(text, 0);
  }

  /** The {@code ms} of {@code ms-*}; null: it has not that form. */
  static @Nullable Long timeOfAny(byte[] text) {
    String id = cut(text);
    int dash = id.indexOf('-');
    return dash < 0 || !id.substring(dash).equals("-*") ? null : unsigned(id.substring(0, dash));
  }

  /** Where a range begins: an id, {@code -}, or {@code (id} for the one behind it. */
  static StreamId from(byte[] text) {
    if (!isExclusive(text)) {
      return end(text, 0);
    }
    StreamId next = parse(Arrays.copyOfRange(text, 1, text.length), 0).next();
    if (next == null) {
      throw NO_START;
    }
    return next;
  }

  /** Where a range ends: an id, {@code +}, or {@code (id} for the one before it; without a number the millisecond's end. */
  static StreamId to(byte[] text) {
    if (!isExclusive(text)) {
      return end(text, LAST_SEQ);
    }
    StreamId previous = parse(Arrays.copyOfRange(text, 1, text.length), LAST_SEQ).previous();
    if (previous == null) {
      throw NO_END;
    }
    return previous;
  }

  private static boolean isExclusive(byte[] text) {
    return text.length > 1 && text[0] == '(';
  }

  private static StreamId end(byte[] text, long missingSeq) {
    String id = cut(text);
    if (id.equals("-")) {
      return StreamId.ZERO;
    }
    return id.equals("+") ? StreamId.MAX : parse(text, missingSeq);
  }

  private static StreamId parse(byte[] text, long missingSeq) {
    StreamId id = parseOrNull(cut(text), missingSeq);
    if (id == null) {
      throw INVALID;
    }
    return id;
  }

  private static @Nullable StreamId parseOrNull(String id, long missingSeq) {
    int dash = id.indexOf('-');
    Long ms = unsigned(dash < 0 ? id : id.substring(0, dash));
    Long seq = dash < 0 ? Long.valueOf(missingSeq) : unsigned(id.substring(dash + 1));
    return ms == null || seq == null ? null : new StreamId(ms, seq);
  }

  /** Redis reads up to the first zero byte; nothing that is long is an id. */
  private static String cut(byte[] text) {
    if (text.length > LONGEST) {
      return "";
    }
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.ISO_8859_1);
  }

  /** As string2ull of 7.0 has it: what is no plain number goes to C's strtoull, which lets blanks and signs pass. */
  private static @Nullable Long unsigned(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (Numbers.isLong(bytes)) {
      long value = Numbers.parseLong(bytes);
      return value < 0 ? null : value;
    }
    int at = 0;
    while (at < text.length()
        && (text.charAt(at) == ' ' || text.charAt(at) >= '\t' && text.charAt(at) <= '\r')) {
      at++;
    }
    boolean negative = at < text.length() && text.charAt(at) == '-';
    at += negative || at < text.length() && text.charAt(at) == '+' ? 1 : 0;
    String digits = text.substring(at);
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    BigInteger value = new BigInteger(digits);
    if (value.compareTo(TWO_TO_64) >= 0) {
      return null;
    }
    return negative ? -value.longValue() : value.longValue();
  }
}
