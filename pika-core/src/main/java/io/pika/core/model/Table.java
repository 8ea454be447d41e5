package io.pika.core.model;

import java.util.List;

/**
 * A table as nodes know it: what it takes to admit a client and to find the leader of a key.
 *
 * @param id also the index that SELECT takes; table 0 is {@code default}
 * @param slots a power of two, 1 to {@value #MAX_SLOTS}
 * @param blocked clients are refused, data stays
 * @param passwordHash see {@link io.pika.core.model.PasswordHash}; empty: no password
 * @param crossSlot what becomes of commands whose keys lie in several slots
 * @param acks what a write waits for, where there are several replicas
 * @param ranges ascending, covering 0 to {@code slots - 1} without holes or overlaps
 */
public record Table(int id, String name, int slots, TableState state, boolean blocked, String passwordHash,
    CrossSlot crossSlot, Acks acks, List<SlotRange> ranges) {
  public static final int MAX_SLOTS = 16384;

  /** A table whose writes wait for no follower. */
  public Table(int id, String name, int slots, TableState state, boolean blocked, String passwordHash,
      CrossSlot crossSlot, List<SlotRange> ranges) {
    this(id, name, slots, state, blocked, passwordHash, crossSlot, Acks.NONE, ranges);
  }

  /** A table as it is made when nothing else is asked for. */
  public Table(int id, String name, int slots, TableState state, boolean blocked, String passwordHash,
      List<SlotRange> ranges) {
    this(id, name, slots, state, blocked, passwordHash, CrossSlot.REFUSE, ranges);
  }

  public Table {
    ranges = List.copyOf(ranges);
    if (slots < 1 || slots > MAX_SLOTS || Integer.bitCount(slots) != 1) {
      throw new IllegalArgumentException("table " + name + ": " + slots
          + " slots; it must be a power of two from 1 to " + MAX_SLOTS);
    }
    int next = 0;
    for (SlotRange range : ranges) {
      if (range.from() != next) {
        throw new IllegalArgumentException(
            "table " + name + ": slot ranges leave a hole or overlap at " + next);
      }
      next = range.to() + 1;
    }
    if (next != slots) {
      throw new IllegalArgumentException("table " + name + ": slot ranges end at " + next + " of " + slots);
    }
  }

  /** The range that a slot is in: leader, epoch, replicas. */
  public SlotRange range(int slot) {
    int low = 0;
    int high = ranges.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).to() < slot) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return ranges.get(low);
  }

  public boolean isOpen() { return passwordHash.isEmpty(); }
}
