package io.pika.node.type;

import org.jspecify.annotations.Nullable;

/**
 * A number of some bits anywhere in a string, as BITFIELD sees it: the most significant bit comes first, and what lies
 * behind the string's end is zero (Redis 7.0 {@code bitops.c}).
 *
 * @param signed two's complement
 * @param bits 1 to 64; an unsigned one has at most 63, so that every value fits into a long
 * @param offset place of its first bit, from the first bit of the string; not negative
 */
public record BitField(boolean signed, int bits, long offset) {
  /** What happens to a number that does not fit into its field. */
  public enum Overflow {
    /** The bits that fit are kept. */
    WRAP,
    /** It becomes the largest or the smallest that fits. */
    SATURATE,
    /** Nothing is written. */
    FAIL
  }

  /** One step of BITFIELD. */
  public sealed interface Step {
    BitField field();
  }

  public record Get(BitField field) implements Step {}

  public record Set(BitField field, long value, Overflow overflow) implements Step {}

  public record Add(BitField field, long increment, Overflow overflow) implements Step {}

  public BitField {
    if (bits < 1 || bits > (signed ? 64 : 63) || offset < 0) {
      throw new IllegalArgumentException("no field of " + bits + " bits at " + offset);
    }
  }

  long lastBit() {
    return offset + bits - 1;
  }

  long read(byte[] string) {
    long value = 0;
    for (long at = offset; at <= lastBit(); at++) {
      value = value << 1 | Bitmaps.bit(string, at);
    }
    int unused = Long.SIZE - bits;
    return signed ? value << unused >> unused : value;
  }

  /** Overwrites the field's bits; the string must reach that far. */
  void write(byte[] string, long value) {
    for (int i = 0; i < bits; i++) {
      Bitmaps.put(string, offset + i, (int) (value >>> (bits - 1 - i)) & 1);
    }
  }

  /** What is written for a value that a client gives; null: nothing. */
  @Nullable
  Long fit(long value, Overflow overflow) {
    if (fits(value)) {
      return value;
    }
    // A negative number counts as a very large one in an unsigned field; in a signed one Redis' subtraction wraps around,
    // and a number so far below counts as one above.
    boolean above = !signed || value > 0 || bits < Long.SIZE && largest() - value < 0;
    return limited(value, above, overflow);
  }

  /** What is written for the sum; null: nothing. @param value what the field holds */
  @Nullable
  Long sum(long value, long increment, Overflow overflow) {
    long sum = value + increment;
    boolean wraps = ((value ^ sum) & (increment ^ sum)) < 0;
    if (!wraps && fits(sum)) {
      return sum;
    }
    return limited(sum, increment > 0, overflow);
  }

  private boolean fits(long value) {
    return value >= smallest() && value <= largest();
  }

  private @Nullable Long limited(long value, boolean above, Overflow overflow) {
    return switch (overflow) {
      case WRAP -> {
        int unused = Long.SIZE - bits;
        yield signed ? value << unused >> unused : value << unused >>> unused;
      }
      case SATURATE -> above ? largest() : smallest();
      case FAIL -> null;
    };
  }

  private long largest() {
    return (1L << (signed ? bits - 1 : bits)) - 1;
  }

  private long smallest() {
    return signed ? -largest() - 1 : 0;
  }
}
