package io.pika.manager.control;

import io.pika.core.rpc.HeartbeatRequest;
import io.pika.core.rpc.TableReplicas;
import io.pika.manager.plan.Health;
import io.pika.manager.plan.Observations;
import io.pika.manager.plan.Observed;
import io.pika.manager.plan.Observed.Behind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The last word of every node, when it came, and until when the node may lead by it. Soft: a new term begins with nothing. It
 * takes every node for suspect, but not for dead, until it had time to speak; and it takes for granted that the last term has
 * just renewed every lease. Thread-safe.
 */
public final class NodeReports {
  private static final long NEVER = Long.MAX_VALUE;

  private final ConcurrentHashMap<Integer, Report> reports = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition heard = lock.newCondition();
  private final LongSupplier nanoTime;
  private final long leaseNanos;
  private final long deadNanos;
  private final long begunNanos;
  private final long begunVersion;

  /**
   * What is known of one node.
   *
   * @param hasSpoken in this term
   * @param heartbeat empty right after a registration, and while it was silent
   * @param leaseEndNanos by this process's clock; the node counts from an earlier moment
   * @param leaseFrom topology version that the node has to know before its lease is renewed: by an older one it may take for
   *     its own what others lead
   */
  public record Report(boolean hasSpoken, HeartbeatRequest heartbeat, Set<Integer> purged,
      Map<Integer, List<Behind>> replicas, long heardNanos, long leaseEndNanos, long leaseFrom) {
    Report leasedFrom(long version) {
      return new Report(hasSpoken, heartbeat, purged, replicas, heardNanos, leaseEndNanos, version);
    }
  }

  /**
   * What comes of a heartbeat.
   *
   * @param isNews whether the planner can make something of it: new knowledge, or a node that is back
   * @param renews whether the node's lease is renewed by it
   */
  record Heard(boolean isNews, boolean renews) {}

  /**
   * Begins a term.
   *
   * @param dead silence after which a node does not count any more
   * @param begunVersion of the topology: what earlier terms have decided
   */
  public NodeReports(LongSupplier nanoTime, Duration lease, Duration dead, long begunVersion) {
    this.nanoTime = nanoTime;
    this.leaseNanos = lease.toNanos();
    this.deadNanos = dead.toNanos();
    this.begunNanos = nanoTime.getAsLong();
    this.begunVersion = begunVersion;
  }

  private Report silent() {
    return new Report(false, HeartbeatRequest.getDefaultInstance(), Set.of(), Map.of(), begunNanos,
        begunNanos + leaseNanos,
        begunVersion);
  }

  /** The lease is counted from now: the answer goes out later, and the node counts from when it had sent its word. */
  Heard heard(int node, HeartbeatRequest heartbeat) {
    Set<Integer> purged = Set.copyOf(heartbeat.getPurgedTablesList());
    Map<Integer, List<Behind>> replicas = replicas(heartbeat);
    boolean[] news = new boolean[1];
    Report after = reports.compute(node, (id, known) -> {
      long now = nanoTime.getAsLong();
      Report before = known == null ? silent() : known;
      news[0] = !before.hasSpoken() || now - before.heardNanos() > leaseNanos
          || before.heartbeat().getAppliedVersion() != heartbeat.getAppliedVersion()
          || !before.purged().equals(purged) || !before.replicas().equals(replicas);
      boolean renews = heartbeat.getAppliedVersion() >= before.leaseFrom();
      return new Report(true, heartbeat, purged, replicas, now,
          renews ? now + leaseNanos : before.leaseEndNanos(),
          before.leaseFrom());
    });
    tellWaiters();
    return new Heard(news[0], heartbeat.getAppliedVersion() >= after.leaseFrom());
  }

  private static Map<Integer, List<Behind>> replicas(HeartbeatRequest heartbeat) {
    return heartbeat.getReplicasList().stream().collect(Collectors.toMap(TableReplicas::getTable,
        table -> table.getLagsList().stream()
            .map(lag -> new Behind(lag.getFrom(), lag.getTo(), lag.getNode()))
            .toList(),
        (one, other) -> other));
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

  /**
   * A registration is a word, too; what an earlier process of the node had said is forgotten. A new process begins with a lease:
   * it leads nothing by what was decided before. One that registers again may know less than was decided since: its next
   * heartbeat says.
   */
  void registered(int node, Process process) {
    reports.compute(node, (id, known) -> {
      long now = nanoTime.getAsLong();
      Report before = known == null ? silent() : known;
      return switch (process) {
        case NEW ->
          new Report(true, HeartbeatRequest.getDefaultInstance(), Set.of(), Map.of(), now, now + leaseNanos,
              begunVersion);
        case KNOWN ->
          new Report(true, HeartbeatRequest.getDefaultInstance(), Set.of(), Map.of(), now,
              before.leaseEndNanos(),
              before.leaseFrom());
      };
    });
  }

  /** Who registers. */
  public enum Process {
    NEW, KNOWN
  }

  /** Renews the lease of a node no more; false when it has one that may still run. */
  boolean endLease(int node) {
    Report after = reports.compute(node, (id, known) -> {
      Report before = known == null ? silent() : known;
      return isOver(before, nanoTime.getAsLong()) ? before.leasedFrom(NEVER) : before;
    });
    return after.leaseFrom() == NEVER;
  }

  /** Nodes that must not have a lease have none; the others have one again as soon as they know a version. */
  void fence(Set<Integer> unfenced, long version) {
    unfenced.forEach(node -> reports.compute(node,
        (id, known) -> (known == null ? silent() : known).leasedFrom(NEVER)));
    reports.replaceAll((node, report) -> report.leaseFrom() == NEVER && !unfenced.contains(node)
        ? report.leasedFrom(version)
        : report);
  }

  /** The margin is for a node's clock that goes slower than this one. */
  private boolean isOver(Report report, long nowNanos) {
    return nowNanos - report.leaseEndNanos() > leaseNanos / 10;
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
      Report known = reports.get(node);
      Report report = known == null ? silent() : known;
      long silentNanos = nowNanos - report.heardNanos();
      Health health = silentNanos > deadNanos
          ? Health.DEAD
          : !report.hasSpoken() || silentNanos > leaseNanos ? Health.SUSPECT : Health.ALIVE;
      return new Observed(health, TimeUnit.NANOSECONDS.toMillis(silentNanos),
          report.heartbeat().getAppliedVersion(), report.purged(), isOver(report, nowNanos),
          report.replicas());
    };
  }

  Observations now() {
    return at(nanoTime.getAsLong());
  }
}
