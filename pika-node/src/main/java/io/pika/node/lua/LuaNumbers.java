package io.pika.node.lua;

import io.pika.proxy.protocol.Numbers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers and their texts, as strtod and printf of C have them. */
public final class LuaNumbers {
  private static final int DIGITS = 14;

  private LuaNumbers() {}

  /** The number that a value is, or that its text says; null: none. */
  public static @Nullable Double toNumber(Object value) {
    return switch (value) {
      case Double number -> number;
      case LuaString string -> parse(string);
      default -> null;
    };
  }

  /** Longer texts are no numbers, for reading them takes time that nobody counts. */
  private static final int MAX_TEXT = 4096;

  /** The number that these bytes say, up to a zero; null: none. */
  public static @Nullable Double parse(LuaString string) {
    byte[] bytes = string.bytes();
    int from = 0;
    int to = 0;
    while (to < bytes.length && bytes[to] != 0 && to <= MAX_TEXT) {
      to++;
    }
    while (from < to && isBlank(bytes[from])) {
      from++;
    }
    while (to > from && isBlank(bytes[to - 1])) {
      to--;
    }
    int length = to > MAX_TEXT ? 0 : prefixLength(bytes, from);
    return length == 0 || from + length != to ? null : ofPrefix(bytes, from, to);
  }

  /** How many bytes from a place on are a number, as strtod of C reads it; 0: none. */
  public static int prefixLength(byte[] bytes, int from) {
    int p = from;
    if (at(bytes, p) == '-' || at(bytes, p) == '+') {
      p++;
    }
    for (String word : SPECIAL) {
      if (startsWith(bytes, p, word)) {
        return p + word.length() - from;
      }
    }
    int hexadecimal = hexadecimalEnd(bytes, p);
    int end = hexadecimal > p ? hexadecimal : floatEnd(bytes, p, 10, 'e');
    return end == p ? 0 : end - from;
  }

  private static final String[] SPECIAL = {"infinity", "inf", "nan"};

  private static int at(byte[] bytes, int p) {
    return p < bytes.length ? bytes[p] & 0xff : 0;
  }

  private static boolean startsWith(byte[] bytes, int from, String word) {
    for (int i = 0; i < word.length(); i++) {
      if ((at(bytes, from + i) | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int hexadecimalEnd(byte[] bytes, int p) {
    if (at(bytes, p) != '0' || (at(bytes, p + 1) | 0x20) != 'x') {
      return p;
    }
    int end = floatEnd(bytes, p + 2, 16, 'p');
    return end == p + 2 ? p : end;
  }

  /** The end of digits with at most one point and an exponent; the start itself if there is no digit. */
  private static int floatEnd(byte[] bytes, int from, int base, int exponentMark) {
    int p = from;
    int digits = 0;
    boolean point = false;
    while (digitOf(at(bytes, p), base) || at(bytes, p) == '.' && !point) {
      point |= at(bytes, p) == '.';
      digits += at(bytes, p) == '.' ? 0 : 1;
      p++;
    }
    if (digits == 0) {
      return from;
    }
    if ((at(bytes, p) | 0x20) == exponentMark) {
      int e = p + 1;
      if (at(bytes, e) == '-' || at(bytes, e) == '+') {
        e++;
      }
      while (digitOf(at(bytes, e), 10)) {
        e++;
        p = e;
      }
    }
    return p;
  }

  private static boolean digitOf(int c, int base) {
    return c < 128 && Character.digit(c, base) >= 0;
  }

  /** The number that bytes say of which {@link #prefixLength} said that they are one. */
  public static double ofPrefix(byte[] bytes, int from, int to) {
    String text = LuaString.of(bytes, from, to).toString();
    if (text.endsWith("n") || text.endsWith("N")) {
      return Double.longBitsToDouble(text.startsWith("-") ? NEGATIVE_NAN : POSITIVE_NAN);
    }
    return Numbers.parseUnbounded(text);
  }

  private static final long POSITIVE_NAN = 0x7ff8000000000000L;
  private static final long NEGATIVE_NAN = 0xfff8000000000000L;

  /** An unsigned whole number of 64 bits, as a C compiler for x86-64 makes it of any number. */
  public static long toUnsigned(double number) {
    if (number < 0x1p63) {
      return number >= -0x1p63 ? (long) number : Long.MIN_VALUE;
    }
    if (Double.isNaN(number)) {
      return Long.MIN_VALUE;
    }
    return number < 0x1p64 ? (long) (number - 0x1p63) ^ Long.MIN_VALUE : 0;
  }

  /** As pow of C: Java has other powers of one. */
  static double power(double base, double exponent) {
    return base == 1 || base == -1 && Double.isInfinite(exponent) ? 1 : Math.pow(base, exponent);
  }

  private static boolean isBlank(int c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  /** As tostring writes it: "%.14g". */
  static String format(double value) {
    if (value == (long) value && Math.abs(value) < 1e14 && (value != 0 || 1 / value > 0)) {
      return Long.toString((long) value);
    }
    return general(value, DIGITS, false);
  }

  static String special(double value) {
    if (Double.isNaN(value)) {
      // The processor's own NaN, that of 0/0, has its sign set, and printf shows it.
      return Double.doubleToRawLongBits(value) < 0 ? "-nan" : "nan";
    }
    return value > 0 ? "inf" : "-inf";
  }

  static boolean isSpecial(double value) {
    return Double.isNaN(value) || Double.isInfinite(value);
  }

  /** "%.{precision}g". @param keepZeros as the flag # */
  public static String general(double value, int precision, boolean keepZeros) {
    if (isSpecial(value)) {
      return special(value);
    }
    int digits = Math.max(precision, 1);
    if (value == 0) {
      return (1 / value < 0 ? "-0" : "0") + (keepZeros ? "." + "0".repeat(digits - 1) : "");
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent < -4 || exponent >= digits) {
      String text = exponential(value, digits - 1, keepZeros);
      int e = text.indexOf('e');
      return keepZeros ? text : withoutZeros(text.substring(0, e)) + text.substring(e);
    }
    String text = rounded.setScale(Math.max(digits - 1 - exponent, 0), RoundingMode.UNNECESSARY)
        .toPlainString();
    return keepZeros ? text + (text.indexOf('.') < 0 ? "." : "") : withoutZeros(text);
  }

  private static String withoutZeros(String text) {
    if (text.indexOf('.') < 0) {
      return text;
    }
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }

  /** "%.{precision}e". */
  static String exponential(double value, int precision, boolean keepPoint) {
    if (isSpecial(value)) {
      return special(value);
    }
    String digits = "0".repeat(precision + 1);
    int exponent = 0;
    if (value != 0) {
      BigDecimal rounded = new BigDecimal(Math.abs(value))
          .round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
      exponent = rounded.precision() - rounded.scale() - 1;
      BigInteger unscaled = rounded.unscaledValue();
      String text = unscaled.toString();
      digits = text.length() >= precision + 1
          ? text.substring(0, precision + 1)
          : text + "0".repeat(precision + 1 - text.length());
    }
    boolean negative = value < 0 || value == 0 && 1 / value < 0;
    return (negative ? "-" : "") + digits.charAt(0) + (precision > 0 || keepPoint ? "." : "")
        + digits.substring(1) + "e" + (exponent < 0 ? "-" : "+")
        + String.format(Locale.ROOT, "%02d", Math.abs(exponent));
  }

  /** "%.{precision}f". */
  static String fixed(double value, int precision, boolean keepPoint) {
    if (isSpecial(value)) {
      return special(value);
    }
    String text = new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
    boolean lostSign = (value < 0 || value == 0 && 1 / value < 0) && !text.startsWith("-");
    return (lostSign ? "-" : "") + text + (keepPoint && precision == 0 ? "." : "");
  }
}
