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
  static @Nullable Double toNumber(Object value) {
    return switch (value) {
      case Double number -> number;
      case LuaString string -> parse(string);
      default -> null;
    };
  }

  /** The number that these bytes say; null: none. */
  static @Nullable Double parse(LuaString string) {
    if (string.length() > 512) {
      return null;
    }
    int from = 0;
    int to = string.length();
    while (from < to && isBlank(string.at(from))) {
      from++;
    }
    while (to > from && isBlank(string.at(to - 1))) {
      to--;
    }
    if (from == to) {
      return null;
    }
    String text = LuaString.of(string.bytes(), from, to).toString();
    String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (unsigned.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    double value = Numbers.parseUnbounded(text);
    return Double.isNaN(value) ? null : value;
  }

  /** The number that a text says; null: none. */
  public static @Nullable Double parse(String text) {
    return parse(LuaString.of(text));
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
    return keepZeros ? text : withoutZeros(text);
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
