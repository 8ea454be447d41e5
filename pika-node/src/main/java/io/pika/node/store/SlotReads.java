package io.pika.node.store;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one slot may believe of the {@link ReadTier}. Everything under the slot's lock, unless it says otherwise.
 *
 * <p>Why what is found there is what RocksDB has, for every key of which no layer of the slot says anything; of others
 * nobody asks:
 * <ol>
 * <li>While no layer has the key, RocksDB's value of it does not change. What is read then, under the slot's lock, goes in
 * with the slot's moment.
 * <li>A layer's entries change RocksDB when a round writes them. Until then, and until the slot has let go of the layer,
 * it is looked at first. The flusher puts them in between its last write and that, with the moment at which it was given
 * the layer. A round that fails puts nothing in and keeps the layer; it is written again as a whole.
 * <li>A range that is deleted is noted here when the command runs, before any layer has it, with a new moment: entries in it
 * that are older are not believed. That holds too for entries of an older layer that the flusher puts in later. What the
 * same layer has within the range was put there after it, so its moment is not older.
 * <li>A command that is taken back leaves its ranges here: an entry that is not believed is only read again. Its other
 * effects never left the layer.
 * <li>The whole of a collection is not noted when its key goes: its number is never given again, so nobody asks for
 * its elements.
 * <li>A table that is dropped takes its slots' states along; the state that is made for the next table with the same id has
 * another life.
 * </ol>
 * Snapshots walk over layers and RocksDB only. Recovery begins with nothing and notes ranges as commands do.
 */
final class SlotReads {
  /** Ranges that are kept apart; with more, the slot begins again with nothing. */
  static final int MOST_RANGES = 32;

  /** What goes in under this is not older than ranges with the same stamp or a lower one. */
  record Moment(long life, int stamp) {}

  private record Deleted(byte[] to, int stamp) {}

  private final ReadTier tier;
  private Moment now;
  /** By where they begin, inclusive; they neither overlap nor touch. */
  private @Nullable TreeMap<byte[], Deleted> deleted;

  SlotReads(ReadTier tier) {
    this.tier = tier;
    this.now = new Moment(tier.newLife(), 0);
  }

  long life() {
    return now.life();
  }

  Moment moment() {
    return now;
  }

  /** RocksDB's value, {@link ReadTier#ABSENT}, or null: RocksDB knows. */
  byte @Nullable [] get(byte[] key) {
    return tier.get(this, key);
  }

  /** What was read from RocksDB. @param value null: it does not have the key */
  void put(byte[] key, byte @Nullable [] value) {
    tier.put(now, key, value);
  }

  /** What a round has written, before the slot lets go of the layer. Without the slot's lock. */
  void flushed(Moment taken, byte[] key, byte[] value) {
    if (value == Layer.DELETED) {
      tier.remove(taken, key);
    } else if (key[0] != Layout.EXPIRY) {
      tier.put(taken, key, value);
    }
  }

  /** A range is about to be deleted. */
  void forget(byte[] from, byte[] to) {
    TreeMap<byte[], Deleted> ranges = deleted == null ? new TreeMap<>(Layout.ORDER) : deleted;
    byte[] low = from;
    byte[] high = to;
    for (Map.Entry<byte[], Deleted> each = touching(ranges, from, to); each != null; each = touching(ranges,
        from, to)) {
      low = Layout.ORDER.compare(each.getKey(), low) < 0 ? each.getKey() : low;
      high = Layout.ORDER.compare(each.getValue().to(), high) > 0 ? each.getValue().to() : high;
      ranges.remove(each.getKey());
    }
    if (ranges.size() == MOST_RANGES || now.stamp() == Integer.MAX_VALUE) {
      forgetAll();
      return;
    }
    now = new Moment(now.life(), now.stamp() + 1);
    ranges.put(low, new Deleted(high, now.stamp()));
    deleted = ranges;
  }

  private static Map.@Nullable Entry<byte[], Deleted> touching(NavigableMap<byte[], Deleted> ranges,
      byte[] from, byte[] to) {
    Map.Entry<byte[], Deleted> last = ranges.floorEntry(to);
    return last == null || Layout.ORDER.compare(last.getValue().to(), from) < 0 ? null : last;
  }

  /** Everything of the slot is about to be deleted, or there is too much to remember. */
  void forgetAll() {
    now = new Moment(tier.newLife(), 0);
    deleted = null;
  }

  /** Whether the key lies in a range that was deleted after that. */
  boolean isDeletedSince(byte[] key, int stamp) {
    if (deleted == null || stamp == now.stamp()) {
      return false;
    }
    Map.Entry<byte[], Deleted> range = deleted.floorEntry(key);
    return range != null && range.getValue().stamp() > stamp
        && Layout.ORDER.compare(key, range.getValue().to()) < 0;
  }
}
