package io.pika.manager.control;

import io.pika.core.rpc.HeartbeatRequest;
import io.pika.manager.plan.Health;
import io.pika.manager.plan.Observations;
import io.pika.manager.plan.Observed;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last word of every node, and when it came. Soft: a new term begins with nothing, and takes every node for
 * suspect, but not for dead, until it had time to speak. Thread-safe.
 */
public final class NodeReports {
  private final ConcurrentHashMap<Integer, Report> reports = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition heard = lock.newCondition();
  private final LongSupplier nanoTime;
  private final long leaseNanos;
  private final long deadNanos;
  private final long begunNanos;

  /** @param heartbeat empty right after a registration */
  public record Report(HeartbeatRequest heartbeat, Set<Integer> purged, long heardNanos) {}

  /** @param dead silence after which a node does not count any more */
  public NodeReports(LongSupplier nanoTime, Duration lease, Duration dead) {
    this.nanoTime = nanoTime;
    this.leaseNanos = lease.toNanos();
    this.deadNanos = dead.toNanos();
    this.begunNanos = nanoTime.getAsLong();
  }

  /** Whether the planner can make something of it: new knowledge, or a node that is back. */
  boolean heard(int node, HeartbeatRequest heartbeat) {
    Report now = new Report(heartbeat, Set.copyOf(heartbeat.getPurgedTablesList()), nanoTime.getAsLong());
    Report before = reports.put(node, now);
    tellWaiters();
    return before == null || now.heardNanos() - before.heardNanos() > leaseNanos
        || before.heartbeat().getAppliedVersion() != heartbeat.getAppliedVersion()
        || !before.purged().equals(now.purged());
  }

  /** Waits for reports that make something true, at most so long; false when it did not become true. */
  boolean await(BooleanSupplier condition, Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = heard.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void tellWaiters() {
    lock.lock();
    try {
      heard.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A registration is a word, too; what an earlier process of the node had said is forgotten. */
  void registered(int node) {
    reports.put(node, new Report(HeartbeatRequest.getDefaultInstance(), Set.of(), nanoTime.getAsLong()));
  }

  void forget(int node) {
    reports.remove(node);
  }

  public @Nullable Report report(int node) {
    return reports.get(node);
  }

  public Observed of(int node) {
    return at(nanoTime.getAsLong()).of(node);
  }

  /** As seen at one instant. */
  Observations at(long nowNanos) {
    return node -> {
      Report report = reports.get(node);
      long silentNanos = nowNanos - (report == null ? begunNanos : report.heardNanos());
      Health health = silentNanos > deadNanos
          ? Health.DEAD
          : report == null || silentNanos > leaseNanos ? Health.SUSPECT : Health.ALIVE;
      return new Observed(health, TimeUnit.NANOSECONDS.toMillis(silentNanos),
          report == null ? 0 : report.heartbeat().getAppliedVersion(),
          report == null ? Set.of() : report.purged());
    };
  }

  Observations now() {
    return at(nanoTime.getAsLong());
  }
}
