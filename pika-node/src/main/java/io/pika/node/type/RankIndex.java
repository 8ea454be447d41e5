package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;

/** Places of names in an ordered part of a collection: how many names lie before one, and which lies at a place. */
final class RankIndex {
  private final Elements elements;
  private final byte[] from;
  private final byte[] to;

  /** @param part the byte with which the names begin that are counted */
  RankIndex(Elements elements, byte part) {
    this.elements = elements;
    this.from = new byte[]{part};
    this.to = new byte[]{(byte) (part + 1)};
  }

  /** How many names lie before a bound, which may be a name or not. */
  long rank(byte[] bound) {
    return count(from, bound);
  }

  /** How many names lie in a range. @param end exclusive */
  long count(byte[] start, byte[] end) {
    long count = 0;
    try (ElementWalk walk = elements.walk(start, end)) {
      while (walk.next()) {
        count++;
      }
    }
    return count;
  }

  /** The name at a place. @param size count of all names, above the rank */
  byte[] nameAt(long rank, long size) {
    boolean nearEnd = rank > size / 2;
    long steps = nearEnd ? size - 1 - rank : rank;
    try (ElementWalk walk = nearEnd ? elements.walkBack(from, to) : elements.walk(from, to)) {
      while (walk.next()) {
        if (steps-- == 0) {
          return walk.name();
        }
      }
    }
    throw new IllegalStateException("the collection has fewer names than its size says");
  }
}
