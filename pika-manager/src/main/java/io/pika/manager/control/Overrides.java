package io.pika.manager.control;

import io.pika.manager.plan.Failover;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What an operator has allowed for a few minutes; forgotten with the process. Thread-safe. */
public final class Overrides implements Failover.Overrides {
  /** Long enough for elections, and too short to be forgotten about. */
  public static final Duration HOLDS = Duration.ofMinutes(5);
  private static final int ALL_TABLES = -1;

  private final ConcurrentHashMap<Integer, Long> allowedNanos = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  Overrides(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Replaces leaders although most nodes are gone. */
  public void releaseBrake() {
    allowedNanos.put(ALL_TABLES, nanoTime.getAsLong());
  }

  /** Elects leaders of a table from what replicas there are. */
  public void acceptLoss(int table) {
    allowedNanos.put(table, nanoTime.getAsLong());
  }

  @Override
  public boolean brakeIsOff() {
    return holds(ALL_TABLES);
  }

  @Override
  public boolean acceptsLoss(int table) {
    return holds(table);
  }

  private boolean holds(int what) {
    Long allowed = allowedNanos.get(what);
    return allowed != null && nanoTime.getAsLong() - allowed < HOLDS.toNanos();
  }
}
