package io.pika.node.replica;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.rpc.ReplicaLag;
import io.pika.core.rpc.ReplicaState;
import io.pika.core.rpc.TableReplicas;
import io.pika.node.log.LogSearch.Slot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which followers the leader says are in step: those that have acknowledged all that was there at the report before, if it went by
 * the same replicas and acks then. So whoever reads that a follower is in step knows that it has all that clients were
 * told by whatever the leader went by earlier; and under load a follower is in step that is one report behind. Used by one thread.
 */
final class StepReport {
  private final int self;
  private final LongSupplier logEnd;
  private final Followers followers;
  private Map<Integer, Table> before = Map.of();
  private long endBefore;

  /** What followers have acknowledged. */
  interface Followers {
    boolean isConnected(int node);

    /** @param position of this node's log */
    boolean has(int node, Slot slot, long position);
  }

  /** @param logEnd position of this node's log behind all records that there are */
  StepReport(int self, LongSupplier logEnd, Followers followers) {
    this.self = self;
    this.logEnd = logEnd;
    this.followers = followers;
  }

  /** Of every table of which this node has one of several replicas of some slot. */
  List<TableReplicas> next(Collection<Table> tables) {
    Map<Integer, Table> now = new HashMap<>();
    List<TableReplicas> reports = new ArrayList<>();
    for (Table table : tables) {
      TableReplicas.Builder report = TableReplicas.newBuilder().setTable(table.id());
      boolean any = false;
      for (SlotRange range : table.ranges()) {
        any |= range.isReplicated() && range.replicas().contains(self);
        if (range.isReplicated() && range.leader() == self) {
          range.replicas().stream().filter(node -> node != self)
              .forEach(node -> add(report, table, range, node));
        }
      }
      if (any) {
        now.put(table.id(), table);
        reports.add(report.build());
      }
    }
    before = now;
    endBefore = logEnd.getAsLong();
    return reports;
  }

  private void add(TableReplicas.Builder report, Table table, SlotRange range, int node) {
    ReplicaState otherwise = followers.isConnected(node)
        ? ReplicaState.REPLICA_BEHIND
        : ReplicaState.REPLICA_AWAY;
    int from = -1;
    for (int number = range.from(); number <= range.to() + 1; number++) {
      boolean late = number <= range.to() && !isInStep(table, range, number, node);
      if (late && from < 0) {
        from = number;
      } else if (!late && from >= 0) {
        report.addLags(
            ReplicaLag.newBuilder().setFrom(from).setTo(number - 1).setNode(node).setState(otherwise));
        from = -1;
      }
    }
  }

  private boolean isInStep(Table table, SlotRange range, int number, int node) {
    @Nullable Table known = before.get(table.id());
    return known != null && known.acks().equals(table.acks()) && known.range(number).equals(range)
        && followers.has(node, new Slot(table.id(), number), endBefore);
  }
}
