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

  /** Heap that an entry costs beside its bytes: the tree's node, two array headers. A guess on the safe side. */
  private static final int ENTRY_BYTES = 80;

  private TreeMap<byte[], byte[]> entries = new TreeMap<>(Layout.ORDER);
  /** From (inclusive) to (exclusive); they neither overlap nor touch. */
  private TreeMap<byte[], byte[]> ranges = new TreeMap<>(Layout.ORDER);
  private long bytes;

  /**
   * What a range delete took away, to put it back.
   *
   * @param entries within the range, or all there were
   * @param ranges those that became part of the new one
   * @param from where the new range begins
   */
  record Removed(TreeMap<byte[], byte[]> entries, boolean all, NavigableMap<byte[], byte[]> ranges,
      byte[] from,
      long bytes) {}

  boolean isEmpty() { return entries.isEmpty() && ranges.isEmpty(); }

  /** Heap in use, about. */
  long bytes() {
    return bytes;
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
    part.entries = new TreeMap<>(entries.subMap(from, true, to, false));
    part.entries.forEach((key, value) -> part.bytes += ENTRY_BYTES + key.length + value.length);
    Map.Entry<byte[], byte[]> around = ranges.floorEntry(from);
    byte[] first = around == null ? from : around.getKey();
    part.ranges = new TreeMap<>(ranges.subMap(first, true, to, false));
    part.ranges.forEach((low, high) -> part.bytes += rangeBytes(low, high));
    return part;
  }

  NavigableMap<byte[], byte[]> entries() {
    return entries;
  }

  NavigableMap<byte[], byte[]> ranges() {
    return ranges;
  }

  /** @param value may be {@link #DELETED}
   * @return the entry before, {@link #DELETED} for a delete, null for none: what {@link #restore} takes */
  byte @Nullable [] put(byte[] key, byte[] value) {
    byte[] before = entries.put(key, value);
    bytes += before == null ? ENTRY_BYTES + key.length + value.length : value.length - before.length;
    return before;
  }

  void restore(byte[] key, byte @Nullable [] before) {
    if (before != null) {
      put(key, before);
      return;
    }
    byte[] removed = entries.remove(key);
    if (removed != null) {
      bytes -= ENTRY_BYTES + key.length + removed.length;
    }
  }

  Removed deleteRange(byte[] from, byte[] to) {
    NavigableMap<byte[], byte[]> inside = entries.subMap(from, true, to, false);
    long before = bytes;
    boolean all = !inside.isEmpty() && inside.size() == entries.size();
    TreeMap<byte[], byte[]> removed = all ? entries : new TreeMap<>(inside);
    removed.forEach((key, value) -> bytes -= ENTRY_BYTES + key.length + value.length);
    if (all) {
      entries = new TreeMap<>(Layout.ORDER);
    } else {
      inside.clear();
    }
    NavigableMap<byte[], byte[]> joined = takeTouching(from, to);
    byte[] low = joined.isEmpty() ? from : earlier(from, joined.firstKey());
    byte[] high = joined.isEmpty() ? to : later(to, joined.lastEntry().getValue());
    ranges.put(low, high);
    bytes += rangeBytes(low, high);
    return new Removed(removed, all, joined, low, before);
  }

  void restore(Removed removed) {
    if (removed.all()) {
      entries = removed.entries();
    } else {
      entries.putAll(removed.entries());
    }
    ranges.remove(removed.from());
    ranges.putAll(removed.ranges());
    bytes = removed.bytes();
  }

  /** Takes out the ranges that overlap or touch this one. */
  private NavigableMap<byte[], byte[]> takeTouching(byte[] from, byte[] to) {
    Map.Entry<byte[], byte[]> left = ranges.floorEntry(from);
    boolean touches = left != null && Layout.ORDER.compare(left.getValue(), from) >= 0;
    NavigableMap<byte[], byte[]> touching = ranges.subMap(touches && left != null ? left.getKey() : from,
        true, to,
        true);
    NavigableMap<byte[], byte[]> taken = new TreeMap<>(touching);
    taken.forEach((low, high) -> bytes -= rangeBytes(low, high));
    touching.clear();
    return taken;
  }

  private static long rangeBytes(byte[] from, byte[] to) {
    return ENTRY_BYTES + (long) from.length + to.length;
  }

  private static byte[] earlier(byte[] one, byte[] other) {
    return Layout.ORDER.compare(one, other) <= 0 ? one : other;
  }

  private static byte[] later(byte[] one, byte[] other) {
    return Layout.ORDER.compare(one, other) >= 0 ? one : other;
  }
}
