package io.pika.node.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompactRangeOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the space of deleted ranges back to the disk. RocksDB itself forgets them when it happens to compact the files
 * that they lie in, which it may not do for days where little is written. So every deleted range that has gone to
 * RocksDB is offered here, and what is offered is compacted as soon as it holds enough together to be worth it.
 *
 * <p>One thread, one range at a time: compacting takes disk and processor from the clients. What is not yet compacted
 * when the node ends is left to RocksDB. Files are compacted and not just removed, although that would be faster: a
 * removed file could be the one that says that the rest of its range is deleted.
 */
final class Compactor {
  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
  /** More ranges than these are not kept in mind; the smallest are left to RocksDB. */
  private static final int MOST_RANGES = 1000;
  private static final int MOST_OFFERED = 100_000;
  /** Neighbours with no more than this between them are one range: a compaction rewrites the files at its ends. */
  private static final long BETWEEN_BYTES = 1 << 20;
  private static final long SNAPSHOT_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long SNAPSHOT_PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** Keys of RocksDB. @param to exclusive */
  record Range(byte[] from, byte[] to) {
    static final Comparator<Range> BY_START = Comparator.comparing(Range::from, Layout.ORDER);
  }

  private record Sized(Range range, long bytes) {}

  private final Base base;
  private final long worthBytes;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  /** Guarded by the lock, as the two below. */
  private List<Range> offered = new ArrayList<>();
  private List<Range> wanted = new ArrayList<>();
  private @Nullable CompactRangeOptions running;
  private volatile boolean stopped;

  /** Those that are not worth it yet; of the thread. */
  private List<Range> pending = new ArrayList<>();
  private @Nullable Thread thread;

  /** @param worthBytes what is dead must be so much, as it lies in files, before anything is compacted */
  Compactor(Base base, long worthBytes) {
    this.base = base;
    this.worthBytes = worthBytes;
  }

  void start() {
    thread = Thread.ofPlatform().name("store-compactor").daemon().start(this::run);
  }

  /** These ranges are deleted in RocksDB. Does nothing but take note. */
  void offer(Collection<Range> deleted) {
    if (deleted.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      offered.addAll(deleted.stream().limit(MOST_OFFERED - offered.size()).toList());
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Somebody wants this range to be compacted, whatever is in it. False: too many wait already. */
  boolean want(Range range) {
    lock.lock();
    try {
      if (wanted.size() >= MOST_RANGES) {
        return false;
      }
      wanted.add(range);
      work.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  boolean isBusy() {
    lock.lock();
    try {
      return running != null || !wanted.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (!stopped) {
      try {
        List<Range> next = awaitWork();
        if (!next.isEmpty()) {
          awaitOlderSnapshots();
        }
        next.forEach(this::compact);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (StoreException e) {
        if (!stopped) {
          LOG.warn("Space of deleted data is not given back now: {}", e.getMessage());
        }
      }
    }
  }

  /** What is to be compacted now; may be nothing. */
  private List<Range> awaitWork() throws InterruptedException {
    List<Range> deleted;
    lock.lock();
    try {
      while (!stopped && offered.isEmpty() && wanted.isEmpty()) {
        work.await();
      }
      if (!wanted.isEmpty()) {
        List<Range> now = wanted;
        wanted = new ArrayList<>();
        return now;
      }
      deleted = offered;
      offered = new ArrayList<>();
    } finally {
      lock.unlock();
    }
    return worthIt(deleted);
  }

  /** What a snapshot still sees would only be written anew: those from before now are waited for, within reason. */
  private void awaitOlderSnapshots() throws InterruptedException {
    long now = base.newestWrite();
    long deadline = System.nanoTime() + SNAPSHOT_PATIENCE_NANOS;
    while (base.hasSnapshotBefore(now) && System.nanoTime() - deadline < 0) {
      lock.lock();
      try {
        if (stopped) {
          return;
        }
        long left = SNAPSHOT_POLL_NANOS;
        while (left > 0 && !stopped) {
          left = work.awaitNanos(left);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** All that is pending with these, if it is worth it together. */
  private List<Range> worthIt(List<Range> deleted) {
    pending.addAll(deleted);
    List<Sized> sized = joined(pending).stream().map(range -> new Sized(range, base.fileBytes(range)))
        .filter(each -> each.bytes() > 0).sorted(Comparator.comparingLong(Sized::bytes).reversed())
        .limit(MOST_RANGES).toList();
    List<Range> known = sized.stream().map(Sized::range).toList();
    boolean worth = sized.stream().mapToLong(Sized::bytes).sum() >= worthBytes;
    pending = worth ? new ArrayList<>() : new ArrayList<>(known);
    return worth ? known : List.of();
  }

  private List<Range> joined(List<Range> ranges) {
    List<Range> joined = new ArrayList<>();
    Range last = null;
    for (Range range : ranges.stream().sorted(Range.BY_START).toList()) {
      if (last == null || !isNear(last, range)) {
        joined.add(range);
        last = range;
      } else if (Layout.ORDER.compare(range.to(), last.to()) > 0) {
        last = new Range(last.from(), range.to());
        joined.set(joined.size() - 1, last);
      }
    }
    return joined;
  }

  private boolean isNear(Range last, Range next) {
    return Layout.ORDER.compare(next.from(), last.to()) <= 0
        || base.fileBytes(new Range(last.to(), next.from())) <= BETWEEN_BYTES;
  }

  private void compact(Range range) {
    try (CompactRangeOptions options = new CompactRangeOptions()) {
      lock.lock();
      try {
        if (stopped) {
          return;
        }
        running = options;
      } finally {
        lock.unlock();
      }
      try {
        base.compact(range, options);
      } finally {
        lock.lock();
        running = null;
        lock.unlock();
      }
    }
  }

  /** Ends the thread; a compaction that is under way is broken off. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      work.signal();
      if (running != null) {
        running.setCanceled(true);
      }
    } finally {
      lock.unlock();
    }
    Thread started = thread;
    if (started != null) {
      try {
        started.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
