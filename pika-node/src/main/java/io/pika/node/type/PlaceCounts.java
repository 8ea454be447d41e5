package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.nio.ByteBuffer;

/**
 * How many elements an irregular list has in each block of places, on two levels: what finds the place of an index
 * without a walk over all. A block without elements has no count. What was counted last is in memory until
 * {@link #flush}.
 */
final class PlaceCounts {
  /** The elements themselves, as blocks of one place. */
  private static final int ELEMENT = 0;
  private static final int SMALL = 1;
  private static final int LARGE = 2;
  private static final long NONE = -1;

  private final Elements elements;
  private final int[] bits;
  /** The block of each level whose count is held. */
  private final long[] heldBlock = {NONE, NONE, NONE};
  private final long[] heldCount = new long[LARGE + 1];

  PlaceCounts(Elements elements, ListSpacing spacing) {
    this.elements = elements;
    this.bits = new int[]{0, spacing.smallBits(), spacing.largeBits()};
  }

  /** Counts the elements of a regular list. */
  void build(long first, long last, long step) {
    for (int level = SMALL; level <= LARGE; level++) {
      for (long block = first >> bits[level]; block <= last >> bits[level]; block++) {
        long from = Math.max(block << bits[level], first);
        long to = Math.min((block + 1 << bits[level]) - 1, last);
        write(level, block, (to - first) / step - (from - first + step - 1) / step + 1);
      }
    }
  }

  /** Counts an element that was put or deleted. @param change 1 or -1 */
  void add(long place, int change) {
    for (int level = SMALL; level <= LARGE; level++) {
      long block = place >> bits[level];
      if (heldBlock[level] != block) {
        flush(level);
        heldBlock[level] = block;
        byte[] count = elements.get(ListNames.block(level, block));
        heldCount[level] = count == null ? 0 : ByteBuffer.wrap(count).getLong();
      }
      heldCount[level] += change;
    }
  }

  /** All elements from a place to another, both included, have been deleted. */
  void removed(long from, long to) {
    flush();
    for (int level = SMALL; level <= LARGE; level++) {
      long low = from >> bits[level];
      long high = to >> bits[level];
      ListNames.delete(elements, name(level, low), name(level, high + 1));
      write(level, low, counted(level, low));
      if (high != low) {
        write(level, high, counted(level, high));
      }
    }
  }

  /** Counts a block anew from the level below. */
  private long counted(int level, long block) {
    int below = level - 1;
    int shift = bits[level] - bits[below];
    long count = 0;
    try (ElementWalk walk = elements.walk(name(below, block << shift), name(below, block + 1 << shift))) {
      while (walk.next()) {
        count += countAt(below, walk);
      }
    }
    return count;
  }

  /** The place of an index in a list of this size. */
  long placeAt(long index, long size) {
    flush();
    Found found = new Found(0, index, size);
    for (int level = LARGE; level >= ELEMENT; level--) {
      int shift = level == LARGE ? Long.SIZE - 1 - bits[LARGE] : bits[level + 1] - bits[level];
      found = find(level, found.block << shift, found.block + 1 << shift, found);
    }
    return found.block;
  }

  /**
   * Where an index is.
   *
   * @param block the block that it is in
   * @param index within the block
   * @param count how many elements the block has
   */
  private record Found(long block, long index, long count) {}

  /** Walks from the nearer end. @param to exclusive */
  private Found find(int level, long from, long to, Found above) {
    boolean up = above.index < above.count / 2;
    long left = up ? above.index : above.count - 1 - above.index;
    byte[] low = name(level, from);
    byte[] high = name(level, to);
    try (ElementWalk walk = up ? elements.walk(low, high) : elements.walkBack(low, high)) {
      while (walk.next()) {
        long count = countAt(level, walk);
        if (left < count) {
          long block = level == ELEMENT ? ListNames.placeOf(walk.name()) : ListNames.blockOf(walk.name());
          return new Found(block, up ? left : count - 1 - left, count);
        }
        left -= count;
      }
    }
    throw new IllegalStateException("a list has fewer elements than its counts say");
  }

  private static byte[] name(int level, long block) {
    return level == ELEMENT ? ListNames.element(block) : ListNames.block(level, block);
  }

  private static long countAt(int level, ElementWalk walk) {
    return level == ELEMENT ? 1 : ByteBuffer.wrap(walk.value()).getLong();
  }

  /** Writes what is held. */
  void flush() {
    flush(SMALL);
    flush(LARGE);
  }

  private void flush(int level) {
    if (heldBlock[level] != NONE) {
      write(level, heldBlock[level], heldCount[level]);
      heldBlock[level] = NONE;
    }
  }

  private void write(int level, long block, long count) {
    byte[] name = ListNames.block(level, block);
    if (count == 0) {
      elements.delete(name);
    } else {
      elements.put(name, ByteBuffer.allocate(Long.BYTES).putLong(count).array());
    }
  }

  /** Deletes all counts. */
  void drop() {
    heldBlock[SMALL] = NONE;
    heldBlock[LARGE] = NONE;
    ListNames.delete(elements, ListNames.block(SMALL, 0), ListNames.BLOCKS_TO);
  }
}
