package io.pika.node.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Walks over a range of one slot's keys as they are now: the memory tier over RocksDB. Keys are slot-relative.
 * Under the slot's lock from construction to close, unless it walks over a snapshot. Meanwhile keys that it has passed may be written and deleted, but
 * nothing ahead of it, and no range.
 */
final class SlotCursor implements AutoCloseable {
  private final WorkMeter meter;
  private final SlotState slot;
  private final LayerWalk active;
  private final LayerWalk flushing;
  private final Base.Iteration base;
  private byte @Nullable [] activeNext;
  private byte @Nullable [] flushingNext;
  private byte @Nullable [] baseNext;
  /** The last move was downwards: RocksDB's iterator is at the last key before its bound, or there is none. */
  private boolean descending;
  private byte[] key = Layout.NO_VALUE;
  private byte[] value = Layout.NO_VALUE;

  SlotCursor(WorkMeter meter, SlotState slot, Base base, byte[] from, byte[] to) {
    this(meter, slot, from, to, slot.stored
        ? base.iterate(Layout.key(slot.prefix, from), Layout.key(slot.prefix, to))
        : Base.NOTHING);
  }

  /** Slot-relative keys. @param to exclusive */
  record Bounds(byte[] from, byte[] to) {}

  /** Over elements of one collection. Most are small and young: RocksDB need not be asked, nor given an iterator to make. */
  static SlotCursor ofElements(WorkMeter meter, SlotState slot, Base base, long collection, Bounds bounds) {
    return slot.mayStore(collection)
        ? new SlotCursor(meter, slot, base, bounds.from, bounds.to)
        : new SlotCursor(meter, slot, bounds.from, bounds.to, Base.NOTHING);
  }

  SlotCursor(WorkMeter meter, SlotState slot, Base.Snapshot base, byte[] from, byte[] to) {
    this(meter, slot, from, to, slot.stored
        ? base.iterate(Layout.key(slot.prefix, from), Layout.key(slot.prefix, to))
        : Base.NOTHING);
  }

  private SlotCursor(WorkMeter meter, SlotState slot, byte[] from, byte[] to, Base.Iteration base) {
    this.meter = meter;
    this.slot = slot;
    this.active = new LayerWalk(slot.active, from, to);
    this.flushing = new LayerWalk(slot.flushing, from, to);
    this.base = base;
  }

  /** Before the first key at or after this one. */
  void seek(byte[] start) {
    descending = false;
    activeNext = active.ceiling(start);
    flushingNext = flushing.ceiling(start);
    base.seek(Layout.key(slot.prefix, start));
    readBase();
  }

  /** To the next key; false: there is none. */
  boolean next() {
    while (true) {
      byte[] least = least();
      if (least == null) {
        return false;
      }
      meter.step();
      if (take(least)) {
        return true;
      }
    }
  }

  private byte @Nullable [] least() {
    byte[] least = baseNext;
    if (flushingNext != null && (least == null || Layout.ORDER.compare(flushingNext, least) < 0)) {
      least = flushingNext;
    }
    if (activeNext != null && (least == null || Layout.ORDER.compare(activeNext, least) < 0)) {
      least = activeNext;
    }
    return least;
  }

  /** Moves all sources past the key; true if the newest of them has a value. */
  private boolean take(byte[] least) {
    byte[] found = slot.find(least);
    if (activeNext != null && Arrays.equals(activeNext, least)) {
      activeNext = active.higher(least);
    }
    if (flushingNext != null && Arrays.equals(flushingNext, least)) {
      flushingNext = flushing.higher(least);
    }
    if (baseNext != null && Arrays.equals(baseNext, least)) {
      found = found == null ? base.value() : found;
      nextOfBase(least, found);
    }
    if (found == null || found == Layer.DELETED) {
      return false;
    }
    key = least;
    value = found;
    meter.bytes(found);
    return true;
  }

  /** A deleted range of the tier is jumped over: there may be millions of keys below it. */
  private void nextOfBase(byte[] at, byte[] found) {
    byte[] end = found == Layer.DELETED ? coveredTo(at) : null;
    if (end == null) {
      base.next();
    } else {
      base.seek(Layout.key(slot.prefix, end));
    }
    readBase();
  }

  private byte @Nullable [] coveredTo(byte[] at) {
    byte[] end = slot.active == null ? null : slot.active.coveredTo(at);
    return end == null && slot.flushing != null ? slot.flushing.coveredTo(at) : end;
  }

  private void readBase() {
    baseNext = base.valid() ? Layout.relative(base.key()) : null;
  }

  /** To the last key before this one; false: there is none. Moves downwards: seek before next. */
  boolean previous(byte[] bound) {
    byte[] found = before(bound);
    if (found == null) {
      return false;
    }
    byte[] newest = slot.find(found);
    key = found;
    value = newest == null ? base.value() : newest;
    meter.bytes(value);
    return true;
  }

  /** The last key before this one; null: there is none. Moves the cursor: seek before next. */
  byte @Nullable [] before(byte[] bound) {
    byte[] high = bound;
    while (true) {
      meter.step();
      byte[] greatest = greatestBefore(high);
      if (greatest == null) {
        return null;
      }
      byte[] found = slot.find(greatest);
      if (found == null || found != Layer.DELETED) {
        return greatest;
      }
      byte[] coveredFrom = coveredFrom(greatest);
      high = coveredFrom == null ? greatest : coveredFrom;
    }
  }

  /** How far down nothing can be, because a layer's deleted range lies there; null: the key is in none. */
  private byte @Nullable [] coveredFrom(byte[] at) {
    byte[] rangeFrom = rangeFrom(slot.active, at);
    rangeFrom = rangeFrom == null ? rangeFrom(slot.flushing, at) : rangeFrom;
    if (rangeFrom == null) {
      return null;
    }
    byte[] newest = later(active.lower(at), flushing.lower(at));
    return newest != null && Layout.ORDER.compare(newest, rangeFrom) >= 0 ? after(newest) : rangeFrom;
  }

  private static byte @Nullable [] rangeFrom(@Nullable Layer layer, byte[] at) {
    return layer == null || layer.coveredTo(at) == null ? null : layer.ranges().floorKey(at);
  }

  private static byte @Nullable [] later(byte @Nullable [] one, byte @Nullable [] other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Layout.ORDER.compare(one, other) >= 0 ? one : other;
  }

  private static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /** A step down from where RocksDB's iterator is costs less than a seek. */
  private byte @Nullable [] greatestBefore(byte[] bound) {
    int order = baseNext == null ? -1 : Layout.ORDER.compare(baseNext, bound);
    if (!descending || order > 0) {
      base.seekBefore(Layout.key(slot.prefix, bound));
    } else if (order == 0) {
      base.previous();
    }
    descending = true;
    readBase();
    return later(later(active.lower(bound), flushing.lower(bound)), baseNext);
  }

  byte[] key() {
    return key;
  }

  byte[] value() {
    return value;
  }

  @Override
  public void close() {
    base.close();
  }
}
