package io.pika.node.store;

import org.jspecify.annotations.Nullable;

/**
 * The keys that one layer has within bounds, in order. Remembers where it was: the next key is mostly beside it. What lies
 * around may change meanwhile.
 */
final class LayerWalk {
  /** Null: nothing is there. */
  private final @Nullable Layer layer;
  private final byte[] from;
  private final byte[] to;
  /** Of the key that was found last, unless something has changed. */
  private int position;

  /** @param to exclusive */
  LayerWalk(@Nullable Layer layer, byte[] from, byte[] to) {
    this.layer = layer;
    this.from = from;
    this.to = to;
  }

  /** The first key at or after this one, which is within the bounds; null: there is none. */
  byte @Nullable [] ceiling(byte[] key) {
    if (layer == null || layer.size() == 0) {
      return null;
    }
    EntryOrder order = layer.entries().order();
    return upwards(layer.entries(), order, order.ceiling(key));
  }

  /** The first key after this one. */
  byte @Nullable [] higher(byte[] key) {
    if (layer == null || layer.size() == 0) {
      return null;
    }
    EntryOrder order = layer.entries().order();
    int at = order.isAt(position, key) ? position : order.ceiling(key);
    return upwards(layer.entries(), order, order.isAt(at, key) ? order.next(at) : at);
  }

  private byte @Nullable [] upwards(LayerEntries entries, EntryOrder order, int at) {
    int address = order.at(at);
    if (address == LayerEntries.NONE || entries.compareKey(address, to) >= 0) {
      return null;
    }
    position = at;
    return entries.key(address);
  }

  /** The last key before this one. */
  byte @Nullable [] lower(byte[] key) {
    if (layer == null || layer.size() == 0) {
      return null;
    }
    EntryOrder order = layer.entries().order();
    int at = order.previous(order.isAt(position, key) ? position : order.ceiling(key));
    int address = at < 0 ? LayerEntries.NONE : order.at(at);
    if (address == LayerEntries.NONE || layer.entries().compareKey(address, from) < 0) {
      return null;
    }
    position = at;
    return layer.entries().key(address);
  }
}
