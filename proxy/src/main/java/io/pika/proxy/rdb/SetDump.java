package io.pika.proxy.rdb;

import io.pika.proxy.protocol.Numbers;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sets in the RDB format: up to 512 whole numbers as an intset, others as they come.
 *
 * <pre>
 * intset, as a string: | bytes of a number u32 LE: 2, 4 or 8 | count u32 LE | number LE, ascending | ... |
 * set: | count | member | ... |
 * </pre>
 */
public final class SetDump {
  /** set-max-intset-entries. */
  public static final int INTSET_MAX = 512;
  private static final int INTSET_HEAD_BYTES = 8;

  private SetDump() {}

  /** Writes type and value. @param bytesMax see {@link RdbWriter} */
  public static void write(RdbWriter out, long size, Items<byte[]> members, long bytesMax) {
    long[] numbers = size <= INTSET_MAX ? numbers((int) size, members) : null;
    if (numbers != null) {
      out.putType(RdbType.SET_INTSET);
      out.putString(intset(numbers, bytesMax));
      return;
    }
    out.putType(RdbType.SET);
    out.putLength(size);
    members.each(out::putString);
  }

  /** What follows the type, member by member; one may come twice. */
  public static void read(RdbType type, RdbReader in, Consumer<byte[]> each) {
    switch (type) {
      case SET -> {
        for (long left = in.takePositiveCount(); left > 0; left--) {
          each.accept(in.takeString());
        }
      }
      case SET_INTSET -> readIntset(in, each);
      default -> throw new IllegalStateException(type + " is no set");
    }
  }

  /** Null: not all are whole numbers. */
  private static long @Nullable [] numbers(int size, Items<byte[]> members) {
    long[] numbers = new long[size];
    int[] found = {0};
    members.each(member -> {
      if (Numbers.isLong(member)) {
        numbers[found[0]++] = Numbers.parseLong(member);
      }
    });
    return found[0] == size ? numbers : null;
  }

  private static byte[] intset(long[] numbers, long bytesMax) {
    Arrays.sort(numbers);
    int width = Math.max(width(numbers[0]), width(numbers[numbers.length - 1]));
    GrowingBytes out = new GrowingBytes(bytesMax);
    out.putLittleEndian(width, 4);
    out.putLittleEndian(numbers.length, 4);
    for (long number : numbers) {
      out.putLittleEndian(number, width);
    }
    return out.bytes();
  }

  private static int width(long number) {
    if (number == (short) number) {
      return 2;
    }
    return number == (int) number ? 4 : 8;
  }

  private static void readIntset(RdbReader in, Consumer<byte[]> each) {
    byte[] bytes = in.takePack();
    PackedBytes set = new PackedBytes(bytes, 0, bytes.length);
    long width = set.takeLittleEndian(4);
    long count = set.takeLittleEndian(4);
    boolean known = width == 2 || width == 4 || width == 8;
    if (!known || count == 0 || bytes.length != INTSET_HEAD_BYTES + count * width) {
      throw new DamagedException("no intset");
    }
    for (long left = count; left > 0; left--) {
      byte[] member = Numbers.format(set.takeSigned((int) width));
      in.account(member.length);
      each.accept(member);
    }
  }
}
