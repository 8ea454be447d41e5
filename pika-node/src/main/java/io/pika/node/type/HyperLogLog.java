package io.pika.node.type;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A counter of different elements in Redis' own format (7.0 {@code hyperloglog.c}), opened on a copy of the value.
 * 16384 registers say how long a run of zeros was seen at the end of hashes.
 *
 * <pre>
 * | "HYLL" | encoding u8 | 0 0 0 | count u64 LE, highest bit set: not known | registers |
 * dense (0): 6 bits a register, from the low bits of each byte up
 * sparse (1), runs of registers in order:
 *   | 00LLLLLL |            L+1 registers are zero
 *   | 01LLLLLL | LLLLLLLL | L+1 registers are zero
 *   | 1VVVVVLL |            L+1 registers are V+1
 * </pre>
 *
 * <p>A client can write anything into a string: a sparse value that does not describe all registers is refused where
 * that shows, as in Redis.
 */
final class HyperLogLog {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class,
      ByteOrder.LITTLE_ENDIAN);
  private static final byte[] MAGIC = {'H', 'Y', 'L', 'L'};
  private static final int ENCODING_AT = 4;
  private static final int COUNT_AT = 8;
  private static final int HEAD_BYTES = 16;
  private static final byte DENSE = 0;
  private static final byte SPARSE = 1;
  private static final int BITS = 6;
  private static final int DENSE_BYTES = HEAD_BYTES + Registers.COUNT * BITS / 8;
  /** Longer than this it becomes dense (hll-sparse-max-bytes). */
  private static final int SPARSE_BYTES_MAX = 3000;
  private static final long COUNT_UNKNOWN = 1L << 63;
  private static final long SEED = 0xadc83b19L;

  private byte[] bytes;

  private HyperLogLog(byte[] bytes) {
    this.bytes = bytes;
  }

  static HyperLogLog empty() {
    byte[] bytes = Arrays.copyOf(MAGIC, HEAD_BYTES + SparseRuns.LONG_RUN_BYTES);
    bytes[ENCODING_AT] = SPARSE;
    SparseRuns.putRun(bytes, HEAD_BYTES, Registers.COUNT, 0);
    return new HyperLogLog(bytes);
  }

  /** Null: the value is something else. */
  static @Nullable HyperLogLog open(byte[] value) {
    if (value.length < HEAD_BYTES || Arrays.mismatch(value, MAGIC) < MAGIC.length) {
      return null;
    }
    boolean fits = value[ENCODING_AT] == SPARSE
        || value[ENCODING_AT] == DENSE && value.length == DENSE_BYTES;
    return fits ? new HyperLogLog(value.clone()) : null;
  }

  /** The value as it is now. */
  byte[] bytes() {
    return bytes;
  }

  boolean isDense() { return bytes[ENCODING_AT] == DENSE; }

  /** False: a register changed since it was computed. */
  boolean knowsCount() {
    return knownCount() >= 0;
  }

  long knownCount() {
    return (long) LONG.get(bytes, COUNT_AT);
  }

  void forgetCount() {
    LONG.set(bytes, COUNT_AT, knownCount() | COUNT_UNKNOWN);
  }

  void computeCount() {
    Registers registers = new Registers();
    mergeInto(registers);
    LONG.set(bytes, COUNT_AT, registers.count());
  }

  /** Says whether a register grew. */
  boolean add(byte[] element) {
    long hash = MurmurHash64.of(element, SEED);
    int index = (int) hash & (Registers.COUNT - 1);
    long pattern = hash >>> Long.numberOfTrailingZeros(Registers.COUNT) | 1L << Registers.PATTERN_BITS;
    return raise(index, Long.numberOfTrailingZeros(pattern) + 1);
  }

  /** Raises every register to this one's, where it is lower. */
  void mergeInto(Registers registers) {
    if (isDense()) {
      for (int i = 0; i < Registers.COUNT; i++) {
        registers.raise(i, dense(i));
      }
    } else {
      SparseRuns.mergeInto(registers, bytes, HEAD_BYTES);
    }
  }

  void raiseTo(Registers registers) {
    for (int i = 0; i < Registers.COUNT; i++) {
      if (registers.get(i) != 0) {
        raise(i, registers.get(i));
      }
    }
  }

  void makeDense() {
    if (isDense()) {
      return;
    }
    Registers registers = new Registers();
    mergeInto(registers);
    bytes = Arrays.copyOf(Arrays.copyOf(bytes, HEAD_BYTES), DENSE_BYTES);
    bytes[ENCODING_AT] = DENSE;
    for (int i = 0; i < Registers.COUNT; i++) {
      raiseDense(i, registers.get(i));
    }
  }

  private boolean raise(int index, int value) {
    if (isDense()) {
      return raiseDense(index, value);
    }
    if (value > SparseRuns.VALUE_MAX) {
      makeDense();
      return raiseDense(index, value);
    }
    SparseRuns run = SparseRuns.find(bytes, HEAD_BYTES, index);
    if (value <= run.value(bytes)) {
      return false;
    }
    byte[] runs = run.with(bytes, index, value);
    int growth = run.growth(bytes, runs);
    if (growth > 0 && bytes.length + growth > SPARSE_BYTES_MAX) {
      makeDense();
      return raiseDense(index, value);
    }
    bytes = run.replaced(bytes, runs);
    return true;
  }

  private boolean raiseDense(int index, int value) {
    if (value <= dense(index)) {
      return false;
    }
    int at = HEAD_BYTES + index * BITS / 8;
    int shift = index * BITS % 8;
    int mask = (1 << BITS) - 1;
    bytes[at] = (byte) (bytes[at] & ~(mask << shift) | value << shift);
    if (shift > 8 - BITS) {
      bytes[at + 1] = (byte) (bytes[at + 1] & ~(mask >> 8 - shift) | value >> 8 - shift);
    }
    return true;
  }

  private int dense(int index) {
    int at = HEAD_BYTES + index * BITS / 8;
    int shift = index * BITS % 8;
    int two = bytes[at] & 0xff | (at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0) << 8;
    return two >> shift & (1 << BITS) - 1;
  }
}
