package io.pika.node.store;

import io.pika.node.log.LogException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The open {@link SlotImage}s of a store. Whoever takes them bounds their number; none is open for long without being read, nor for
 * very long at all, because RocksDB keeps what was overwritten since. Any thread.
 */
public final class SlotImages {
  /** Effects in memory of a slot that are brought down before they would be copied under its lock. */
  private static final long FLUSHED_FIRST_BYTES = 1 << 20;

  private final Store store;
  private final LongSupplier nanoTime;
  private final Set<SlotImage> open = new HashSet<>();

  SlotImages(Store store, LongSupplier nanoTime) {
    this.store = store;
    this.nanoTime = nanoTime;
  }

  /**
   * What a slot has now. May wait for a flush.
   *
   * @throws TableGoneException nobody may look
   */
  public SlotImage take(int table, int slot) {
    if (tierBytes(table, slot) > FLUSHED_FIRST_BYTES) {
      try {
        store.flusher().flush(store.log());
      } catch (LogException e) {
        throw new StoreException(StoreException.Kind.DISK, "flushing failed: " + e.getMessage(), e);
      }
    }
    int[] stripes = {store.locks().stripe(table, slot)};
    store.locks().lock(stripes);
    try {
      SlotState state = store.state(table, slot);
      SlotState part = state.part(Layout.DATA_FROM, Layout.DATA_TO);
      SlotSummary summary = state.header().summary();
      synchronized (this) {
        SlotImage image = new SlotImage(this, part, summary, store.base().snapshot(), nanoTime.getAsLong());
        open.add(image);
        return image;
      }
    } finally {
      store.locks().unlock(stripes);
    }
  }

  private long tierBytes(int table, int slot) {
    int[] stripes = {store.locks().stripe(table, slot)};
    store.locks().lock(stripes);
    try {
      return store.state(table, slot).bytesInMemory();
    } finally {
      store.locks().unlock(stripes);
    }
  }

  /** Closes what nobody has read for so long, and what is so old; returns how many. */
  public int closeOld(long unreadNanos, long ageNanos) {
    long now = nanoTime.getAsLong();
    return close(each -> now - each.readAtNanos() > unreadNanos || now - each.takenAtNanos() > ageNanos);
  }

  /** The table is about to go, with its files. Returns when nobody reads them. */
  void closeOf(int table) {
    close(each -> each.table() == table);
  }

  void closeAll() {
    close(each -> true);
  }

  private int close(Predicate<SlotImage> which) {
    Set<SlotImage> chosen;
    synchronized (this) {
      chosen = new HashSet<>(open);
    }
    chosen.removeIf(which.negate());
    chosen.forEach(SlotImage::close);
    return chosen.size();
  }

  synchronized void closed(SlotImage image) {
    open.remove(image);
  }

  public synchronized int count() {
    return open.size();
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }
}
