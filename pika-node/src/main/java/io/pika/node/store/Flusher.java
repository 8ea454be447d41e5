package io.pika.node.store;

import io.pika.node.log.LogException;
import io.pika.node.log.NodeLog;
import io.pika.node.store.Layout.SlotHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the memory tier down to RocksDB, in rounds: every slot with effects gives its layer away, the log is
 * synced, the layers are written as sorted batches, each slot's with the slot's header, and last the position
 * from which recovery has to read. A round that fails keeps its layers, which go on being read, and is tried again.
 */
final class Flusher {
  private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
  /** A write batch is sent when it has grown to this; a slot is never cut in two. */
  private static final int BATCH_BYTES = 4 << 20;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  /** How long a round waits for a slot that a long command may hold: others' effects need room meanwhile. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long FOR_EVER = Long.MAX_VALUE;
  /** Rounds that may leave slots out, one after the other: the log is kept for them. */
  private static final int MOST_INCOMPLETE = 8;

  private final Base base;
  private final Compactor compactor;
  private final StripedLocks locks;
  private final StoreOptions options;
  private final ConcurrentLinkedQueue<SlotState> dirty = new ConcurrentLinkedQueue<>();
  private final AtomicLong tierBytes = new AtomicLong();

  /** Held during a round, and by whoever must not meet one. Taken before slot locks. */
  private final ReentrantLock rounds = new ReentrantLock();
  private @Nullable Round pending;
  private int incomplete;
  /** What RocksDB has on its disk for sure: the log below is not needed. */
  private long durable;
  private long written;

  private final ReentrantLock waiting = new ReentrantLock();
  private final Condition work = waiting.newCondition();
  private final Condition room = waiting.newCondition();
  private boolean stopped;
  private boolean retry;
  private long dirtySinceNanos;
  private volatile boolean anyDirty;
  private volatile boolean wanted;
  private volatile boolean stalled;
  private volatile long inRoundBytes;
  private volatile @Nullable String trouble;

  private volatile long flushes;
  private volatile long failedFlushes;
  private volatile long flushedBytes;
  private @Nullable Thread thread;

  private record Part(SlotState slot, Layer layer, SlotHeader header, SlotReads.Moment moment) {}

  private record Round(List<Part> parts, long position, long bytes) {}

  Flusher(Base base, Compactor compactor, StripedLocks locks, StoreOptions options, long applied) {
    this.base = base;
    this.compactor = compactor;
    this.locks = locks;
    this.options = options;
    this.durable = applied;
    this.written = applied;
  }

  void start(NodeLog log) {
    thread = Thread.ofPlatform().name("store-flusher").daemon().start(() -> run(log));
  }

  /** Before the append, under the slot's lock: a round that begins after the append then knows of the slot. */
  void markDirty(SlotState slot) {
    if (slot.dirty) {
      return;
    }
    slot.dirty = true;
    dirty.add(slot);
    if (!anyDirty) {
      waiting.lock();
      try {
        anyDirty = true;
        dirtySinceNanos = System.nanoTime();
        work.signal();
      } finally {
        waiting.unlock();
      }
    }
  }

  void grew(long bytes) {
    long now = tierBytes.addAndGet(bytes);
    if (!wanted && now - inRoundBytes >= options.flushBytes()) {
      wanted = true;
      waiting.lock();
      try {
        work.signal();
      } finally {
        waiting.unlock();
      }
    }
  }

  boolean isFull() { return tierBytes.get() - inRoundBytes >= options.flushBytes(); }

  /** Waits for room in the tier, at most for the deadline; after one who waited in vain, nobody waits. */
  boolean awaitRoom() {
    if (tierBytes.get() < options.tierBytes()) {
      stalled = false;
      return true;
    }
    if (stalled) {
      return false;
    }
    boolean inVain = true;
    waiting.lock();
    try {
      long left = options.stallDeadline().toNanos();
      while (tierBytes.get() >= options.tierBytes() && left > 0 && !stopped) {
        left = room.awaitNanos(left);
      }
      // Others may have taken the room again by now: that is not being behind.
      inVain = left <= 0 || stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waiting.unlock();
    }
    stalled = inVain && tierBytes.get() >= options.tierBytes();
    return !stalled;
  }

  void lockRounds() {
    rounds.lock();
  }

  void unlockRounds() {
    rounds.unlock();
  }

  /** A table's layers are forgotten; under the lock of rounds and those of all slots. */
  void forget(SlotState slot) {
    long bytes = slot.active == null ? 0 : slot.active.toldBytes();
    slot.gone = true;
    slot.active = null;
    slot.flushing = null;
    tierBytes.addAndGet(-bytes);
  }

  private void run(NodeLog log) {
    while (awaitWork()) {
      try {
        flush(log, incomplete < MOST_INCOMPLETE ? PATIENCE_NANOS : FOR_EVER);
        trim(log);
        trouble = null;
      } catch (LogException e) {
        LOG.error("Nothing goes to RocksDB any more: {}", e.getMessage());
        trouble = e.getMessage();
        return;
      } catch (IOException | RuntimeException e) {
        note(e);
      }
    }
  }

  private void note(Exception e) {
    failedFlushes++;
    if (trouble == null) {
      LOG.error("Flushing to RocksDB failed; it is tried again every second", e);
    }
    trouble = e.getMessage() == null ? e.toString() : e.getMessage();
    waiting.lock();
    try {
      retry = true;
    } finally {
      waiting.unlock();
    }
  }

  private boolean awaitWork() {
    waiting.lock();
    try {
      if (retry) {
        long left = RETRY_NANOS;
        while (left > 0 && !stopped) {
          left = work.awaitNanos(left);
        }
        retry = false;
        return !stopped;
      }
      while (!stopped) {
        // Who fills the tier while a round begins has set this, and nobody was waiting here to be told.
        wanted = false;
        if (isFull()) {
          break;
        }
        long interval = options.flushInterval().toNanos();
        if (!anyDirty || interval == 0) {
          work.await();
          continue;
        }
        long left = interval - (System.nanoTime() - dirtySinceNanos);
        if (left <= 0) {
          break;
        }
        work.awaitNanos(left);
      }
      return !stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      waiting.unlock();
    }
  }

  /** One round with all slots, on this thread; before it the one that failed, if there is one. */
  void flush(NodeLog log) throws LogException {
    flush(log, FOR_EVER);
  }

  private void flush(NodeLog log, long patienceNanos) throws LogException {
    rounds.lock();
    try {
      Round failed = pending;
      if (failed != null) {
        log.sync();
        write(failed);
      }
      Round round = rotate(log.endPosition(), patienceNanos);
      log.sync();
      write(round);
    } finally {
      rounds.unlock();
    }
  }

  /** While the log is being recovered: all of it is synced, and what was replayed ends at the position. */
  void flushRecovered(long position) {
    rounds.lock();
    try {
      write(pending == null ? rotate(position, FOR_EVER) : pending);
    } finally {
      rounds.unlock();
    }
  }

  /**
   * The position was read before any slot is asked: what was appended below it is in the slots that are dirty. A slot that
   * cannot be asked stays dirty, and the position where it was.
   */
  private Round rotate(long position, long patienceNanos) {
    wanted = false;
    anyDirty = false;
    List<SlotState> slots = new ArrayList<>();
    for (SlotState slot = dirty.poll(); slot != null; slot = dirty.poll()) {
      slots.add(slot);
    }
    List<Part> parts = new ArrayList<>();
    long bytes = 0;
    boolean complete = true;
    for (SlotState slot : slots) {
      if (!locks.tryLock(slot, patienceNanos)) {
        leaveDirty(slot);
        complete = false;
        continue;
      }
      try {
        slot.dirty = false;
        Layer layer = slot.active;
        if (layer == null || layer.isEmpty() || slot.gone) {
          continue;
        }
        slot.flushing = layer;
        slot.active = null;
        parts.add(new Part(slot, layer, slot.header(), slot.reads.moment()));
        bytes += layer.toldBytes();
      } finally {
        locks.unlock(slot);
      }
    }
    inRoundBytes = bytes;
    incomplete = complete ? 0 : incomplete + 1;
    Round round = new Round(parts, complete ? position : written, bytes);
    pending = round;
    return round;
  }

  private void leaveDirty(SlotState slot) {
    dirty.add(slot);
    waiting.lock();
    try {
      anyDirty = true;
      dirtySinceNanos = System.nanoTime();
    } finally {
      waiting.unlock();
    }
  }

  private void write(Round round) {
    try (WriteBatch batch = new WriteBatch()) {
      for (Part part : round.parts()) {
        if (!part.slot().gone) {
          add(part, batch);
        }
        if (batch.getDataSize() >= BATCH_BYTES) {
          base.write(batch);
          batch.clear();
        }
      }
      batch.put(Layout.APPLIED, Layout.position(round.position()));
      base.write(batch);
    } catch (RocksDBException e) {
      throw Base.trouble("a batch for RocksDB cannot be made", e);
    }
    compactor.offer(deletedRanges(round));
    round.parts().forEach(Flusher::refresh);
    release(round);
  }

  /** The layer is still looked at first: see {@link SlotReads}. */
  private static void refresh(Part part) {
    SlotReads reads = part.slot().reads;
    part.layer().forEach((key, value) -> reads.flushed(part.moment(), key, value));
  }

  private static List<Compactor.Range> deletedRanges(Round round) {
    List<Compactor.Range> deleted = new ArrayList<>();
    for (Part part : round.parts()) {
      byte[] prefix = part.slot().prefix;
      part.layer().ranges().forEach((from, to) -> deleted
          .add(new Compactor.Range(Layout.key(prefix, from), Layout.key(prefix, to))));
    }
    return deleted;
  }

  private static void add(Part part, WriteBatch batch) throws RocksDBException {
    byte[] prefix = part.slot().prefix;
    for (var range : part.layer().ranges().entrySet()) {
      batch.deleteRange(Layout.key(prefix, range.getKey()), Layout.key(prefix, range.getValue()));
    }
    part.layer().forEach((key, value) -> {
      if (value == Layer.DELETED) {
        batch.delete(Layout.key(prefix, key));
      } else {
        batch.put(Layout.key(prefix, key), value);
      }
    });
    batch.put(Layout.key(prefix, Layout.HEADER_KEY), Layout.encode(part.header()));
  }

  /** Slots that a long command holds come last: writers wait for the room. */
  private void release(Round round) {
    List<Part> held = new ArrayList<>();
    for (Part part : round.parts()) {
      if (!release(part, 0)) {
        held.add(part);
      }
    }
    giveRoom(round);
    held.forEach(part -> release(part, FOR_EVER));
  }

  private boolean release(Part part, long patienceNanos) {
    SlotState slot = part.slot();
    if (!locks.tryLock(slot, patienceNanos)) {
      return false;
    }
    slot.flushing = null;
    slot.stored = true;
    slot.storedIndex = part.header().index();
    locks.unlock(slot);
    return true;
  }

  private void giveRoom(Round round) {
    pending = null;
    written = round.position();
    inRoundBytes = 0;
    tierBytes.addAndGet(-round.bytes());
    flushes++;
    flushedBytes += round.bytes();
    waiting.lock();
    try {
      room.signalAll();
    } finally {
      waiting.unlock();
    }
  }

  private void trim(NodeLog log) throws IOException {
    if (written - durable >= options.logRetainBytes()) {
      makeDurable(log);
    }
  }

  /** Flushes RocksDB and lets go of the log that it makes unnecessary. */
  void makeDurable(NodeLog log) throws IOException {
    rounds.lock();
    try {
      long position = written;
      base.flush();
      durable = position;
      log.trim(position);
      forgetDrops(log.stats().startPosition());
    } finally {
      rounds.unlock();
    }
  }

  /** A drop's position matters while there are records of the table from before it in the log. */
  private void forgetDrops(long startPosition) {
    try (Base.Iteration drops = base.iterate(Layout.DROPPED_FROM, Layout.DROPPED_TO);
        WriteBatch batch = new WriteBatch()) {
      for (drops.seek(Layout.DROPPED_FROM); drops.valid(); drops.next()) {
        if (Layout.position(drops.value()) <= startPosition) {
          batch.delete(drops.key());
        }
      }
      if (batch.count() > 0) {
        base.write(batch);
      }
    } catch (RocksDBException e) {
      throw Base.trouble("a batch for RocksDB cannot be made", e);
    }
  }

  /** Ends the thread; a round that runs is waited for. */
  void stop() {
    waiting.lock();
    try {
      stopped = true;
      work.signalAll();
      room.signalAll();
    } finally {
      waiting.unlock();
    }
    Thread running = thread;
    if (running != null) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  long tierBytes() {
    return tierBytes.get();
  }

  long flushes() {
    return flushes;
  }

  long failedFlushes() {
    return failedFlushes;
  }

  long flushedBytes() {
    return flushedBytes;
  }

  boolean isStalled() { return stalled; }

  /** Why the last flush failed; null: it did not. */
  @Nullable
  String trouble() {
    return trouble;
  }
}
