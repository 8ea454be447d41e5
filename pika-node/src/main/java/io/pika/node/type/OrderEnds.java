package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bounds between which all names of an order lie. Members are mostly taken from the ends, as from a queue, so that outside
 * lie many that were deleted; walks begin here instead of stepping over them. Changes are noted during a command and
 * followed by {@link #find} at its end: then they are the bounds of the first and of the last name. An order that nothing
 * was taken from has none but that of its first byte, and nothing is kept for it.
 *
 * <pre>own: | length u8 | from | to |, or nothing</pre>
 */
final class OrderEnds {
  /** What is kept of a name: long members need not be twice in the head. */
  private static final int KEPT_BYTES = 64;

  private byte[] from;
  private byte[] to;
  private boolean known;
  private boolean firstGone;
  private boolean lastGone;
  private boolean changed;

  /**
   * @param order the byte with which all names begin
   * @param own what {@link #encode} gave; empty: nothing was taken from the order yet
   */
  OrderEnds(byte order, byte[] own) {
    known = own.length > 0;
    int middle = known ? 1 + own[0] : 0;
    from = known ? Arrays.copyOfRange(own, 1, middle) : new byte[]{order};
    to = known ? Arrays.copyOfRange(own, middle, own.length) : new byte[]{(byte) (order + 1)};
  }

  byte[] encode() {
    return ByteBuffer.allocate(1 + from.length + to.length).put((byte) from.length).put(from).put(to).array();
  }

  /** No name lies before. */
  byte[] from() {
    return from;
  }

  /** All names lie before. */
  byte[] to() {
    return to;
  }

  /** Whether they are others than were kept, or will be found to be. */
  boolean areChanged() {
    return changed || firstGone || lastGone;
  }

  /** The later of a bound and the lower end. */
  byte[] clippedFrom(byte[] bound) {
    return Arrays.compareUnsigned(bound, from) < 0 ? from : bound;
  }

  /** The earlier of a bound and the upper end. */
  byte[] clippedTo(byte[] bound) {
    return Arrays.compareUnsigned(bound, to) > 0 ? to : bound;
  }

  /** A name has been put, or will be. */
  void added(byte[] name) {
    if (!known) {
      return;
    }
    byte[] low = low(name);
    byte[] high = high(name);
    if (Arrays.compareUnsigned(low, from) < 0) {
      from = low;
      changed = true;
    }
    if (Arrays.compareUnsigned(high, to) > 0) {
      to = high;
      changed = true;
    }
  }

  void removed(byte[] name) {
    firstGone |= !known || Arrays.equals(low(name), from);
    lastGone |= !known || Arrays.equals(high(name), to);
  }

  /** @param rangeTo exclusive */
  void removedRange(byte[] rangeFrom, byte[] rangeTo) {
    firstGone |= !known || Arrays.compareUnsigned(low(rangeFrom), from) <= 0;
    lastGone |= !known || Arrays.compareUnsigned(high(rangeTo), to) >= 0;
  }

  /** Looks for the first and the last name if they were removed. */
  void find(Elements elements) {
    changed = areChanged();
    known |= changed;
    if (firstGone) {
      firstGone = false;
      try (ElementWalk walk = elements.walk(from, to)) {
        from = walk.next() ? low(walk.name()) : from;
      }
    }
    if (lastGone) {
      lastGone = false;
      try (ElementWalk walk = elements.walkBack(from, to)) {
        to = walk.next() ? high(walk.name()) : to;
      }
    }
  }

  /** Not after the name, nor after any later one. */
  private static byte[] low(byte[] name) {
    return name.length <= KEPT_BYTES ? name : Arrays.copyOf(name, KEPT_BYTES);
  }

  /** After the name, and after all earlier ones. */
  private static byte[] high(byte[] name) {
    return name.length < KEPT_BYTES ? Arrays.copyOf(name, name.length + 1) : successor(low(name));
  }

  /** The least that is greater than all that begin with this one, which does not begin with 0xff. */
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
