package io.pika.node.store;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The open {@link ElementSnapshot}s of a store: few, and never open for long without being read. Each keeps effects of the
 * write tier in memory when RocksDB has them long since, and each keeps RocksDB's compactions from dropping what was
 * overwritten since. Any thread.
 */
public final class Snapshots {
  /** Of the node. */
  static final int MOST = 64;
  /** One table leaves room for the others. */
  static final int MOST_OF_A_TABLE = 32;
  /** For which an iterator may be used, and unused. */
  private static final long ITERATOR_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long RESTED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long CLOSE_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Base base;
  private final long maxBytes;
  private final LongSupplier nanoTime;
  private final Set<TakenSnapshot> open = new HashSet<>();
  private long bytes;
  private long abandoned;

  /** @param maxBytes of effects that all snapshots keep; a single one may keep more */
  Snapshots(Base base, long maxBytes, LongSupplier nanoTime) {
    this.base = base;
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
  }

  /** Under the slot's lock. Null: there are too many already. @param to slot-relative, exclusive, as {@code from} */
  @Nullable
  ElementSnapshot take(SlotState slot, byte[] from, byte[] to, long collection) {
    if (!hasRoom(slot.table)) {
      return null;
    }
    SlotState part = slot.part(from, to);
    TakenSnapshot taken = new TakenSnapshot(this, part, base.snapshot(), collection);
    synchronized (this) {
      open.add(taken);
      bytes += taken.bytes();
    }
    return taken;
  }

  private synchronized boolean hasRoom(int table) {
    return open.size() < MOST && bytes < maxBytes
        && open.stream().filter(each -> each.table() == table).count() < MOST_OF_A_TABLE;
  }

  synchronized void closed(TakenSnapshot snapshot) {
    if (open.remove(snapshot)) {
      bytes -= snapshot.bytes();
      notifyAll();
    }
  }

  /** Closes what nobody has read for so long; returns how many. To be called about every second. */
  public int closeUnread(long nanos) {
    long now = nanoTime.getAsLong();
    opened().forEach(each -> each.closeRested(ITERATOR_NANOS, RESTED_NANOS));
    int closed = close(each -> now - each.readAtNanos() > nanos);
    synchronized (this) {
      abandoned += closed;
    }
    return closed;
  }

  /** The table is about to go, with what the snapshots read. */
  void closeOf(int table) {
    close(each -> each.table() == table);
  }

  private int close(Predicate<TakenSnapshot> which) {
    Set<TakenSnapshot> chosen = opened();
    chosen.removeIf(which.negate());
    chosen.forEach(TakenSnapshot::close);
    return chosen.size();
  }

  private synchronized Set<TakenSnapshot> opened() {
    return new HashSet<>(open);
  }

  /** Before RocksDB is closed. Waits for those that are being read. */
  void closeAll() {
    close(each -> true);
    long end = System.nanoTime() + CLOSE_PATIENCE_NANOS;
    synchronized (this) {
      try {
        while (!open.isEmpty() && System.nanoTime() < end) {
          TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - System.nanoTime()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  public synchronized int count() {
    return open.size();
  }

  /** Of effects that are kept for them, about. */
  public synchronized long bytes() {
    return bytes;
  }

  /** How many were closed because nobody read them. */
  public synchronized long abandoned() {
    return abandoned;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }
}
