package io.pika.node.store;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws a key out of a range. Goes down the tree that the keys' common beginnings make: among the keys that begin
 * alike it draws the next byte between the first one's and the last one's, until one key is left. It costs a few
 * seeks, whatever the count of keys; where keys are spread evenly, as numbered ones are, the draw is even.
 */
final class RandomDraw {
  private RandomDraw() {}

  /** A key in the range, or one near to which there is one; what it is called in an empty range does not matter. */
  static byte[] draw(SlotCursor cursor, byte[] start, byte[] end, RandomGenerator random) {
    byte[] from = start;
    byte[] to = end;
    while (true) {
      cursor.seek(from);
      if (!cursor.next() || Layout.ORDER.compare(cursor.key(), to) >= 0) {
        return from;
      }
      byte[] first = cursor.key();
      byte[] last = cursor.before(to);
      int common = last == null ? -1 : Arrays.mismatch(first, last);
      if (last == null || common < 0) {
        return first;
      }
      int least = leastByte(cursor, first, common);
      int greatest = last[common] & 0xff;
      int next = random.nextInt(least, greatest + 1);
      if (first.length == common && next == least) {
        return first;
      }
      from = Arrays.copyOf(last, common + 1);
      from[common] = (byte) next;
      cursor.seek(from);
      if (!cursor.next()) {
        return from;
      }
      // Nothing begins with that byte: the next one that there is stands for it.
      from = Arrays.copyOf(cursor.key(), common + 1);
      to = successor(from);
    }
  }

  /** Where the first key ends and others go on, its end counts as the byte below the least of theirs. */
  private static int leastByte(SlotCursor cursor, byte[] first, int common) {
    if (common < first.length) {
      return first[common] & 0xff;
    }
    cursor.seek(Arrays.copyOf(first, first.length + 1));
    return cursor.next() ? (cursor.key()[common] & 0xff) - 1 : 0;
  }

  /** The least string that is greater than all that begin with this one, which does not end in 0xff only. */
  private static byte[] successor(byte[] prefix) {
    int length = prefix.length;
    while (prefix[length - 1] == (byte) 0xff) {
      length--;
    }
    byte[] next = Arrays.copyOf(prefix, length);
    next[length - 1]++;
    return next;
  }
}
