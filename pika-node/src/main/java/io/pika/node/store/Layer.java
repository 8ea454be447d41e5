package io.pika.node.store;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Effects on one slot that lie over what is below: puts, deletes and deleted ranges, keyed by slot-relative keys.
 * An entry is newer than a range around it. Used under the slot's lock; a layer that is being flushed is only read.
 */
final class Layer {
  /** Marks a key that is deleted here; told from an empty value by identity. */
  static final byte[] DELETED = new byte[0];

  /** Heap that a range costs beside its bytes: the tree's node, two array headers. A guess on the safe side. */
  private static final int RANGE_BYTES = 80;

  private LayerEntries entries = new LayerEntries();
  /** From (inclusive) to (exclusive); they neither overlap nor touch. */
  private final TreeMap<byte[], byte[]> ranges = new TreeMap<>(Layout.ORDER);
  private long rangeBytes;
  /** What {@link #takeGrowth} has told. */
  private long toldBytes;

  /**
   * What a range delete took away, to put it back.
   *
   * @param entries within the range, or all there were
   * @param ranges those that became part of the new one
   * @param from where the new range begins
   */
  record Removed(LayerEntries entries, boolean all, NavigableMap<byte[], byte[]> ranges, byte[] from) {}

  /** Is told of entries. */
  interface Visitor<E extends Exception> {
    /** @param value may be {@link #DELETED} */
    void entry(byte[] key, byte[] value) throws E;
  }

  boolean isEmpty() { return entries.isEmpty() && ranges.isEmpty(); }

  /** Count of entries. */
  int size() {
    return entries.size();
  }

  /** Memory in use. It can grow by being read, when the order is asked for first. */
  long bytes() {
    return entries.bytes() + rangeBytes;
  }

  /** How much it has grown since this was last asked. */
  long takeGrowth() {
    long grown = bytes() - toldBytes;
    toldBytes += grown;
    return grown;
  }

  /** All the growth that was told. */
  long toldBytes() {
    return toldBytes;
  }

  /** The value, {@link #DELETED}, or null if this layer says nothing about the key. */
  byte @Nullable [] get(byte[] key) {
    byte[] value = entries.get(key);
    if (value == null && coveredTo(key) != null) {
      return DELETED;
    }
    return value;
  }

  /** The end of the deleted range that the key is in; null: it is in none. Entries are not looked at. */
  byte @Nullable [] coveredTo(byte[] key) {
    if (ranges.isEmpty()) {
      return null;
    }
    Map.Entry<byte[], byte[]> range = ranges.floorEntry(key);
    return range != null && Layout.ORDER.compare(key, range.getValue()) < 0 ? range.getValue() : null;
  }

  /** What it says of a range of keys, in a layer of its own. */
  Layer part(byte[] from, byte[] to) {
    Layer part = new Layer();
    part.entries = entries.part(from, to);
    Map.Entry<byte[], byte[]> around = ranges.floorEntry(from);
    byte[] first = around == null ? from : around.getKey();
    ranges.subMap(first, true, to, false).forEach(part::putRange);
    return part;
  }

  /** In the order of their keys. */
  <E extends Exception> void forEach(Visitor<E> visitor) throws E {
    EntryOrder order = entries.order();
    int position = 0;
    for (int at = order.at(position); at != LayerEntries.NONE; at = order.at(position)) {
      visitor.entry(entries.key(at), entries.value(at));
      position = order.next(position);
    }
  }

  LayerEntries entries() {
    return entries;
  }

  NavigableMap<byte[], byte[]> ranges() {
    return ranges;
  }

  /** @param value may be {@link #DELETED}
   * @return the entry before, {@link #DELETED} for a delete, null for none: what {@link #restore} takes */
  byte @Nullable [] put(byte[] key, byte[] value) {
    return entries.put(key, value);
  }

  void restore(byte[] key, byte @Nullable [] before) {
    if (before == null) {
      entries.remove(key);
    } else {
      entries.put(key, before);
    }
  }

  Removed deleteRange(byte[] from, byte[] to) {
    boolean all = entries.areWithin(from, to);
    LayerEntries removed = all ? entries : entries.part(from, to);
    if (all) {
      entries = new LayerEntries();
    } else {
      entries.removeAll(removed);
    }
    NavigableMap<byte[], byte[]> joined = takeTouching(from, to);
    byte[] low = joined.isEmpty() ? from : earlier(from, joined.firstKey());
    byte[] high = joined.isEmpty() ? to : later(to, joined.lastEntry().getValue());
    putRange(low, high);
    return new Removed(removed, all, joined, low);
  }

  void restore(Removed removed) {
    if (removed.all()) {
      entries = removed.entries();
    } else {
      entries.putAll(removed.entries());
    }
    byte[] high = ranges.remove(removed.from());
    rangeBytes -= high == null ? 0 : rangeBytes(removed.from(), high);
    removed.ranges().forEach(this::putRange);
  }

  private void putRange(byte[] low, byte[] high) {
    ranges.put(low, high);
    rangeBytes += rangeBytes(low, high);
  }

  /** Takes out the ranges that overlap or touch this one. */
  private NavigableMap<byte[], byte[]> takeTouching(byte[] from, byte[] to) {
    Map.Entry<byte[], byte[]> left = ranges.floorEntry(from);
    boolean touches = left != null && Layout.ORDER.compare(left.getValue(), from) >= 0;
    NavigableMap<byte[], byte[]> touching = ranges.subMap(touches && left != null ? left.getKey() : from,
        true, to,
        true);
    NavigableMap<byte[], byte[]> taken = new TreeMap<>(touching);
    taken.forEach((low, high) -> rangeBytes -= rangeBytes(low, high));
    touching.clear();
    return taken;
  }

  private static long rangeBytes(byte[] from, byte[] to) {
    return RANGE_BYTES + (long) from.length + to.length;
  }

  private static byte[] earlier(byte[] one, byte[] other) {
    return Layout.ORDER.compare(one, other) <= 0 ? one : other;
  }

  private static byte[] later(byte[] one, byte[] other) {
    return Layout.ORDER.compare(one, other) >= 0 ? one : other;
  }
}
