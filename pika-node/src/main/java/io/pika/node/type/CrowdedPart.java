package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Neighbours of a list that get new places, because between two of them there is none left.
 *
 * @param places the old ones
 * @param values in the list's order, and the new one among them
 * @param before behind this place the new ones begin
 * @param gap from each new place to the next
 * @param hasFirst the list's first element is among them
 * @param hasLast the list's last element is among them
 */
record CrowdedPart(List<Long> places, List<byte[]> values, long before, long gap, boolean hasFirst,
    boolean hasLast) {
  private static final int LEAST = 32;

  /** The least part that has room enough: twice as many to either side until there is. */
  static CrowdedPart around(Elements elements, ListSpacing spacing, long before, long behind, byte[] value) {
    for (int reach = LEAST;; reach *= 2) {
      Gathering gathering = new Gathering(elements, reach);
      gathering.take(before, value, behind);
      CrowdedPart part = gathering.spread(spacing);
      boolean whole = part.hasFirst && part.hasLast;
      if (part.gap >= (whole ? 1 : spacing.gap(part.values.size()))) {
        return part;
      }
      if (whole) {
        throw new IllegalStateException("a list has as many elements as there are places");
      }
    }
  }

  /** Whether the list is regular when it has these places. */
  boolean isRegular(ListSpacing spacing) {
    return hasFirst && hasLast && gap == spacing.step();
  }

  /** Takes elements from a place to both sides. */
  private static final class Gathering {
    private final Elements elements;
    private final int reach;
    private final Deque<Long> places = new ArrayDeque<>();
    private final Deque<byte[]> values = new ArrayDeque<>();
    /** The place of the neighbour that is not among them; 0: there is none. */
    private long left;
    private long right;

    Gathering(Elements elements, int reach) {
      this.elements = elements;
      this.reach = reach;
    }

    void take(long before, byte[] value, long behind) {
      values.add(value);
      try (ElementWalk walk = elements.walkBack(Elements.FROM_START, ListNames.element(before + 1))) {
        for (int i = 0; walk.next() && left == 0; i++) {
          if (i == reach) {
            left = ListNames.placeOf(walk.name());
          } else {
            places.addFirst(ListNames.placeOf(walk.name()));
            values.addFirst(walk.value());
          }
        }
      }
      try (ElementWalk walk = elements.walk(ListNames.element(behind), ListNames.ELEMENTS_TO)) {
        for (int i = 0; walk.next() && right == 0; i++) {
          if (i == reach) {
            right = ListNames.placeOf(walk.name());
          } else {
            places.addLast(ListNames.placeOf(walk.name()));
            values.addLast(walk.value());
          }
        }
      }
    }

    CrowdedPart spread(ListSpacing spacing) {
      int gaps = values.size() + 1;
      long wide = Math.min(gaps * spacing.step(), spacing.places());
      long low = left;
      long high = right;
      if (left == 0 && right == 0) {
        low = spacing.middle() - wide / 2;
        high = low + wide;
      } else if (left == 0) {
        low = Math.max(0, places.getFirst() - wide);
      } else if (right == 0) {
        high = Math.min(spacing.places(), places.getLast() + wide);
      }
      return new CrowdedPart(List.copyOf(places), List.copyOf(values), low, (high - low) / gaps, left == 0,
          right == 0);
    }
  }
}
