package io.pika.node.replica;

import io.pika.node.log.LogSearch.Slot;

/** Hears of slots that cannot go on from the log. Called by the thread that follows the leader, once for each connection. */
interface Copies {
  /**
   * @param leader node that leads the slot
   * @param epoch at which it does
   * @param common index up to which both have the same records, where the reason is that they have diverged
   */
  record Need(Slot slot, int leader, long epoch, Message.Reason reason, long common) {}

  void needed(Need need);
}
