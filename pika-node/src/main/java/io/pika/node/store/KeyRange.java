package io.pika.node.store;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Keys from one to another in the order of their bytes, and the way in which they are walked. Compare by the fields: arrays
 * compare by identity.
 *
 * @param least inclusive
 * @param greatest inclusive; null: to the last key
 */
public record KeyRange(byte[] least, byte @Nullable [] greatest, Order order) {
  public enum Order {
    UP, DOWN
  }

  /** The rest from a key on, in the order of the walk. */
  public KeyRange from(byte[] key) {
    return switch (order) {
      case UP -> new KeyRange(key, greatest, order);
      case DOWN -> new KeyRange(least, key, order);
    };
  }

  boolean contains(byte[] key) {
    return Arrays.compareUnsigned(key, least) >= 0
        && (greatest == null || Arrays.compareUnsigned(key, greatest) <= 0);
  }

  /** What comes first in the walk is the lesser. */
  public Comparator<byte[]> comparator() {
    return switch (order) {
      case UP -> Arrays::compareUnsigned;
      case DOWN -> (one, other) -> Arrays.compareUnsigned(other, one);
    };
  }
}
