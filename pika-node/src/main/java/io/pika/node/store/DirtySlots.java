package io.pika.node.store;

import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Slots with effects that RocksDB does not have, in the order in which they are to go there: the one that has waited longest is
 * first, so that keys which are written often are written over in memory as long as may be. Any thread.
 *
 * <p>Each has a position that the log had not passed when the first of these effects was appended. It never decreases along the
 * queue: recovery would have to begin at the first one's.
 */
final class DirtySlots {
  static final long NONE = Long.MAX_VALUE;

  private final ArrayDeque<SlotState> slots = new ArrayDeque<>();
  private volatile long oldest = NONE;

  /** Before the append, under the slot's lock. @param end of the log. Returns whether it is the only one */
  synchronized boolean add(SlotState slot, LongSupplier end) {
    slot.dirtyFrom = end.getAsLong();
    slot.dirtySinceNanos = System.nanoTime();
    slots.addLast(slot);
    refresh();
    return slots.size() == 1;
  }

  /** The first one, which is not here any more; null: there is none. */
  synchronized @Nullable SlotState poll() {
    SlotState first = slots.pollFirst();
    refresh();
    return first;
  }

  /** Before all others, whenever it came. */
  synchronized void putFirst(SlotState slot) {
    SlotState first = slots.peekFirst();
    if (first != null) {
      slot.dirtyFrom = Math.min(slot.dirtyFrom, first.dirtyFrom);
    }
    slots.addFirst(slot);
    refresh();
  }

  /** One that is here goes before all others. */
  synchronized void hurry(SlotState slot) {
    if (slots.remove(slot)) {
      putFirst(slot);
    }
  }

  private void refresh() {
    SlotState first = slots.peekFirst();
    oldest = first == null ? NONE : first.dirtyFrom;
  }

  /** Of all these slots no effect was appended before this position of the log; {@link #NONE}: there is no slot. */
  long oldest() {
    return oldest;
  }

  /** Up to where all of the log is in slots that have left. @param end of the log */
  synchronized long position(LongSupplier end) {
    return slots.isEmpty() ? end.getAsLong() : oldest;
  }

  /** Since when the first one is here; {@link #NONE}: there is none. By {@link System#nanoTime}. */
  synchronized long sinceNanos() {
    SlotState first = slots.peekFirst();
    return first == null ? NONE : first.dirtySinceNanos;
  }
}
