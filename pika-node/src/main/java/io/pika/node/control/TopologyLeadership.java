package io.pika.node.control;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.node.engine.Leadership;
import io.pika.node.engine.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What this node leads by its topology and its lease. A slot with one replica is served without a lease: nobody else
 * can have its data. Any thread; a hot path.
 */
public final class TopologyLeadership implements Leadership {
  private final Topology topology;
  private final Lease lease;
  private final int self;

  /** @param self this node's id */
  public TopologyLeadership(Topology topology, Lease lease, int self) {
    this.topology = topology;
    this.lease = lease;
    this.self = self;
  }

  @Override
  public Verdict check(int table, int slot, long epoch) {
    SlotRange range = range(table, slot);
    if (range == null) {
      return Verdict.UNKNOWN_TABLE;
    }
    if (range.epoch() != epoch) {
      return Verdict.WRONG_EPOCH;
    }
    return mayServe(range) ? Verdict.LEADS : Verdict.NOT_LEADER;
  }

  @Override
  public long epoch(int table, int slot) {
    SlotRange range = range(table, slot);
    return range == null || !mayServe(range) ? 0 : range.epoch();
  }

  private boolean mayServe(SlotRange range) {
    return range.leader() == self && (range.replicas().size() == 1 || lease.isHeld());
  }

  private @Nullable SlotRange range(int table, int slot) {
    Table known = topology.table(table);
    return known == null || known.state() == TableState.DROPPING || slot >= known.slots()
        ? null
        : known.range(slot);
  }
}
