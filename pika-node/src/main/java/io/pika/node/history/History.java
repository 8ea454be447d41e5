package io.pika.node.history;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * At which index each epoch of a slot began. One leader makes all records of an epoch, each after all before it. So if
 * two replicas have a record of one epoch at one index, they have the same records up to there; that is what
 * {@link #common} finds out. The oldest epochs may have been forgotten, so may be where the oldest known one began:
 * what is said of it begins somewhere within. Immutable.
 *
 * <pre>| count u8 | count times: epoch u64 | first u64 |</pre>
 */
public final class History {
  /** Epochs that are kept: as many changes of leader may happen while a replica is away. */
  static final int MOST = 64;
  private static final int ENTRY_BYTES = 16;

  /** Of a slot without records. */
  public static final History NONE = new History(new long[0], new long[0]);
  /** What nearly every slot has: one object for all. */
  private static final History FIRST = new History(new long[]{1}, new long[]{1});

  private final long[] epochs;
  private final long[] firsts;

  private History(long[] epochs, long[] firsts) {
    this.epochs = epochs;
    this.firsts = firsts;
  }

  /** A history of which nothing is known from before this record. */
  public static History since(Position record) {
    return record.index() == 0 ? NONE : NONE.with(record.epoch(), record.index());
  }

  /** The same with one more record, or with one that the newest epoch has anyway. */
  public History with(long epoch, long index) {
    int count = epochs.length;
    if (count > 0 && epochs[count - 1] == epoch) {
      return this;
    }
    if (count > 0 && epochs[count - 1] > epoch) {
      throw new IllegalArgumentException("epoch " + epoch + " after " + epochs[count - 1]);
    }
    if (count == 0 && epoch == 1 && index == 1) {
      return FIRST;
    }
    int from = count == MOST ? 1 : 0;
    long[] moreEpochs = Arrays.copyOfRange(epochs, from, count + 1);
    long[] moreFirsts = Arrays.copyOfRange(firsts, from, count + 1);
    moreEpochs[count - from] = epoch;
    moreFirsts[count - from] = index;
    return new History(moreEpochs, moreFirsts);
  }

  /**
   * The newest index up to which both have the same records, as far as is known; 0: none.
   *
   * @param newest this history's index of the newest record
   * @param othersNewest the other's
   */
  public long common(long newest, History other, long othersNewest) {
    int mine = epochs.length - 1;
    int others = other.epochs.length - 1;
    while (mine >= 0 && others >= 0) {
      if (epochs[mine] == other.epochs[others]) {
        return Math.min(last(mine, newest), other.last(others, othersNewest));
      }
      if (epochs[mine] > other.epochs[others]) {
        mine--;
      } else {
        others--;
      }
    }
    return 0;
  }

  private long last(int at, long newest) {
    return at + 1 < firsts.length ? firsts[at + 1] - 1 : newest;
  }

  public int bytes() {
    return 1 + epochs.length * ENTRY_BYTES;
  }

  public void write(ByteBuffer out) {
    out.put((byte) epochs.length);
    for (int i = 0; i < epochs.length; i++) {
      out.putLong(epochs[i]).putLong(firsts[i]);
    }
  }

  public static History read(ByteBuffer in) {
    int count = in.get();
    History read = NONE;
    for (int i = 0; i < count; i++) {
      read = read.with(in.getLong(), in.getLong());
    }
    return read;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof History that && Arrays.equals(epochs, that.epochs)
        && Arrays.equals(firsts, that.firsts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(epochs) * 31 + Arrays.hashCode(firsts);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < epochs.length; i++) {
      text.append(i == 0 ? "" : " ").append(epochs[i]).append(" from ").append(firsts[i]);
    }
    return text.toString();
  }
}
