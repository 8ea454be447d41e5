package io.pika.node.server;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.pika.node.engine.Workers;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for what must not run on event loops. Each pool is bounded, in threads and in work that waits. */
final class Pools implements AutoCloseable {
  private static final int WAITING = 512;

  /** Slow password hashes: they take a tenth of a second of one core each. */
  final ThreadPoolExecutor passwords = pool("passwords",
      Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 2));
  /** Changes of users: they wait for the manager and compute slow hashes. */
  final ThreadPoolExecutor users = pool("users", 4);
  /** Commands over whole tables: they read the disk. One table has half of the threads at most. */
  final Workers ranges = new Workers("tables", 4, WAITING);
  /** Commands over several slots: they wait for one answer after the other. */
  final ThreadPoolExecutor crossing = pool("several-slots", 32);
  /** Counting over whole tables, which nobody waits for. */
  final Workers counts = new Workers("counts", 2, WAITING);
  /** Libraries of functions: they are read, and the manager is asked. */
  final ThreadPoolExecutor functions = pool("functions", 2);
  /** Requests that waited for their slot. */
  final ThreadPoolExecutor late = pool("late-requests", 2);

  /** Pieces of long replies; of each reply one at a time, so that they are never too many. */
  final ThreadPoolExecutor pieces = pool("long-replies", 4);

  private static ThreadPoolExecutor pool(String name, int threads) {
    ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(WAITING), new DefaultThreadFactory(name, true));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  @Override
  public void close() {
    passwords.shutdownNow();
    users.shutdownNow();
    ranges.close();
    counts.close();
    functions.shutdownNow();
    late.shutdownNow();
    pieces.shutdownNow();
    crossing.shutdownNow();
  }
}
