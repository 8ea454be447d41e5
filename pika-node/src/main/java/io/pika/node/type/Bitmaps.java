package io.pika.node.type;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strings as arrays of bits, the first bit of a byte being its most significant one (Redis 7.0 {@code bitops.c}). Bits
 * behind the end are zero. Offsets that are too far are refused before they get here; a string grows at most to the
 * byte of its farthest bit.
 */
public final class Bitmaps {
  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class,
      ByteOrder.BIG_ENDIAN);
  private static final byte[] EMPTY = {};

  /** How strings are put together bit by bit. */
  public enum Operation {
    AND, OR, XOR, NOT
  }

  private Bitmaps() {}

  public static int get(KeySpace keys, byte[] key, long offset) {
    Entry entry = Strings.find(keys, key);
    return entry == null ? 0 : bit(entry.value(), offset);
  }

  /** Sets or clears a bit; returns what it was. */
  public static int set(KeySpace keys, byte[] key, long offset, int bit) {
    Entry old = Strings.find(keys, key);
    byte[] value = grown(old, offset);
    int before = bit(value, offset);
    if (old == null || value.length > old.value().length || before != bit) {
      put(value, offset, bit);
      keys.put(key, Entry.string(value, Strings.expiryOf(old)));
    }
    return before;
  }

  /** How many bits are one from the first to the last, both included. */
  public static long count(byte[] value, long first, long last) {
    if (first > last) {
      return 0;
    }
    int from = (int) (first >> 3);
    int to = (int) (last >> 3);
    if (from == to) {
      return Integer.bitCount(value[from] & headMask(first) & tailMask(last));
    }
    return Integer.bitCount(value[from] & headMask(first)) + countBytes(value, from + 1, to)
        + Integer.bitCount(value[to] & tailMask(last));
  }

  /** Place of the first bit of a kind from the first to the last, both included; -1: there is none. */
  public static long position(byte[] value, int bit, long first, long last) {
    int other = bit == 1 ? 0 : -1;
    long at = first;
    while (at <= last) {
      int index = (int) (at >> 3);
      if ((at & 7) == 0 && index + 8 <= value.length && (long) LONGS.get(value, index) == other) {
        at += Long.SIZE;
      } else if ((at & 7) == 0 && value[index] == other) {
        at += Byte.SIZE;
      } else if (bit(value, at) == bit) {
        return at;
      } else {
        at++;
      }
    }
    return -1;
  }

  /**
   * Writes what an operation makes of some strings; nothing at all deletes the key. Returns the length of the result,
   * that of the longest string; the others are filled up with zeros.
   */
  public static int combine(KeySpace keys, Operation operation, byte[] target, List<byte[]> sources) {
    Map<Bytes, Integer> mentions = new LinkedHashMap<>();
    sources.forEach(source -> mentions.merge(Bytes.of(source), 1, Integer::sum));
    byte[] result = null;
    for (Map.Entry<Bytes, Integer> source : mentions.entrySet()) {
      byte[] value = valueOf(Strings.find(keys, source.getKey().array()));
      if (result == null) {
        result = value.clone();
      } else {
        result = value.length > result.length ? Arrays.copyOf(result, value.length) : result;
        merge(operation, result, value);
      }
      // A key that is named many times is looked at once. What it does for the second time it does with XOR only.
      if (operation == Operation.XOR && source.getValue() % 2 == 0) {
        merge(operation, result, value);
      }
    }
    if (result == null || result.length == 0) {
      keys.delete(target);
      return 0;
    }
    if (operation == Operation.NOT) {
      for (int i = 0; i < result.length; i++) {
        result[i] = (byte) ~result[i];
      }
    }
    keys.put(target, Entry.string(result, 0));
    return result.length;
  }

  /**
   * The steps of BITFIELD, one after the other; null where one was not done because its number does not fit. If any of
   * them writes, the string grows to the farthest bit of those, whether they do it or not.
   */
  public static List<@Nullable Long> fields(KeySpace keys, byte[] key, List<BitField.Step> steps) {
    Entry old = Strings.find(keys, key);
    long farthest = -1;
    for (BitField.Step step : steps) {
      farthest = step instanceof BitField.Get ? farthest : Math.max(farthest, step.field().lastBit());
    }
    byte[] value = farthest < 0 ? valueOf(old) : grown(old, farthest);
    List<@Nullable Long> results = new ArrayList<>(steps.size());
    for (BitField.Step step : steps) {
      results.add(run(step, value));
    }
    if (farthest >= 0 && (old == null || !Arrays.equals(value, old.value()))) {
      keys.put(key, Entry.string(value, Strings.expiryOf(old)));
    }
    return results;
  }

  private static @Nullable Long run(BitField.Step step, byte[] value) {
    BitField field = step.field();
    long before = field.read(value);
    return switch (step) {
      case BitField.Get get -> before;
      case BitField.Set set -> {
        Long after = field.fit(set.value(), set.overflow());
        yield after == null ? null : written(field, value, after, before);
      }
      case BitField.Add add -> {
        Long after = field.sum(before, add.increment(), add.overflow());
        yield after == null ? null : written(field, value, after, after);
      }
    };
  }

  private static Long written(BitField field, byte[] value, long after, long result) {
    field.write(value, after);
    return result;
  }

  static int bit(byte[] value, long offset) {
    long index = offset >> 3;
    return index >= value.length ? 0 : value[(int) index] >> (7 - (int) (offset & 7)) & 1;
  }

  static void put(byte[] value, long offset, int bit) {
    int index = (int) (offset >> 3);
    int mask = 0x80 >> (offset & 7);
    value[index] = (byte) (bit == 1 ? value[index] | mask : value[index] & ~mask);
  }

  /** A copy of a value that reaches as far as a bit. */
  private static byte[] grown(@Nullable Entry entry, long lastBit) {
    byte[] value = valueOf(entry);
    return Arrays.copyOf(value, Math.max(value.length, (int) (lastBit >> 3) + 1));
  }

  private static byte[] valueOf(@Nullable Entry entry) {
    return entry == null ? EMPTY : entry.value();
  }

  private static long countBytes(byte[] value, int from, int to) {
    long count = 0;
    int at = from;
    for (; at + 8 <= to; at += 8) {
      count += Long.bitCount((long) LONGS.get(value, at));
    }
    for (; at < to; at++) {
      count += Integer.bitCount(value[at] & 0xff);
    }
    return count;
  }

  private static int headMask(long first) {
    return 0xff >> (first & 7);
  }

  private static int tailMask(long last) {
    return 0xff << (7 - (last & 7)) & 0xff;
  }

  private static void merge(Operation operation, byte[] result, byte[] value) {
    int both = Math.min(result.length, value.length);
    switch (operation) {
      case AND -> {
        for (int i = 0; i < both; i++) {
          result[i] &= value[i];
        }
        Arrays.fill(result, both, result.length, (byte) 0);
      }
      case OR -> {
        for (int i = 0; i < both; i++) {
          result[i] |= value[i];
        }
      }
      case XOR -> {
        for (int i = 0; i < both; i++) {
          result[i] ^= value[i];
        }
      }
      case NOT -> throw new IllegalStateException("NOT has one source");
    }
  }
}
