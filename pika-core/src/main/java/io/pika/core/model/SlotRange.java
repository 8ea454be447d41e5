package io.pika.core.model;

import java.util.List;

/**
 * Neighbouring slots of one table that have the same epoch, leader and replicas.
 *
 * @param from first slot
 * @param to last slot, inclusive
 * @param epoch grows with every change of leader, from 1
 * @param leader node id
 * @param replicas node ids, with the leader
 */
public record SlotRange(int from, int to, long epoch, int leader, List<Integer> replicas) {
  public SlotRange {
    replicas = List.copyOf(replicas);
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("slot range " + from + "-" + to + " is empty or negative");
    }
    if (!replicas.contains(leader)) {
      throw new IllegalArgumentException("leader " + leader + " of slots " + from + "-" + to
          + " is not one of the replicas " + replicas);
    }
  }

  public int slots() {
    return to - from + 1;
  }
}
