package io.pika.node.control;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What this process has promised in elections: to take no record and to serve no request of a slot at an epoch smaller than one. In
 * memory only; why that is enough stands in docs/decisions/2026-11-26-replication-ships-the-log.md. Made and asked under the slots'
 * locks, so that whoever took something before is in the position that is answered. Any thread.
 */
public final class Promises {
  /** Of tables of which a slot was asked for, a few. */
  private final ConcurrentHashMap<Integer, AtomicLongArray> epochs = new ConcurrentHashMap<>();

  /** Whether something of that epoch may still be taken or served. */
  public boolean allow(int table, int slot, long epoch) {
    if (epochs.isEmpty()) {
      return true;
    }
    AtomicLongArray slots = epochs.get(table);
    return slots == null || slots.get(slot) <= epoch;
  }

  /**
   * Under the slot's lock. False: nothing is promised, a greater epoch is known.
   *
   * @param slots of the table
   */
  public boolean promise(int table, int slots, int slot, long epoch) {
    AtomicLongArray known = epochs.computeIfAbsent(table, id -> new AtomicLongArray(slots));
    return known.accumulateAndGet(slot, epoch, Math::max) == epoch;
  }

  /** The table is gone. */
  public void forget(int table) {
    epochs.remove(table);
  }
}
