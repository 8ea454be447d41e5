package io.pika.proxy.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Numbers as Redis reads and writes them (util.c of 7.0). */
public final class Numbers {
  /** Most bytes of a whole number: sign and 19 digits. */
  static final int LONGEST = 20;

  /** Counters are mostly small: their texts are made once. */
  private static final byte[][] SMALL = new byte[1024][];

  static {
    for (int i = 0; i < SMALL.length; i++) {
      SMALL[i] = Integer.toString(i).getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  private Numbers() {}

  /** True if {@link #parseLong} takes it: decimal, 64 bits, no blanks, no plus sign, no leading zeros. */
  public static boolean isLong(byte[] text) {
    int length = text.length;
    if (length == 0 || length > LONGEST) {
      return false;
    }
    if (text[0] == '0') {
      return length == 1;
    }
    boolean negative = text[0] == '-';
    int first = negative ? 1 : 0;
    if (first == length || text[first] == '0') {
      return false;
    }
    for (int i = first; i < length; i++) {
      if (text[i] < '0' || text[i] > '9') {
        return false;
      }
    }
    if (length - first < 19) {
      return true;
    }
    // Nineteen digits or more: right if the value did not wrap around, which shows in its sign.
    return length - first == 19 && (negative ? parseLong(text) < 0 : parseLong(text) > 0);
  }

  /** The value of a text for which {@link #isLong} is true. */
  public static long parseLong(byte[] text) {
    boolean negative = text[0] == '-';
    long value = 0;
    for (int i = negative ? 1 : 0; i < text.length; i++) {
      value = value * 10 - (text[i] - '0');
    }
    return negative ? value : -value;
  }

  /** The text that {@link #parseLong} reads back; read only, for texts of small numbers are shared. */
  public static byte[] format(long value) {
    if (value >= 0 && value < SMALL.length) {
      return SMALL[(int) value];
    }
    // Counting with negative numbers, for they reach one further.
    long rest = value < 0 ? value : -value;
    int size = value < 0 ? 2 : 1;
    for (long left = rest / 10; left != 0; left /= 10) {
      size++;
    }
    byte[] text = new byte[size];
    for (int i = size - 1; rest != 0; i--) {
      text[i] = (byte) ('0' - rest % 10);
      rest /= 10;
    }
    if (value < 0) {
      text[0] = '-';
    }
    return text;
  }

  /**
   * A floating point number as C's strtod reads it, the whole text: decimal, hexadecimal, inf.
   *
   * @return NaN if it is not one, or is "nan", or is out of range
   */
  public static double parseDouble(byte[] text) {
    String number = new String(text, StandardCharsets.ISO_8859_1);
    double value = parseUnbounded(number);
    boolean tooBig = Double.isInfinite(value) && !number.toLowerCase(Locale.ROOT).contains("inf");
    boolean vanished = value == 0 && hasDigit(number);
    return tooBig || vanished ? Double.NaN : value;
  }

  /**
   * The same number, but what is too big is infinite and what is too small is 0.
   *
   * @return NaN if it is not one, or is "nan"
   */
  public static double parseUnbounded(String number) {
    String unsigned = number.startsWith("+") || number.startsWith("-") ? number.substring(1) : number;
    double sign = number.startsWith("-") ? -1 : 1;
    if (unsigned.equalsIgnoreCase("inf") || unsigned.equalsIgnoreCase("infinity")) {
      return sign * Double.POSITIVE_INFINITY;
    }
    boolean hexadecimal = unsigned.startsWith("0x") || unsigned.startsWith("0X");
    if (!isFloat(unsigned, hexadecimal)) {
      return Double.NaN;
    }
    boolean exponent = !hexadecimal || unsigned.indexOf('p') > 0 || unsigned.indexOf('P') > 0;
    return sign * Double.parseDouble(exponent ? unsigned : unsigned + "p0");
  }

  /** Digits with at most one point among them, then perhaps an exponent. */
  private static boolean isFloat(String text, boolean hexadecimal) {
    int i = hexadecimal ? 2 : 0;
    int digits = 0;
    int points = 0;
    while (i < text.length() && (text.charAt(i) == '.' || isDigit(text.charAt(i), hexadecimal))) {
      if (text.charAt(i++) == '.') {
        points++;
      } else {
        digits++;
      }
    }
    if (digits == 0 || points > 1) {
      return false;
    }
    if (i == text.length()) {
      return true;
    }
    if (Character.toLowerCase(text.charAt(i++)) != (hexadecimal ? 'p' : 'e')) {
      return false;
    }
    if (i < text.length() && (text.charAt(i) == '+' || text.charAt(i) == '-')) {
      i++;
    }
    int first = i;
    while (i < text.length() && isDigit(text.charAt(i), false)) {
      i++;
    }
    return i == text.length() && i > first;
  }

  private static boolean isDigit(char c, boolean hexadecimal) {
    return c >= '0' && c <= '9' || hexadecimal && (c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F');
  }

  /** True if a number has a digit other than zero before the exponent. */
  private static boolean hasDigit(String number) {
    String text = number.toLowerCase(Locale.ROOT);
    boolean hexadecimal = text.contains("x");
    for (int i = hexadecimal ? text.indexOf('x') + 1 : 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == (hexadecimal ? 'p' : 'e')) {
        return false;
      }
      if (c != '0' && isDigit(c, hexadecimal)) {
        return true;
      }
    }
    return false;
  }
}
