package io.pika.node.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads for long work on tables, and a bounded line of such work. No table gets more than its share of the threads, nor of
 * the line: half of each. Tables that wait take turns, and within a table who came first goes first.
 */
public final class Workers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  /** With fewer than two, one table could take all. */
  static final int FEWEST = 2;

  private final int threads;
  private final int line;
  private final ThreadPoolExecutor pool;
  /** Those that have work, in the order of their turns. Guarded by this object, like the next two fields. */
  private final Map<Integer, Share> tables = new LinkedHashMap<>();
  private int running;
  private int waiting;
  private final LongAdder refused = new LongAdder();
  private final LongAdder done = new LongAdder();

  private static final class Share {
    final Deque<Runnable> waiting = new ArrayDeque<>();
    int running;

    boolean isEmpty() { return running == 0 && waiting.isEmpty(); }
  }

  private record Turn(int table, Runnable work) {}

  /** @param line how many pieces of work may wait for a thread */
  public Workers(String name, int threads, int line) {
    this.threads = Math.max(FEWEST, threads);
    this.line = line;
    AtomicInteger number = new AtomicInteger();
    pool = new ThreadPoolExecutor(this.threads, this.threads, 30, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(), work -> Thread.ofPlatform().daemon()
            .name(name + "-" + number.incrementAndGet()).unstarted(work));
    pool.allowCoreThreadTimeOut(true);
  }

  /** False: the line is full, or the table's share of it. Never blocks. */
  public boolean offer(int table, Runnable work) {
    synchronized (this) {
      Share share = tables.get(table);
      int own = share == null ? 0 : share.waiting.size();
      boolean startsNow = mayRun(share);
      if (!startsNow && (waiting >= line || own >= Math.max(1, line / 2))) {
        refused.increment();
        return false;
      }
      share(table).waiting.addLast(work);
      waiting++;
    }
    startNext();
    return true;
  }

  /** For work that had its turn and could not go on: it goes before all others of its table. */
  void again(int table, Runnable work) {
    synchronized (this) {
      share(table).waiting.addFirst(work);
      waiting++;
    }
    startNext();
  }

  private Share share(int table) {
    return tables.computeIfAbsent(table, _ -> new Share());
  }

  private boolean mayRun(@Nullable Share share) {
    return running < threads && (share == null || share.waiting.isEmpty() && share.running < threads / 2);
  }

  private void startNext() {
    Turn turn = take();
    if (turn != null) {
      try {
        pool.execute(() -> run(turn));
      } catch (RejectedExecutionException stopping) {
        end(turn.table);
      }
    }
  }

  private synchronized @Nullable Turn take() {
    if (running >= threads) {
      return null;
    }
    for (Map.Entry<Integer, Share> each : tables.entrySet()) {
      Share share = each.getValue();
      Runnable work = share.running < threads / 2 ? share.waiting.poll() : null;
      if (work != null) {
        int table = each.getKey();
        share.running++;
        running++;
        waiting--;
        // Behind the others: it has had its turn.
        tables.remove(table);
        tables.put(table, share);
        return new Turn(table, work);
      }
    }
    return null;
  }

  private void run(Turn first) {
    for (Turn turn = first; turn != null; turn = take()) {
      try {
        turn.work.run();
      } catch (RuntimeException | Error bug) {
        LOG.error("Work for table {} failed: a bug", turn.table, bug);
      }
      done.increment();
      end(turn.table);
    }
  }

  private synchronized void end(int table) {
    Share share = share(table);
    share.running--;
    running--;
    if (share.isEmpty()) {
      tables.remove(table);
    }
  }

  /** Threads at work. */
  public synchronized int busy() {
    return running;
  }

  /** Pieces of work that wait for a thread. */
  public synchronized int waiting() {
    return waiting;
  }

  /** Pieces of work that found the line full. */
  public long refused() {
    return refused.sum();
  }

  /** Pieces of work that have been done. */
  public long done() {
    return done.sum();
  }

  /** What waits is given up. */
  @Override
  public void close() {
    pool.shutdownNow();
  }
}
