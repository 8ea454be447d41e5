package io.pika.node.replica;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.node.control.TopologyLeadership;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.store.Following;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who leads which slots at which epoch, as far as this node has been told. Any thread. */
final class Epochs implements Following.Fence {
  private final Topology topology;
  private final TopologyLeadership leadership;
  private final int self;

  Epochs(Topology topology, TopologyLeadership leadership, int self) {
    this.topology = topology;
    this.leadership = leadership;
    this.self = self;
  }

  /** What this node leads of which another one has a replica. */
  LeaderStream.Leading leadingOf(int follower) {
    return (slot, epoch) -> {
      SlotRange range = range(slot);
      return range != null && leadership.leads(slot.table(), slot.slot(), epoch)
          && range.replicas().contains(follower);
    };
  }

  /** Tables that are not being dropped. */
  List<Table> kept() {
    return topology.tables().stream().filter(Epochs::isKept).toList();
  }

  @Override
  public boolean admits(Slot slot, long epoch) {
    SlotRange range = range(slot);
    return range != null && range.epoch() <= epoch && leadership.allows(slot.table(), slot.slot(), epoch);
  }

  /** Whether this node has a replica of a slot that another one leads at that epoch. */
  boolean follows(Slot slot, int leader, long epoch) {
    SlotRange range = range(slot);
    return range != null && range.leader() == leader && range.epoch() == epoch && isFollowed(range);
  }

  private @Nullable SlotRange range(Slot slot) {
    Table table = topology.table(slot.table());
    return table == null || !isKept(table) || slot.slot() >= table.slots() ? null : table.range(slot.slot());
  }

  private static boolean isKept(Table table) {
    return table.state() != TableState.DROPPING;
  }

  private boolean isFollowed(SlotRange range) {
    return range.leader() != self && range.replicas().contains(self);
  }

  /** Whether this node has one of several replicas of any slot. */
  boolean hasReplicas() {
    return topology.tables().stream().anyMatch(table -> isKept(table) && table.ranges().stream()
        .anyMatch(range -> range.isReplicated() && range.replicas().contains(self)));
  }

  /** Nodes that lead slots of which this node has another replica. */
  Set<Integer> leaders() {
    Set<Integer> leaders = new TreeSet<>();
    for (Table table : topology.tables()) {
      if (isKept(table)) {
        table.ranges().stream().filter(this::isFollowed).forEach(range -> leaders.add(range.leader()));
      }
    }
    return leaders;
  }

  /** The slots that this node follows another one for, with their epochs. */
  Map<Slot, Long> followedOf(int leader) {
    Map<Slot, Long> slots = new HashMap<>();
    for (Table table : topology.tables()) {
      for (SlotRange range : table.ranges()) {
        if (isKept(table) && range.leader() == leader && isFollowed(range)) {
          for (int slot = range.from(); slot <= range.to(); slot++) {
            slots.put(new Slot(table.id(), slot), range.epoch());
          }
        }
      }
    }
    return slots;
  }
}
