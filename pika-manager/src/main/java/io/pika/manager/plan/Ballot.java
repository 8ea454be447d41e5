package io.pika.manager.plan;

import org.jspecify.annotations.Nullable;

/** What replicas have said of their positions; soft, and asked for again when it is gone. The same for the whole of one planning. */
public interface Ballot {
  /**
   * What a replica answered, and with that promised.
   *
   * @param index of the newest record; positions are ordered by epoch, then index
   * @param inCopy what it has is no state that the slot ever had
   * @param refused it knows of a greater epoch, and has promised nothing
   */
  record Answer(long epoch, long index, long digest, boolean inCopy, boolean refused) {
    boolean counts() {
      return !inCopy && !refused;
    }

    boolean isAbove(Answer other) {
      return epoch != other.epoch ? epoch > other.epoch : index > other.index;
    }
  }

  /** Of a replica that was asked for this epoch; null: none yet, or from an earlier process. */
  @Nullable
  Answer answer(int node, long process, int table, int slot, long epoch);

  /** Whether an order can be sent to it now: connected, and nothing that was asked lately is unanswered. */
  boolean canBeAsked(int node, long process);

  /** Whether it was asked so lately that its answer is worth waiting for. */
  boolean owesAnAnswer(int node);
}
