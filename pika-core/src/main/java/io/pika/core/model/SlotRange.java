package io.pika.core.model;

import java.util.List;

/**
 * Neighbouring slots of one table that have the same epoch, leader and replicas.
 * See docs/decisions/2026-11-26-replication-ships-the-log.md.
 *
 * @param from first slot
 * @param to last slot, inclusive
 * @param epoch grows with every change of leader, from 1
 * @param leader node id
 * @param replicas node ids, with the leader
 * @param learners those of the replicas that do not count yet, or no more
 * @param since version of the topology when this epoch was decided; 0 where there is one replica
 */
public record SlotRange(int from, int to, long epoch, int leader, List<Integer> replicas,
    List<Integer> learners,
    long since) {
  /** A range without learners of which nobody asks when its epoch was decided. */
  public SlotRange(int from, int to, long epoch, int leader, List<Integer> replicas) {
    this(from, to, epoch, leader, replicas, List.of(), 0);
  }

  public SlotRange {
    replicas = List.copyOf(replicas);
    learners = List.copyOf(learners);
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("slot range " + from + "-" + to + " is empty or negative");
    }
    if (!replicas.contains(leader)) {
      throw new IllegalArgumentException("leader " + leader + " of slots " + from + "-" + to
          + " is not one of the replicas " + replicas);
    }
    if (learners.contains(leader) || !replicas.containsAll(learners)) {
      throw new IllegalArgumentException("learners " + learners + " of slots " + from + "-" + to
          + " are not among the replicas " + replicas + " that do not lead");
    }
  }

  /** The same for a part of the slots. */
  public SlotRange part(int first, int last) {
    return new SlotRange(first, last, epoch, leader, replicas, learners, since);
  }

  /** The same, decided at another version of the topology. */
  public SlotRange decidedAt(long version) {
    return new SlotRange(from, to, epoch, leader, replicas, learners, version);
  }

  public boolean isReplicated() { return replicas.size() > 1; }

  /** Replicas that count, with the leader. */
  public int counting() {
    return replicas.size() - learners.size();
  }

  public int slots() {
    return to - from + 1;
  }
}
