package io.pika.node.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  /** What a range delete took away, to put it back. */
  record Removed(TreeMap<byte[], byte[]> entries, TreeMap<byte[], byte[]> ranges, boolean all, long bytes) {}

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
    boolean all = inside.size() == entries.size();
    Removed removed = new Removed(all ? entries : new TreeMap<>(inside), new TreeMap<>(ranges), all, bytes);
    if (all) {
      entries = new TreeMap<>(Layout.ORDER);
      bytes = 0;
    } else {
      inside.forEach((key, value) -> bytes -= ENTRY_BYTES + key.length + value.length);
      inside.clear();
    }
    addRange(from, to);
    return removed;
  }

  void restore(Removed removed) {
    if (removed.all()) {
      entries = removed.entries();
    } else {
      entries.putAll(removed.entries());
    }
    ranges = removed.ranges();
    bytes = removed.bytes();
  }

  private void addRange(byte[] from, byte[] to) {
    byte[] low = from;
    byte[] high = to;
    Map.Entry<byte[], byte[]> left = ranges.floorEntry(from);
    if (left != null && Layout.ORDER.compare(left.getValue(), from) >= 0) {
      low = left.getKey();
      high = later(high, left.getValue());
    }
    List<byte[]> swallowed = new ArrayList<>();
    for (Map.Entry<byte[], byte[]> range : ranges.tailMap(low, true).entrySet()) {
      if (Layout.ORDER.compare(range.getKey(), high) > 0) {
        break;
      }
      high = later(high, range.getValue());
      swallowed.add(range.getKey());
    }
    bytes += (ENTRY_BYTES + (long) from.length + to.length) * (1 - swallowed.size());
    swallowed.forEach(ranges::remove);
    ranges.put(low, high);
  }

  private static byte[] later(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other) >= 0 ? one : other;
  }
}
