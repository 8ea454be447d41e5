package io.pika.node.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All contents of one slot at one position, to be read piece by piece without the slot's lock: what there was of the write tier, and
 * a snapshot of RocksDB of the same moment. Any thread, one at a time.
 */
public final class SlotImage implements AutoCloseable {
  /** It was closed: what was not yet read cannot be had any more. */
  public static final class ClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClosedException() {
      super("the image was not read for too long, or was open for too long, or its table is gone", null,
          false,
          false);
    }
  }

  /** Is given entries in the order of their keys. */
  public interface Taker {
    /** Whether it takes the next one too. */
    boolean take(byte[] key, byte[] value);
  }

  private final SlotImages all;
  private final SlotState part;
  private final SlotSummary summary;
  private final Base.Snapshot base;
  private final long takenAtNanos;
  private volatile long readAtNanos;
  private boolean closed;

  SlotImage(SlotImages all, SlotState part, SlotSummary summary, Base.Snapshot base, long nowNanos) {
    this.all = all;
    this.part = part;
    this.summary = summary;
    this.base = base;
    this.takenAtNanos = nowNanos;
    this.readAtNanos = nowNanos;
  }

  public SlotSummary summary() {
    return summary;
  }

  int table() {
    return part.table;
  }

  long takenAtNanos() {
    return takenAtNanos;
  }

  long readAtNanos() {
    return readAtNanos;
  }

  /**
   * Gives what comes behind a key, until no more is taken. The iterator is made anew each time: one that lives keeps whole files.
   *
   * @param after null: from the begin
   * @return whether all was given
   * @throws ClosedException it is closed
   */
  public synchronized boolean read(byte @Nullable [] after, Taker taker) {
    if (closed) {
      throw new ClosedException();
    }
    byte[] from = after == null ? Layout.DATA_FROM : Arrays.copyOf(after, after.length + 1);
    try (SlotCursor cursor = new SlotCursor(WorkMeter.unbounded(), part, base, from, Layout.DATA_TO)) {
      cursor.seek(from);
      while (cursor.next()) {
        if (!taker.take(cursor.key(), cursor.value())) {
          return false;
        }
      }
      return true;
    } finally {
      readAtNanos = all.nanoTime();
    }
  }

  /** Waits for a read that is under way. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      base.close();
      all.closed(this);
    }
  }
}
