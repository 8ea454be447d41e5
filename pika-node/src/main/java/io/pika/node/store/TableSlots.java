package io.pika.node.store;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The touched slots of one table, by number. Any thread; an entry once made stays until it is made anew. */
final class TableSlots {
  private volatile AtomicReferenceArray<SlotState> slots = new AtomicReferenceArray<>(1);

  @Nullable
  SlotState find(int slot) {
    AtomicReferenceArray<SlotState> now = slots;
    return slot < now.length() ? now.get(slot) : null;
  }

  /** How far the numbers of touched slots can go, exclusive. */
  int bound() {
    return slots.length();
  }

  /** Under the slot's lock, so that a slot is not made twice. Takes the place of the one before. */
  SlotState make(int slot, IntFunction<SlotState> maker) {
    SlotState made = maker.apply(slot);
    synchronized (this) {
      AtomicReferenceArray<SlotState> now = slots;
      if (slot >= now.length()) {
        AtomicReferenceArray<SlotState> grown = new AtomicReferenceArray<>(Integer.highestOneBit(slot) * 2);
        for (int i = 0; i < now.length(); i++) {
          grown.set(i, now.get(i));
        }
        now = grown;
      }
      now.set(slot, made);
      slots = now;
    }
    return made;
  }

  void forEach(Consumer<SlotState> action) {
    AtomicReferenceArray<SlotState> now = slots;
    for (int i = 0; i < now.length(); i++) {
      SlotState slot = now.get(i);
      if (slot != null) {
        action.accept(slot);
      }
    }
  }

  int count() {
    int[] count = new int[1];
    forEach(slot -> count[0]++);
    return count[0];
  }

  /** Whether a slot has ever been written, as far as is known without its lock. */
  boolean hasRecords() {
    boolean[] found = new boolean[1];
    forEach(slot -> found[0] |= slot.index != 0);
    return found[0];
  }
}
