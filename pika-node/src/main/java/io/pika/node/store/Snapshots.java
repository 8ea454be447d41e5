package io.pika.node.store;

import java.util.Arrays;
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
    Base.Snapshot below = base.snapshot();
    TakenSnapshot taken;
    try {
      taken = new TakenSnapshot(this, kept(slot, from, to), below, collection);
    } catch (RuntimeException | OutOfMemoryError e) {
      below.close();
      throw e;
    }
    synchronized (this) {
      open.add(taken);
    }
    return taken;
  }

  /**
   * What the write tier has of a range. Of several snapshots between which nothing was written, the first one's: what
   * RocksDB has by now is in it too.
   */
  private Kept kept(SlotState slot, byte[] from, byte[] to) {
    synchronized (this) {
      for (TakenSnapshot each : open) {
        if (each.kept().isOf(slot, from, to)) {
          each.kept().users++;
          return each.kept();
        }
      }
    }
    Kept kept = new Kept(slot.part(from, to), slot, from, to);
    synchronized (this) {
      bytes += kept.bytes;
    }
    return kept;
  }

  /** Effects of the write tier that snapshots keep. */
  static final class Kept {
    final SlotState part;
    private final long life;
    private final long index;
    private final byte[] from;
    private final byte[] to;
    private final long bytes;
    /** Guarded by the snapshots. */
    private int users = 1;

    private Kept(SlotState part, SlotState slot, byte[] from, byte[] to) {
      this.part = part;
      this.life = slot.life;
      this.index = slot.index;
      this.from = from;
      this.to = to;
      this.bytes = part.bytesInMemory();
    }

    private boolean isOf(SlotState slot, byte[] otherFrom, byte[] otherTo) {
      return life == slot.life && index == slot.index && users > 0 && Arrays.equals(from, otherFrom)
          && Arrays.equals(to, otherTo);
    }
  }

  private synchronized boolean hasRoom(int table) {
    return open.size() < MOST && bytes < maxBytes
        && open.stream().filter(each -> each.table() == table).count() < MOST_OF_A_TABLE;
  }

  synchronized void closed(TakenSnapshot snapshot) {
    if (open.remove(snapshot)) {
      Kept kept = snapshot.kept();
      kept.users--;
      bytes -= kept.users == 0 ? kept.bytes : 0;
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
