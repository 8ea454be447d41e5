package io.pika.cli.transfer;

import io.pika.cli.redis.RedisAddress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the table, a thread each. Who puts batches waits while a lane has enough, or all together have taken
 * their share of the memory. For one thread that puts.
 */
public final class Lanes implements AutoCloseable {
  private static final int QUEUED_BATCHES = 2;
  private static final long LOOK_MS = 100;

  /** Of the heap: as much may be read ahead, and as much one string may take. */
  private static final int HEAP_SHARE = 4;
  private static final int UNIT_BYTES = 1024;
  private static final int UNITS = (int) Math.min(64 << 10,
      Runtime.getRuntime().maxMemory() / HEAP_SHARE / UNIT_BYTES);

  /** @param units of memory; a batch that takes more than all takes all */
  private record Ordered(Batch batch, Ledger.Entry entry, int units) {}

  private final Semaphore memory = new Semaphore(UNITS);

  private final Ledger ledger = new Ledger();
  private final List<BlockingQueue<Ordered>> queues = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
  private int next;

  public Lanes(int count, RedisAddress table, Tally tally) {
    for (int i = 0; i < count; i++) {
      BlockingQueue<Ordered> queue = new ArrayBlockingQueue<>(QUEUED_BATCHES);
      queues.add(queue);
      threads.add(Thread.ofVirtual().name("lane-" + i).start(() -> run(queue, new Lane(table, tally))));
    }
  }

  int count() {
    return queues.size();
  }

  /** One lane after the other. */
  int nextLane() {
    next = (next + 1) % queues.size();
    return next;
  }

  /** What is put into one lane is done in order. Throws what went wrong in any lane. */
  void put(int lane, Batch batch) throws IOException {
    int units = (int) Math.min(UNITS, 1 + batch.bytes() / UNIT_BYTES);
    try {
      do {
        check();
      } while (!memory.tryAcquire(units, LOOK_MS, TimeUnit.MILLISECONDS));
      Ordered ordered = new Ordered(batch, ledger.begin(batch.after()), units);
      do {
        check();
      } while (!queues.get(lane).offer(ordered, LOOK_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException stop) {
      throw interrupted(stop);
    }
  }

  /** Waits until everything is done. */
  void drain() throws IOException {
    try {
      while (!ledger.isEmpty()) {
        check();
        ledger.await(LOOK_MS);
      }
    } catch (InterruptedException stop) {
      throw interrupted(stop);
    }
    check();
  }

  private static InterruptedIOException interrupted(InterruptedException stop) {
    Thread.currentThread().interrupt();
    InterruptedIOException ended = new InterruptedIOException("interrupted");
    ended.initCause(stop);
    return ended;
  }

  /** Up to where everything is done; null: nothing is. */
  public @Nullable Place reached() {
    return ledger.reached();
  }

  private void check() throws IOException {
    IOException trouble = failure.get();
    if (trouble != null) {
      throw trouble;
    }
  }

  private void run(BlockingQueue<Ordered> queue, Lane lane) {
    try (lane) {
      while (true) {
        Ordered ordered = queue.take();
        lane.deliver(ordered.batch);
        memory.release(ordered.units);
        ledger.end(ordered.entry);
      }
    } catch (IOException trouble) {
      failure.compareAndSet(null, trouble);
      ledger.wake();
    } catch (RuntimeException bug) {
      failure.compareAndSet(null, new IOException("a mistake of ours: " + bug, bug));
      ledger.wake();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is on its way is given up. */
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        thread.join(1_000);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
