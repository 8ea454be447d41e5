package io.pika.node.type;

/**
 * How far apart the elements of lists lie. Every element has a place, a number from 1 to {@code places - 1}, and places
 * are in the order of the list.
 *
 * @param step between neighbours that were pushed one after the other
 * @param places behind the last place
 * @param smallBits the elements of an irregular list are counted in blocks of 2^smallBits places,
 * @param largeBits and of 2^largeBits
 */
record ListSpacing(long step, long places, int smallBits, int largeBits) {
  /**
   * The first element lies in the middle: four million million pushes to either side. Twenty insertions at one place
   * need no renumbering. A block has 256, or 65536, elements that were pushed.
   */
  static final ListSpacing WIDE = new ListSpacing(1L << 20, Long.MAX_VALUE, 28, 36);

  ListSpacing {
    if (step < 1 || step > places / 4 || smallBits >= largeBits) {
      throw new IllegalArgumentException(step + " between elements, and " + places + " places");
    }
  }

  long middle() {
    return places / 2;
  }

  boolean has(long place) {
    return place > 0 && place < places;
  }

  /**
   * The gap that is left between neighbours when so many are renumbered. It grows with them, so that many are
   * renumbered more rarely than few.
   */
  long gap(int elements) {
    return Math.clamp(elements, 1, Math.max(step / 2, 1));
  }
}
