package io.pika.node.control;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.node.engine.Leadership;
import io.pika.node.engine.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What this node leads by its topology, its lease and its promises. A slot with one replica is served without a lease: nobody else
 * can have its data. Any thread; a hot path.
 */
public final class TopologyLeadership implements Leadership {
  private final Topology topology;
  private final Lease lease;
  private final Promises promises;
  private final int self;

  /** @param self this node's id */
  public TopologyLeadership(Topology topology, Lease lease, Promises promises, int self) {
    this.topology = topology;
    this.lease = lease;
    this.promises = promises;
    topology.listen(change -> change.removedTables().forEach(promises::forget));
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
    return mayServe(table, slot, range) ? Verdict.LEADS : Verdict.NOT_LEADER;
  }

  @Override
  public long epoch(int table, int slot) {
    SlotRange range = range(table, slot);
    return range == null || !mayServe(table, slot, range) ? 0 : range.epoch();
  }

  @Override
  public long lease() {
    return lease.number();
  }

  @Override
  public boolean holds(long number) {
    return lease.isHeld(number);
  }

  @Override
  public boolean needsLease(int table, int slot) {
    SlotRange range = range(table, slot);
    return range != null && range.isReplicated();
  }

  /**
   * Whether this process leads the slot at that epoch, with or without a lease: what others follow it by. Not by a decision made
   * before it registered: it may have lost records that its followers have.
   */
  public boolean leads(int table, int slot, long epoch) {
    SlotRange range = range(table, slot);
    return range != null && range.epoch() == epoch && range.leader() == self && isMine(table, slot, range);
  }

  /** Under the slot's lock: whether nothing greater than that epoch was promised to anybody. */
  public boolean allows(int table, int slot, long epoch) {
    return promises.allow(table, slot, epoch);
  }

  private boolean mayServe(int table, int slot, SlotRange range) {
    return range.leader() == self
        && (!range.isReplicated() || lease.isHeld() && isMine(table, slot, range));
  }

  private boolean isMine(int table, int slot, SlotRange range) {
    return lease.covers(range.since()) && promises.allow(table, slot, range.epoch());
  }

  private @Nullable SlotRange range(int table, int slot) {
    Table known = topology.table(table);
    return known == null || known.state() == TableState.DROPPING || slot >= known.slots()
        ? null
        : known.range(slot);
  }
}
