package io.pika.node.engine;

import io.pika.node.engine.SlotExecutor.NotLedException;
import io.pika.node.store.Batch;
import io.pika.node.store.DueSlots;
import io.pika.node.store.KeySpace;
import io.pika.node.store.StoreException;
import io.pika.proxy.protocol.RefusalException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes keys whose time has come, in the slots that this node leads, by logged effects: who follows the log
 * needs no clock. Readers treat such keys as absent already; this frees their space and corrects the counts.
 *
 * <p>One thread sleeps until the first key of the node is due. In a turn every slot that is due gets a bounded
 * number of deletes, those that waited longest first; what has more goes behind the others. Turns are apart by
 * at least {@link #MIN_PAUSE}, and after a long turn by three times its length: it never takes more than about a
 * quarter of one core.
 */
public final class Expirer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Expirer.class);
  static final Duration MIN_PAUSE = Duration.ofMillis(50);
  static final int SLOTS_PER_TURN = 256;
  static final int KEYS_PER_SLOT = 64;
  /** When a slot that is not led here, or a log that refuses, is asked again. */
  static final long RETRY_MS = 10_000;
  /** When a slot that a long command holds is. */
  private static final long HELD_RETRY_MS = 500;

  private final SlotExecutor executor;
  private final InstantSource clock;
  private final DueSlots due;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition earlier = lock.newCondition();
  private boolean stopped;
  private volatile long expired;
  private final Thread thread;

  public Expirer(SlotExecutor executor, InstantSource clock) {
    this.executor = executor;
    this.clock = clock;
    this.due = executor.store().due();
    due.whenEarlier(this::wake);
    thread = Thread.ofPlatform().name("expirer").daemon().unstarted(this::runUntilStopped);
  }

  public void start() {
    thread.start();
  }

  /** Keys deleted since the start. */
  public long expired() {
    return expired;
  }

  private void wake() {
    lock.lock();
    try {
      earlier.signal();
    } finally {
      lock.unlock();
    }
  }

  private void runUntilStopped() {
    try {
      executor.store().findDue();
      while (awaitDue()) {
        long before = System.nanoTime();
        turn();
        pause(Math.max(MIN_PAUSE.toNanos(), 3 * (System.nanoTime() - before)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("Keys are no longer deleted when they expire, until this node is restarted", e);
    }
  }

  /** False: stopped. */
  private boolean awaitDue() throws InterruptedException {
    lock.lock();
    try {
      while (!stopped) {
        long first = due.firstMs();
        long left = first - clock.millis();
        if (left <= 0) {
          return true;
        }
        if (first == Long.MAX_VALUE) {
          earlier.await();
        } else {
          earlier.await(left, TimeUnit.MILLISECONDS);
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Not shortened by wake-ups: it is what bounds the work. */
  private void pause(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (left > 0 && !stopped) {
        left = earlier.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** One turn over the slots that are due. Returns how many keys were deleted. */
  int turn() {
    List<DueSlots.Due> slots = due.take(clock.millis(), SLOTS_PER_TURN);
    int deleted = 0;
    for (DueSlots.Due slot : slots) {
      deleted += expire(slot);
    }
    expired += deleted;
    return deleted;
  }

  private int expire(DueSlots.Due slot) {
    long epoch = executor.leadership().epoch(slot.table(), slot.slot());
    if (executor.isHeld(slot.table(), slot.slot())) {
      due.offer(slot.table(), slot.slot(), clock.millis() + HELD_RETRY_MS);
      return 0;
    }
    try {
      if (epoch != 0 && executor.whyNoWrites() == null) {
        return executor.inSlot(slot.table(), slot.slot(), epoch, this::expireDue);
      }
    } catch (NotLedException | RefusalException e) {
      LOG.debug("Expiry in table {} slot {} waits: {}", slot.table(), slot.slot(), e.getMessage());
    } catch (StoreException e) {
      LOG.error("Expired keys cannot be deleted; it is tried again", e);
    }
    due.offer(slot.table(), slot.slot(), clock.millis() + RETRY_MS);
    return 0;
  }

  private int expireDue(Batch batch, KeySpace keys) {
    return batch.expireDue(KEYS_PER_SLOT);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      stopped = true;
      earlier.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (thread.isAlive()) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
