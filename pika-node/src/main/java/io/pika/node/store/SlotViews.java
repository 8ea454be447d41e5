package io.pika.node.store;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slots that one batch has touched, in the order of the first touch. A hot path: each command looks for its slot, in
 * a table with open places that is at most half full.
 */
final class SlotViews {
  private static final int FIRST = 16;

  private SlotView[] inOrder = new SlotView[FIRST];
  private @Nullable SlotView[] places = new @Nullable SlotView[2 * FIRST];
  private int size;

  @Nullable
  SlotView find(int table, int slot) {
    int mask = places.length - 1;
    int place = place(table, slot) & mask;
    for (SlotView view = places[place]; view != null; view = places[place]) {
      if (view.slot() == slot && view.table() == table) {
        return view;
      }
      place = place + 1 & mask;
    }
    return null;
  }

  /** One that is not there. */
  void add(SlotView view) {
    if (size == inOrder.length) {
      grow();
    }
    inOrder[size++] = view;
    put(view);
  }

  private void grow() {
    inOrder = Arrays.copyOf(inOrder, 2 * size);
    places = new @Nullable SlotView[4 * size];
    for (int i = 0; i < size; i++) {
      put(inOrder[i]);
    }
  }

  private void put(SlotView view) {
    int mask = places.length - 1;
    int place = place(view.table(), view.slot()) & mask;
    while (places[place] != null) {
      place = place + 1 & mask;
    }
    places[place] = view;
  }

  /** Neighbouring slots of a table lie side by side. */
  private static int place(int table, int slot) {
    return table * 0x9e3779b1 + slot;
  }

  int size() {
    return size;
  }

  SlotView get(int index) {
    return inOrder[index];
  }

  void forEach(Consumer<SlotView> action) {
    for (int i = 0; i < size; i++) {
      action.accept(inOrder[i]);
    }
  }
}
