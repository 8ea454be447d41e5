package io.pika.node.store;

import io.pika.node.log.LogException;
import io.pika.node.log.NodeLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the memory tier down to RocksDB, in rounds: slots with effects give their layers away, the log is synced, the layers are
 * written as sorted batches, each slot's with the slot's header, and last the position from which recovery has to read. A round
 * that fails keeps its layers, which go on being read, and is tried again.
 *
 * <p>As late as may be: when the tier is nearly full, when recovery would have to read too much, or when effects are old. And not
 * more than a part of the tier in a round, those slots first that have waited longest: what is written over in memory meanwhile
 * costs RocksDB nothing.
 */
final class Flusher {
  private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
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
  private final DirtySlots dirty = new DirtySlots();
  private final AtomicLong tierBytes = new AtomicLong();

  /** Held during a round, and by whoever must not meet one. Taken before slot locks. */
  private final ReentrantLock rounds = new ReentrantLock();
  private @Nullable FlushRound pending;
  private int incomplete;
  /** What RocksDB has on its disk for sure: the log below is not needed. */
  private long durable;
  private long written;

  private final ReentrantLock waiting = new ReentrantLock();
  private final Condition work = waiting.newCondition();
  private final Condition room = waiting.newCondition();
  private boolean stopped;
  private boolean retry;
  /** After a round that left slots out: it is not their age that begins the next one before then. */
  private volatile long patientUntil;
  private volatile long patientUntilNanos = System.nanoTime();
  private volatile boolean wanted;
  /** A slot is to be flushed because it alone has much. */
  private volatile boolean hurried;
  private volatile boolean stalled;
  private volatile long inRoundBytes;
  private volatile @Nullable String trouble;

  private volatile long flushes;
  private volatile long failedFlushes;
  private volatile long flushedBytes;
  private @Nullable Thread thread;

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
  void markDirty(SlotState slot, LongSupplier end) {
    if (slot.dirty) {
      return;
    }
    slot.dirty = true;
    if (dirty.add(slot, end)) {
      wake();
    }
  }

  /** @param end of the log now */
  void grew(long bytes, long end) {
    if (bytes != 0) {
      tierBytes.addAndGet(bytes);
    }
    if (!wanted && (isFull() || isOverdue(end))) {
      wanted = true;
      wake();
    }
  }

  /** Under the slot's lock, when it has effects. One that has much alone does not wait until it is the oldest. */
  void hurryIfLarge(SlotState slot) {
    Layer layer = slot.active;
    if (layer != null && !slot.hurried && layer.toldBytes() >= options.largeSlotBytes()) {
      slot.hurried = true;
      dirty.hurry(slot);
      wanted = true;
      hurried = true;
      wake();
    }
  }

  private void wake() {
    waiting.lock();
    try {
      work.signal();
    } finally {
      waiting.unlock();
    }
  }

  private boolean isOverdue(long end) {
    return end - options.logLagBytes() >= dirty.oldest() && end >= patientUntil;
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
    while (awaitWork(log)) {
      try {
        goOn(log);
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

  private boolean awaitWork(NodeLog log) {
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
        if (isFull() || hurried || isOverdue(log.endPosition())) {
          break;
        }
        long left = nanosUntilOld();
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

  /** Until the effects of the first slot are old. */
  private long nanosUntilOld() {
    long interval = options.flushInterval().toNanos();
    long since = dirty.sinceNanos();
    if (since == DirtySlots.NONE || interval == 0) {
      return FOR_EVER;
    }
    long now = System.nanoTime();
    return Math.max(interval - (now - since), patientUntilNanos - now);
  }

  /** One round with all slots, on this thread; before it the one that failed, if there is one. */
  void flush(NodeLog log) throws LogException {
    flush(log, FOR_EVER, FOR_EVER);
  }

  /** What there is to do when there is reason to: a round with the slots that have waited longest, and less log. */
  void goOn(NodeLog log) throws LogException, IOException {
    flush(log, options.roundBytes(), incomplete < MOST_INCOMPLETE ? PATIENCE_NANOS : FOR_EVER);
    if (written - durable >= options.logLagBytes()) {
      makeDurable(log);
    }
  }

  private void flush(NodeLog log, long most, long patienceNanos) throws LogException {
    rounds.lock();
    try {
      FlushRound failed = pending;
      if (failed != null) {
        log.sync();
        write(failed);
      }
      FlushRound round = rotate(log::endPosition, most, patienceNanos);
      log.sync();
      write(round);
    } finally {
      rounds.unlock();
    }
  }

  /** While the log is being recovered: all of it is synced, and what was replayed ends at the position. */
  void flushRecovered(LongSupplier position) {
    rounds.lock();
    try {
      write(pending == null ? rotate(position, FOR_EVER, FOR_EVER) : pending);
    } finally {
      rounds.unlock();
    }
  }

  /**
   * Nothing need be taken of what is appended meanwhile. The position is read after the slots were asked: what was appended below it is
   * in this round or was in one before, or its slot is dirty, and then the position is not behind the first of that slot's
   * effects. A slot that cannot be asked stays dirty, and first.
   */
  private FlushRound rotate(LongSupplier end, long most, long patienceNanos) {
    wanted = false;
    hurried = false;
    List<FlushRound.Part> parts = new ArrayList<>();
    List<SlotState> left = new ArrayList<>();
    long bytes = 0;
    long until = end.getAsLong();
    while (dirty.oldest() < until && bytes < most) {
      SlotState slot = dirty.poll();
      if (slot == null) {
        break;
      }
      if (!locks.tryLock(slot, patienceNanos)) {
        left.add(slot);
        continue;
      }
      try {
        FlushRound.Part part = rotate(slot);
        if (part != null) {
          parts.add(part);
          bytes += part.layer().toldBytes();
        }
      } finally {
        locks.unlock(slot);
      }
    }
    leaveDirty(left, end);
    inRoundBytes = bytes;
    FlushRound round = new FlushRound(parts, Math.max(written, dirty.position(end)), bytes);
    pending = round;
    return round;
  }

  /** Under the slot's lock. Null: there is nothing. */
  private static FlushRound.@Nullable Part rotate(SlotState slot) {
    slot.dirty = false;
    slot.hurried = false;
    Layer layer = slot.active;
    if (layer == null || layer.isEmpty() || slot.gone) {
      return null;
    }
    slot.flushing = layer;
    slot.active = null;
    return new FlushRound.Part(slot, layer, slot.header(), slot.reads.moment());
  }

  private void leaveDirty(List<SlotState> left, LongSupplier end) {
    left.forEach(dirty::putFirst);
    incomplete = left.isEmpty() ? 0 : incomplete + 1;
    if (!left.isEmpty()) {
      patientUntil = end.getAsLong() + options.logLagBytes() / MOST_INCOMPLETE;
      patientUntilNanos = System.nanoTime() + options.flushInterval().toNanos();
    }
  }

  private void write(FlushRound round) {
    round.write(base);
    compactor.offer(round.deletedRanges());
    round.refreshReads();
    release(round);
  }

  /** Slots that a long command holds come last: writers wait for the room. */
  private void release(FlushRound round) {
    List<FlushRound.Part> held = new ArrayList<>();
    for (FlushRound.Part part : round.parts()) {
      if (!release(part, 0)) {
        held.add(part);
      }
    }
    giveRoom(round);
    held.forEach(part -> release(part, FOR_EVER));
  }

  private boolean release(FlushRound.Part part, long patienceNanos) {
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

  private void giveRoom(FlushRound round) {
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
