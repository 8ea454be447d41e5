package io.pika.core.meta;

import io.pika.core.bytes.Bytes;
import io.pika.core.journal.Disk;
import io.pika.core.journal.Journal;
import io.pika.core.journal.JournalException;
import io.pika.core.journal.JournalFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata store of one process in one directory. All entries are in memory; every transaction is in the
 * journal, on the disk, before anybody sees it. Leases live as long as the process: their holders are in it too,
 * so at opening all leased entries go. Watches see changes since the opening, within a bounded history.
 */
public final class EmbeddedMetadataStore implements MetadataStore {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedMetadataStore.class);
  private static final JournalFormat FORMAT = new JournalFormat("metadata", 1);
  private static final long EXPIRY_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Bounds bounds;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition leasesChanged = lock.newCondition();
  private final EntryMap map = new EntryMap();
  private final Map<Long, HeldLease> leases = new HashMap<>();
  private final Journal journal;
  private final History history;
  private long nextLease;
  private long compactionNotBefore;
  private @Nullable String closedBecause;

  /**
   * How much is kept for what.
   *
   * @param historyChanges the most changes that a watch may be behind
   * @param historyBytes the most bytes of them
   * @param compactionBytes appends that are worth a new snapshot; also how much later one that failed is tried again
   */
  public record Bounds(int historyChanges, long historyBytes, long compactionBytes) {
    public static final Bounds DEFAULT = new Bounds(8192, 64L << 20, 4L << 20);
  }

  private EmbeddedMetadataStore(Disk disk, Bounds bounds, LongSupplier nanoTime) throws IOException {
    this.bounds = bounds;
    this.nanoTime = nanoTime;
    this.journal = Journal.open(disk, FORMAT, new Restore(map));
    if (journal.cutBytes() > 0) {
      LOG.warn("{}: cut {} bytes of a transaction that a crash had left half-written", disk.name(),
          journal.cutBytes());
    }
    this.history = new History(bounds.historyChanges(), bounds.historyBytes(), map.revision());
    this.nextLease = map.revision() << 20 | 1;
    try {
      endLeasesOfDeadProcesses();
    } catch (IOException failure) {
      journal.close();
      throw failure;
    }
  }

  /**
   * Opens the directory, alone; see {@link JournalException} for what may stand against it.
   *
   * @param nanoTime a clock that only goes forward, for leases
   */
  public static EmbeddedMetadataStore open(Disk disk, Bounds bounds, LongSupplier nanoTime)
      throws IOException {
    EmbeddedMetadataStore store = new EmbeddedMetadataStore(disk, bounds, nanoTime);
    Thread.ofVirtual().name("metadata-leases").start(store::expireLeases);
    return store;
  }

  /** Puts back what the journal holds. */
  private static final class Restore implements Journal.Recovery {
    private final EntryMap map;
    private boolean hasRevision;

    Restore(EntryMap map) {
      this.map = map;
    }

    @Override
    public void snapshot(Bytes record) {
      if (hasRevision) {
        map.restore(EntryCodec.entry(record));
      } else {
        map.restoreRevision(EntryCodec.revision(record));
        hasRevision = true;
      }
    }

    @Override
    public void appended(Bytes record) {
      EntryCodec.Committed committed = EntryCodec.transaction(record);
      map.apply(committed.revision(), committed.writes());
    }
  }

  @Override
  public Optional<Entry> get(Bytes key) {
    lock.lock();
    try {
      refuseIfClosed();
      return map.get(key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public RangeResult range(KeyRange keys, int limit) {
    lock.lock();
    try {
      refuseIfClosed();
      return map.range(keys, limit);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public TransactionResult commit(Transaction transaction) {
    lock.lock();
    try {
      refuseIfClosed();
      if (!transaction.compares().stream().allMatch(map::holds)) {
        return new TransactionResult(false, map.revision());
      }
      transaction.writes().forEach(this::refuseIfLeaseIsOver);
      write(transaction.writes());
      return new TransactionResult(true, map.revision());
    } finally {
      lock.unlock();
    }
  }

  /** Durable first, visible then. Holds the lock. */
  private void write(List<Write> writes) {
    List<Write> effective = map.effective(writes);
    if (effective.isEmpty()) {
      return;
    }
    long revision = map.revision() + 1;
    try {
      journal.append(List.of(EntryCodec.transaction(revision, effective)));
    } catch (JournalException broken) {
      closedBecause = "the metadata directory failed: " + broken.getMessage();
      changed.signalAll();
      throw new MetadataException(MetadataException.Kind.OUTCOME_UNKNOWN, closedBecause, broken);
    } catch (IOException failure) {
      throw new MetadataException(MetadataException.Kind.UNAVAILABLE,
          "the metadata directory takes no writes: " + failure.getMessage(), failure);
    }
    for (Write write : effective) {
      map.get(write.key()).ifPresent(before -> detach(before.lease(), before.key()));
      HeldLease lease = write instanceof Write.Put put ? leases.get(put.lease()) : null;
      if (lease != null) {
        lease.keys.add(write.key());
      }
    }
    history.add(revision, map.apply(revision, effective));
    changed.signalAll();
    compactIfDue();
  }

  private void detach(long lease, Bytes key) {
    HeldLease held = leases.get(lease);
    if (held != null) {
      held.keys.remove(key);
    }
  }

  private void compactIfDue() {
    if (!journal.compactionDue(bounds.compactionBytes()) || journal.bytes() < compactionNotBefore) {
      return;
    }
    Iterable<Bytes> state = () -> {
      Iterator<Bytes> entries = map.entries().stream().map(EntryCodec::entry).iterator();
      return new Iterator<>() {
        private boolean first = true;

        @Override
        public boolean hasNext() {
          return first || entries.hasNext();
        }

        @Override
        public Bytes next() {
          if (first) {
            first = false;
            return EntryCodec.revision(map.revision());
          }
          return entries.next();
        }
      };
    };
    try {
      journal.compact(state);
    } catch (IOException failure) {
      compactionNotBefore = journal.bytes() + bounds.compactionBytes();
      LOG.warn("could not write a snapshot of the metadata, going on with the longer file: {}",
          failure.getMessage());
    }
  }

  @Override
  public Watch watch(KeyRange keys, long fromRevision, WatchListener listener) {
    EmbeddedWatch watch = new EmbeddedWatch(keys, fromRevision, listener);
    Thread.ofVirtual().name("metadata-watch").start(watch::run);
    return watch;
  }

  @Override
  public Lease grant(Duration timeToLive) {
    lock.lock();
    try {
      refuseIfClosed();
      HeldLease lease = new HeldLease(nextLease++, timeToLive.toNanos());
      leases.put(lease.id, lease);
      leasesChanged.signalAll();
      return lease;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closedBecause == null) {
        closedBecause = "the metadata store was closed";
      }
      changed.signalAll();
      leasesChanged.signalAll();
      journal.close();
    } catch (IOException failure) {
      LOG.warn("closing the metadata directory: {}", failure.getMessage());
    } finally {
      lock.unlock();
    }
  }

  private void refuseIfClosed() {
    if (closedBecause != null) {
      throw new MetadataException(MetadataException.Kind.CLOSED, closedBecause);
    }
  }

  private void refuseIfLeaseIsOver(Write write) {
    if (write instanceof Write.Put put && put.lease() != 0 && !leases.containsKey(put.lease())) {
      throw new MetadataException(MetadataException.Kind.LEASE_LOST,
          "lease " + put.lease() + " of key " + put.key() + " is over");
    }
  }

  private void endLeasesOfDeadProcesses() throws IOException {
    List<Write> leased = new ArrayList<>();
    map.entries().stream().filter(entry -> entry.lease() != 0)
        .forEach(entry -> leased.add(new Write.Delete(entry.key())));
    if (!leased.isEmpty()) {
      long revision = map.revision() + 1;
      journal.append(List.of(EntryCodec.transaction(revision, leased)));
      history.add(revision, map.apply(revision, leased));
    }
  }

  private void expireLeases() {
    lock.lock();
    try {
      while (closedBecause == null) {
        long now = nanoTime.getAsLong();
        List<HeldLease> over = leases.values().stream().filter(lease -> lease.deadline - now <= 0).toList();
        long wait = leases.isEmpty()
            ? Long.MAX_VALUE
            : Collections.min(leases.values().stream().map(lease -> lease.deadline - now).toList());
        if (over.isEmpty()) {
          leasesChanged.awaitNanos(wait);
        } else if (!endAll(over)) {
          leasesChanged.awaitNanos(EXPIRY_RETRY_NANOS);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private boolean endAll(List<HeldLease> over) {
    try {
      over.forEach(this::end);
      return true;
    } catch (MetadataException failure) {
      LOG.warn("entries of a lease that ran out stay for now: {}", failure.getMessage());
      return false;
    }
  }

  /** Holds the lock. */
  private void end(HeldLease lease) {
    write(lease.keys.stream().sorted().<Write>map(Write.Delete::new).toList());
    leases.remove(lease.id);
  }

  /** A lease and the keys that end with it. */
  private final class HeldLease implements Lease {
    private final long id;
    private final long ttlNanos;
    private final Set<Bytes> keys = new HashSet<>();
    private long deadline;

    HeldLease(long id, long ttlNanos) {
      this.id = id;
      this.ttlNanos = ttlNanos;
      this.deadline = nanoTime.getAsLong() + ttlNanos;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public boolean keepAlive() {
      lock.lock();
      try {
        refuseIfClosed();
        if (!leases.containsKey(id) || deadline - nanoTime.getAsLong() <= 0) {
          return false;
        }
        deadline = nanoTime.getAsLong() + ttlNanos;
        return true;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void revoke() {
      lock.lock();
      try {
        refuseIfClosed();
        if (leases.containsKey(id)) {
          end(this);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** One thread that follows the history at its listener's pace. */
  private final class EmbeddedWatch implements Watch {
    private final KeyRange keys;
    private final WatchListener listener;
    private long next;
    private volatile boolean closed;

    EmbeddedWatch(KeyRange keys, long fromRevision, WatchListener listener) {
      this.keys = keys;
      this.listener = listener;
      this.next = fromRevision;
    }

    void run() {
      try {
        while (!closed) {
          History.Change change = awaitNext();
          List<WatchEvent> events = change.events().stream().filter(event -> keys.contains(event.key()))
              .toList();
          next = change.revision() + 1;
          if (!events.isEmpty() && !closed) {
            listener.changed(change.revision(), events);
          }
        }
      } catch (MetadataException failure) {
        if (!closed) {
          listener.failed(failure);
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    private History.Change awaitNext() throws InterruptedException {
      lock.lock();
      try {
        while (true) {
          refuseIfClosed();
          if (closed) {
            throw new MetadataException(MetadataException.Kind.CLOSED, "the watch was closed");
          }
          if (next <= map.revision()) {
            History.Change change = history.at(next);
            if (change == null) {
              throw new MetadataException(MetadataException.Kind.COMPACTED,
                  "changes are kept from revision " + history.oldest() + " on, asked from " + next);
            }
            return change;
          }
          changed.await();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      closed = true;
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
