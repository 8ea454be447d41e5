package io.pika.manager.plan;

import java.util.Set;

/**
 * What a node has lately said of itself. Soft: forgotten with the process, and said again with the next heartbeat.
 *
 * @param silentMs since its last word; since the manager began to lead when there was none
 * @param appliedVersion topology version that it serves by, 0: not said yet
 * @param purged tables being dropped of which it has no data left
 */
public record Observed(Health health, long silentMs, long appliedVersion, Set<Integer> purged) {
  public boolean isAlive() { return health == Health.ALIVE; }
}
