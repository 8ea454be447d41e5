package io.pika.node.type;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A number as Redis computes INCRBYFLOAT: the x87 extended format (64 bits of significand, exponents -16445 to
 * 16383), read as C's {@code strtold} reads it and written as {@code %.17Lf} without the zeros at the end.
 * Arithmetic is exact and then rounded once to the nearest, ties to even, so results are the same bytes on
 * every machine, also where the processor has no such format.
 *
 * <p>The value is {@code significand * 2^exponent}. Immutable.
 */
public final class LongDouble {
  private static final int SIGNIFICAND_BITS = 64;
  private static final int EXPONENT_MIN = -16445;
  /** 2 to this is the first value that is too big. */
  private static final int TOO_BIG_EXPONENT = 16384;
  /** Decimal orders of magnitude that are certainly beyond the format. */
  private static final int DECIMAL_ORDER_MAX = 5_000;
  private static final int EXPONENT_TEXT_MAX = 9;
  private static final int FRACTION_DIGITS = 17;
  /** Redis reads no longer number than its buffer holds. */
  private static final int TEXT_BYTES_MAX = 5 * 1024 - 1;

  private static final Pattern DECIMAL = Pattern.compile("([0-9]*)(?:\\.([0-9]*))?(?:[eE]([+-]?)([0-9]+))?");
  private static final Pattern HEX = Pattern
      .compile("0[xX]([0-9a-fA-F]*)(?:\\.([0-9a-fA-F]*))?(?:[pP]([+-]?)([0-9]+))?");

  private static final LongDouble INFINITE = new LongDouble(BigInteger.ZERO, TOO_BIG_EXPONENT);
  public static final LongDouble ZERO = new LongDouble(BigInteger.ZERO, 0);

  private final BigInteger significand;
  private final int exponent;

  private LongDouble(BigInteger significand, int exponent) {
    this.significand = significand;
    this.exponent = exponent;
  }

  /** The number in the text, or null where the text is none, or one that is too big or too small. */
  public static @Nullable LongDouble parse(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > TEXT_BYTES_MAX) {
      return null;
    }
    boolean negative = bytes[0] == '-';
    boolean signed = negative || bytes[0] == '+';
    String text = new String(bytes, signed ? 1 : 0, bytes.length - (signed ? 1 : 0),
        StandardCharsets.ISO_8859_1);
    LongDouble magnitude = magnitude(text);
    return magnitude == null || !negative
        ? magnitude
        : new LongDouble(magnitude.significand.negate(), magnitude.exponent);
  }

  public boolean isFinite() { return exponent < TOO_BIG_EXPONENT; }

  /** The sum, not finite where it is too big or where one of the two is not finite. */
  public LongDouble plus(LongDouble other) {
    if (!isFinite() || !other.isFinite()) {
      return INFINITE;
    }
    int common = Math.min(exponent, other.exponent);
    BigInteger sum = significand.shiftLeft(exponent - common)
        .add(other.significand.shiftLeft(other.exponent - common));
    return rounded(sum, BigInteger.ONE, common);
  }

  /** The text of a finite number: at most 17 digits after the point, no exponent, never "-0". */
  public byte[] format() {
    BigDecimal exact = exponent >= 0
        ? new BigDecimal(significand.shiftLeft(exponent))
        : new BigDecimal(significand.multiply(BigInteger.valueOf(5).pow(-exponent)), -exponent);
    BigDecimal shown = exact.setScale(FRACTION_DIGITS, RoundingMode.HALF_EVEN).stripTrailingZeros();
    return (shown.signum() == 0 ? "0" : shown.toPlainString()).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static @Nullable LongDouble magnitude(String text) {
    Matcher decimal = DECIMAL.matcher(text);
    if (decimal.matches()) {
      return ofDigits(decimal, 10);
    }
    Matcher hex = HEX.matcher(text);
    if (hex.matches()) {
      return ofDigits(hex, 16);
    }
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.equals("inf") || lower.equals("infinity") ? INFINITE : null;
  }

  private static @Nullable LongDouble ofDigits(Matcher number, int radix) {
    String whole = number.group(1);
    String fraction = number.group(2) == null ? "" : number.group(2);
    if (whole.isEmpty() && fraction.isEmpty()) {
      return null;
    }
    BigInteger digits = new BigInteger(whole + fraction, radix);
    if (digits.signum() == 0) {
      return ZERO;
    }
    int scale = exponentOf(number);
    LongDouble value = radix == 10
        ? ofDecimal(digits, scale - fraction.length())
        : ofBinary(digits, scale - 4 * fraction.length());
    return value.isFinite() && value.significand.signum() != 0 ? value : null;
  }

  /** The exponent in the text; one that is longer than any sensible number is as good as the longest. */
  private static int exponentOf(Matcher number) {
    String text = number.group(4);
    if (text == null) {
      return 0;
    }
    String digits = text.replaceFirst("^0+(?=.)", "");
    int size = digits.length() > EXPONENT_TEXT_MAX ? 1_000_000_000 : Integer.parseInt(digits);
    return "-".equals(number.group(3)) ? -size : size;
  }

  private static LongDouble ofDecimal(BigInteger digits, int scale) {
    // 0.301 decimal digits a bit: near enough to keep the powers of ten below a sane size.
    long order = scale + (long) (digits.bitLength() * 0.30103);
    if (order > DECIMAL_ORDER_MAX) {
      return INFINITE;
    }
    if (order < -DECIMAL_ORDER_MAX) {
      return ZERO;
    }
    BigInteger power = BigInteger.TEN.pow(Math.abs(scale));
    return scale >= 0 ? rounded(digits.multiply(power), BigInteger.ONE, 0) : rounded(digits, power, 0);
  }

  private static LongDouble ofBinary(BigInteger digits, int scale) {
    long order = scale + (long) digits.bitLength();
    if (order > TOO_BIG_EXPONENT) {
      return INFINITE;
    }
    return order < EXPONENT_MIN ? ZERO : rounded(digits, BigInteger.ONE, scale);
  }

  /** {@code numerator / denominator * 2^scale}, rounded to the format. The denominator is positive. */
  private static LongDouble rounded(BigInteger numerator, BigInteger denominator, int scale) {
    if (numerator.signum() == 0) {
      return ZERO;
    }
    BigInteger size = numerator.abs();
    int shift = size.bitLength() - denominator.bitLength() - SIGNIFICAND_BITS;
    if (scaled(size, -shift).compareTo(scaled(denominator.shiftLeft(SIGNIFICAND_BITS), shift)) >= 0) {
      shift++;
    }
    shift = Math.max(shift, EXPONENT_MIN - scale);
    BigInteger[] parts = scaled(size, -shift).divideAndRemainder(scaled(denominator, shift));
    int half = parts[1].shiftLeft(1).compareTo(scaled(denominator, shift));
    boolean up = half > 0 || half == 0 && parts[0].testBit(0);
    BigInteger quotient = up ? parts[0].add(BigInteger.ONE) : parts[0];
    if (quotient.bitLength() + shift + scale > TOO_BIG_EXPONENT) {
      return INFINITE;
    }
    return new LongDouble(numerator.signum() < 0 ? quotient.negate() : quotient, shift + scale);
  }

  private static BigInteger scaled(BigInteger value, int shift) {
    return shift > 0 ? value.shiftLeft(shift) : value;
  }
}
