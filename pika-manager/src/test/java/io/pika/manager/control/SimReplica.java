package io.pika.manager.control;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.rpc.Order;
import io.pika.core.rpc.OrderAnswer;
import io.pika.core.rpc.PositionsAnswer;
import io.pika.core.rpc.ReplicaLag;
import io.pika.core.rpc.ReplicaPosition;
import io.pika.core.rpc.SlotsAsked;
import io.pika.core.rpc.TableReplicas;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A node as the decision about replication describes it: it keeps the promises that the manager counts on, and no others. What
 * is final or a list of records survives its crash; the rest is forgotten by {@link #start}.
 */
final class SimReplica {
  final int number;
  /** How fast its clock goes against the simulation's. */
  final double clock;
  final List<List<Entry>> logs = new ArrayList<>();
  final boolean[] inCopy;
  int id;
  long version;
  @Nullable Table table;

  boolean up;
  boolean paused;
  long process;
  long registeredVersion;
  double leaseEnd;
  final long[] promised;
  /** What followers have, as they told the leader, by node, of the epoch at which it leads. */
  final long[][] acked;

  /** The table at the last report, and how long its logs were. */
  private @Nullable Table reported;
  private final int[] sizes;
  private final IntUnaryOperator numbers;

  /** One record of a slot; its index is its place in the log. */
  record Entry(long epoch, int value) {}

  /** @param numbers from a node's id to its number */
  SimReplica(int number, double clock, int slots, int nodes, IntUnaryOperator numbers) {
    this.number = number;
    this.numbers = numbers;
    this.sizes = new int[slots];
    this.clock = clock;
    this.inCopy = new boolean[slots];
    this.promised = new long[slots];
    this.acked = new long[slots][nodes + 1];
    for (int slot = 0; slot < slots; slot++) {
      logs.add(new ArrayList<>());
    }
  }

  void start(long newProcess) {
    up = true;
    paused = false;
    process = newProcess;
    registeredVersion = 0;
    leaseEnd = 0;
    reported = null;
    java.util.Arrays.fill(promised, 0);
    for (long[] each : acked) {
      java.util.Arrays.fill(each, 0);
    }
  }

  boolean acts() {
    return up && !paused;
  }

  double localTime(long nowMs) {
    return nowMs * clock;
  }

  void learn(Table newer, long newerVersion) {
    if (newerVersion <= version) {
      return;
    }
    Table before = table;
    table = newer;
    version = newerVersion;
    for (int slot = 0; slot < promised.length; slot++) {
      if (before == null || before.range(slot).epoch() != newer.range(slot).epoch()) {
        java.util.Arrays.fill(acked[slot], 0);
      }
    }
  }

  @Nullable
  SlotRange range(int slot) {
    return table == null ? null : table.range(slot);
  }

  /** The epoch below which it takes nothing any more. */
  long heardOf(int slot) {
    SlotRange range = range(slot);
    return Math.max(promised[slot], range == null ? 0 : range.epoch());
  }

  boolean serves(int slot, long nowMs) {
    SlotRange range = range(slot);
    if (!acts() || range == null || range.leader() != id || registeredVersion == 0 || inCopy[slot]) {
      return false;
    }
    return !range.isReplicated() || range.since() > registeredVersion && promised[slot] <= range.epoch()
        && leaseEnd > localTime(nowMs);
  }

  /** Which followers are in step, as the heartbeat says it. */
  List<TableReplicas> report() {
    Table now = table;
    if (now == null) {
      return List.of();
    }
    TableReplicas.Builder report = TableReplicas.newBuilder().setTable(now.id());
    for (int slot = 0; slot < promised.length; slot++) {
      SlotRange range = now.range(slot);
      Table before = reported;
      boolean same = before != null && before.acks().equals(now.acks()) && before.range(slot).equals(range);
      if (range.leader() == id) {
        for (int node : range.replicas()) {
          if (node != id && !(same && ackedBy(node, slot) >= sizes[slot])) {
            report.addLags(ReplicaLag.newBuilder().setFrom(slot).setTo(slot).setNode(node));
          }
        }
      }
    }
    reported = now;
    for (int slot = 0; slot < promised.length; slot++) {
      sizes[slot] = logs.get(slot).size();
    }
    return List.of(report.build());
  }

  private int ackedBy(int node, int slot) {
    return (int) acked[slot][numbers.applyAsInt(node)];
  }

  OrderAnswer answer(Order order) {
    PositionsAnswer.Builder positions = PositionsAnswer.newBuilder();
    for (SlotsAsked asked : order.getPositions().getSlotsList()) {
      for (int slot = asked.getFrom(); slot <= asked.getTo(); slot++) {
        boolean refused = heardOf(slot) > asked.getEpoch();
        if (!refused) {
          promised[slot] = asked.getEpoch();
        }
        List<Entry> log = logs.get(slot);
        positions.addPositions(ReplicaPosition.newBuilder().setTable(asked.getTable()).setSlot(slot)
            .setEpoch(log.isEmpty() ? 0 : log.getLast().epoch()).setIndex(log.size())
            .setDigest(log.hashCode())
            .setInCopy(inCopy[slot]).setRefused(refused));
      }
    }
    return OrderAnswer.newBuilder().setId(order.getId()).setPositions(positions).build();
  }

  /** Takes what the leader has beyond its own, at most so many; marks itself in copy when the logs have parted. */
  void follow(SimReplica leader, int slot, int most) {
    List<Entry> mine = logs.get(slot);
    List<Entry> theirs = leader.logs.get(slot);
    boolean isPrefix = mine.size() <= theirs.size() && theirs.subList(0, mine.size()).equals(mine);
    if (!isPrefix) {
      inCopy[slot] = true;
    } else if (!inCopy[slot]) {
      mine.addAll(List.copyOf(theirs.subList(mine.size(), Math.min(theirs.size(), mine.size() + most))));
    }
  }

  /** The copy is complete. Until then what was there before has been overwritten. */
  void copied(SimReplica leader, int slot) {
    logs.set(slot, new ArrayList<>(leader.logs.get(slot)));
    inCopy[slot] = false;
  }
}
