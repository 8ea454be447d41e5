package io.pika.node.store;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The elements of one collection of a slot, during one batch. */
final class SlotElements implements Elements {
  /**
   * A collection with no more keys than this is deleted key by key: RocksDB looks at every deleted range that lies in
   * its memory on every read, so ranges are for what would be many deletes.
   */
  private static final int FEW = 128;

  private final Batch batch;
  private final Base base;
  private final SlotState slot;
  private final long collection;

  SlotElements(Batch batch, Base base, SlotState slot, long collection) {
    this.batch = batch;
    this.base = base;
    this.slot = slot;
    this.collection = collection;
  }

  @Override
  public byte @Nullable [] get(byte[] name) {
    return batch.meter().read(slot.readElement(collection, key(name), base));
  }

  @Override
  public void put(byte[] name, byte[] value) {
    batch.put(slot, key(name), value);
    slot.touch(collection);
  }

  @Override
  public void delete(byte[] name) {
    batch.delete(slot, key(name));
    slot.touch(collection);
  }

  @Override
  public void deleteRange(byte[] from, byte @Nullable [] to) {
    slot.reads.forget(key(from), bound(to));
    batch.deleteRange(slot, key(from), bound(to));
    slot.touch(collection);
  }

  /** Goes with its key, whose going is what others see. */
  void clear() {
    List<byte[]> keys = new ArrayList<>();
    try (SlotCursor cursor = cursor(FROM_START, null)) {
      cursor.seek(key(FROM_START));
      while (keys.size() <= FEW && cursor.next()) {
        keys.add(cursor.key());
      }
    }
    if (keys.size() > FEW) {
      batch.deleteRange(slot, key(FROM_START), bound(null));
    } else {
      keys.forEach(key -> batch.delete(slot, key));
    }
  }

  @Override
  public ElementWalk walk(byte[] from, byte @Nullable [] to) {
    return upwards(cursor(from, to), key(from));
  }

  /** From before the first key at or after this one. */
  static ElementWalk upwards(SlotCursor cursor, byte[] from) {
    boolean begun = false;
    try {
      cursor.seek(from);
      begun = true;
      return new Upwards(cursor);
    } finally {
      if (!begun) {
        cursor.close();
      }
    }
  }

  @Override
  public ElementWalk walkBack(byte[] from, byte @Nullable [] to) {
    return downwards(cursor(from, to), bound(to));
  }

  /** From behind the last key before this one. */
  static ElementWalk downwards(SlotCursor cursor, byte[] to) {
    return new Downwards(cursor, to);
  }

  @Override
  public @Nullable ElementSnapshot snapshot(byte[] from, byte @Nullable [] to) {
    batch.meter().copy(slot.entriesInMemory());
    return batch.snapshots().take(slot, key(from), bound(to), collection);
  }

  @Override
  public byte @Nullable [] random(byte[] from, byte @Nullable [] to, RandomGenerator random) {
    try (SlotCursor cursor = cursor(from, to)) {
      byte[] drawn = RandomDraw.draw(cursor, key(from), bound(to), random);
      cursor.seek(drawn);
      if (!cursor.next()) {
        cursor.seek(key(from));
        return cursor.next() ? Layout.nameOf(cursor.key()) : null;
      }
      return Layout.nameOf(cursor.key());
    }
  }

  private SlotCursor cursor(byte[] from, byte @Nullable [] to) {
    return SlotCursor.ofElements(batch.meter(), slot, base, collection,
        new SlotCursor.Bounds(key(from), bound(to)));
  }

  private byte[] key(byte[] name) {
    return Layout.element(collection, name);
  }

  private byte[] bound(byte @Nullable [] to) {
    return bound(collection, to);
  }

  static byte[] bound(long collection, byte @Nullable [] to) {
    return to == null ? Layout.elementsTo(collection) : Layout.element(collection, to);
  }

  private record Upwards(SlotCursor cursor) implements ElementWalk {
    @Override
    public boolean next() {
      return cursor.next();
    }

    @Override
    public byte[] name() {
      return Layout.nameOf(cursor.key());
    }

    @Override
    public byte[] value() {
      return cursor.value();
    }

    @Override
    public void close() {
      cursor.close();
    }
  }

  private static final class Downwards implements ElementWalk {
    private final SlotCursor cursor;
    private byte[] at;

    Downwards(SlotCursor cursor, byte[] from) {
      this.cursor = cursor;
      this.at = from;
    }

    @Override
    public boolean next() {
      if (!cursor.previous(at)) {
        return false;
      }
      at = cursor.key();
      return true;
    }

    @Override
    public byte[] name() {
      return Layout.nameOf(cursor.key());
    }

    @Override
    public byte[] value() {
      return cursor.value();
    }

    @Override
    public void close() {
      cursor.close();
    }
  }
}
