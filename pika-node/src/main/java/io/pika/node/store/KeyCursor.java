package io.pika.node.store;

import java.util.Arrays;

/** Walks over the metadata of a range of one slot's keys, either way. The rules are those of {@link SlotCursor}. */
final class KeyCursor implements AutoCloseable {
  private final SlotCursor cursor;
  private final KeyRange range;
  /** Downwards: behind the next key. */
  private byte[] bound = Layout.META_TO;
  private byte[] key = Layout.NO_VALUE;

  KeyCursor(SlotCursor cursor, KeyRange range) {
    this.cursor = cursor;
    this.range = range;
    byte[] greatest = range.greatest();
    switch (range.order()) {
      case UP -> cursor.seek(Layout.meta(range.least()));
      case DOWN ->
        bound = greatest == null ? Layout.META_TO : Layout.meta(Arrays.copyOf(greatest, greatest.length + 1));
    }
  }

  /** To the next key; false: there is none. */
  boolean next() {
    boolean found = switch (range.order()) {
      case UP -> cursor.next();
      case DOWN -> cursor.previous(bound);
    };
    if (!found) {
      return false;
    }
    bound = cursor.key();
    key = Layout.userKey(bound);
    return range.contains(key);
  }

  byte[] key() {
    return key;
  }

  /** The encoded entry. */
  byte[] value() {
    return cursor.value();
  }

  @Override
  public void close() {
    cursor.close();
  }
}
