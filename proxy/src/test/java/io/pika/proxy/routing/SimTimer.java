package io.pika.proxy.routing;

import io.pika.proxy.peer.PeerTimer;
import java.util.Comparator;
import java.util.PriorityQueue;

/** The time of a simulation: jumps from one task to the next. */
final class SimTimer implements PeerTimer {
  private final PriorityQueue<Task> tasks = new PriorityQueue<>(
      Comparator.comparingLong(Task::atMs).thenComparingLong(Task::number));
  private long nowMs;
  private long number;

  private record Task(long atMs, long number, Runnable run) {}

  @Override
  public long nowMs() {
    return nowMs;
  }

  @Override
  public void after(long delayMs, Runnable task) {
    tasks.add(new Task(nowMs + Math.max(0, delayMs), number++, task));
  }

  /** False: nothing is left to do. */
  boolean step() {
    Task next = tasks.poll();
    if (next == null) {
      return false;
    }
    nowMs = next.atMs();
    next.run().run();
    return true;
  }

  /** Runs what is due at this very moment. */
  void stepIfDue() {
    if (!tasks.isEmpty() && tasks.element().atMs() <= nowMs) {
      step();
    }
  }

  void runAll() {
    while (step()) {
      // Each step may bring others.
    }
  }
}
