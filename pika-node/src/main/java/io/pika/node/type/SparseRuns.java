package io.pika.node.type;

import java.util.Arrays;

/**
 * Registers of a {@link HyperLogLog} as runs of equal values, see its format. Runs are cut and joined in Redis' order,
 * for the bytes are what clients see. The last byte of a damaged value may be half a run: what is missing counts as
 * zero.
 *
 * @param before place of the run before this one; of the first run, itself
 * @param at place of the run
 * @param first its first register
 * @param length how many registers it has
 */
record SparseRuns(int before, int at, int first, int length) {
  /** The highest register that has a place in a run. */
  static final int VALUE_MAX = 32;
  static final int LONG_RUN_BYTES = 2;
  private static final int SHORT_ZEROS_MAX = 64;
  private static final int EQUAL_VALUES_MAX = 4;
  /** So many runs are looked at for neighbours to join. */
  private static final int JOIN_LOOK = 5;

  /** The run that a register belongs to. @param from where the runs start */
  static SparseRuns find(byte[] bytes, int from, int index) {
    int before = from;
    int first = 0;
    for (int at = from; at < bytes.length; at += size(bytes, at)) {
      int length = length(bytes, at);
      if (index < first + length) {
        return new SparseRuns(before, at, first, length);
      }
      before = at;
      first += length;
    }
    throw Refusals.DAMAGED_HYPERLOGLOG;
  }

  int value(byte[] bytes) {
    return value(bytes, at);
  }

  /** What takes the run's place when one of its registers gets a value. */
  byte[] with(byte[] bytes, int index, int value) {
    byte[] runs = new byte[2 * LONG_RUN_BYTES + 1];
    int old = value(bytes, at);
    int end = putRun(runs, 0, index - first, old);
    end = putRun(runs, end, 1, value);
    end = putRun(runs, end, first + length - 1 - index, old);
    return Arrays.copyOf(runs, end);
  }

  /** The value with other runs in place of this one, and neighbours joined. */
  byte[] replaced(byte[] bytes, byte[] runs) {
    int next = at + size(bytes, at);
    byte[] result = Arrays.copyOf(bytes, bytes.length + growth(bytes, runs));
    System.arraycopy(runs, 0, result, at, Math.min(runs.length, result.length - at));
    if (next < bytes.length) {
      System.arraycopy(bytes, next, result, at + runs.length, bytes.length - next);
    }
    return joined(result, before);
  }

  int growth(byte[] bytes, byte[] runs) {
    return runs.length - size(bytes, at);
  }

  /** Raises all registers to those in the runs. */
  static void mergeInto(Registers registers, byte[] bytes, int from) {
    int index = 0;
    for (int at = from; at < bytes.length; at += size(bytes, at)) {
      int length = length(bytes, at);
      int value = value(bytes, at);
      if (index + length > Registers.COUNT) {
        throw Refusals.DAMAGED_HYPERLOGLOG;
      }
      for (int i = index; value != 0 && i < index + length; i++) {
        registers.raise(i, value);
      }
      index += length;
    }
    if (index != Registers.COUNT) {
      throw Refusals.DAMAGED_HYPERLOGLOG;
    }
  }

  /** Writes a run that starts at a place; returns the place behind it. */
  static int putRun(byte[] bytes, int at, int length, int value) {
    if (length == 0) {
      return at;
    }
    if (value != 0) {
      bytes[at] = (byte) (0x80 | value - 1 << 2 | length - 1);
      return at + 1;
    }
    if (length <= SHORT_ZEROS_MAX) {
      bytes[at] = (byte) (length - 1);
      return at + 1;
    }
    bytes[at] = (byte) (0x40 | length - 1 >> 8);
    bytes[at + 1] = (byte) (length - 1);
    return at + LONG_RUN_BYTES;
  }

  private static byte[] joined(byte[] bytes, int from) {
    int end = bytes.length;
    int at = from;
    for (int looked = 0; at < end && looked < JOIN_LOOK; looked++) {
      boolean pair = value(bytes, at) != 0 && at + 1 < end && value(bytes, at) == value(bytes, at + 1);
      int together = pair ? length(bytes, at) + length(bytes, at + 1) : 0;
      if (pair && together <= EQUAL_VALUES_MAX) {
        putRun(bytes, at + 1, together, value(bytes, at));
        System.arraycopy(bytes, at + 1, bytes, at, end - at - 1);
        end--;
      } else {
        at += size(bytes, at);
      }
    }
    return end == bytes.length ? bytes : Arrays.copyOf(bytes, end);
  }

  private static boolean isLong(byte[] bytes, int at) {
    return (bytes[at] & 0xc0) == 0x40;
  }

  private static int size(byte[] bytes, int at) {
    return isLong(bytes, at) ? LONG_RUN_BYTES : 1;
  }

  private static int length(byte[] bytes, int at) {
    if (bytes[at] < 0) {
      return (bytes[at] & 3) + 1;
    }
    if (!isLong(bytes, at)) {
      return (bytes[at] & 0x3f) + 1;
    }
    int low = at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0;
    return ((bytes[at] & 0x3f) << 8 | low) + 1;
  }

  /** Zero for a run of zeros. */
  private static int value(byte[] bytes, int at) {
    return bytes[at] < 0 ? (bytes[at] >> 2 & 0x1f) + 1 : 0;
  }
}
