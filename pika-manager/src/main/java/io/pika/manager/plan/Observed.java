package io.pika.manager.plan;

import io.pika.core.model.SlotRange;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a node has lately said of itself. Soft: forgotten with the process, and said again with the next heartbeat.
 *
 * @param silentMs since its last word; since the manager began to lead when there was none
 * @param appliedVersion topology version that it serves by, 0: not said yet
 * @param purged tables being dropped of which it has no data left
 * @param leaseIsOver with a margin: it serves no slot with several replicas any more
 * @param replicas by table of which it reports replicas: those of the slots that it leads that are not in step
 */
public record Observed(Health health, long silentMs, long appliedVersion, Set<Integer> purged,
    boolean leaseIsOver, Map<Integer, List<Behind>> replicas) {
  /** A node that reports no replicas. */
  public Observed(Health health, long silentMs, long appliedVersion, Set<Integer> purged,
      boolean leaseIsOver) {
    this(health, silentMs, appliedVersion, purged, leaseIsOver, Map.of());
  }

  /** A replica that does not have, or is not about to have, the newest records of some neighbouring slots. */
  public record Behind(int from, int to, int node) {}

  /** Whether it says, as the leader, that a replica of all these slots is in step. */
  public boolean saysInStep(int table, SlotRange range, int node) {
    List<Behind> behind = replicas.get(table);
    return behind != null && behind.stream().noneMatch(
        each -> each.node() == node && each.from() <= range.to() && range.from() <= each.to());
  }

  public boolean isAlive() { return health == Health.ALIVE; }
}
