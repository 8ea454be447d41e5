package io.pika.node.server;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.WatchStamp;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The keys that a session watches, with the stamps that their slot's leader gave. Nobody else knows of them. */
final class WatchedKeys {
  static final int MAX_KEYS = 16_384;
  private static final int KEY_BYTES = 128;

  private final int table;
  private final int slot;
  private final Map<Bytes, byte[]> stamps = new LinkedHashMap<>();
  private boolean crossesSlots;
  private long bytes;

  WatchedKeys(int table, int slot) {
    this.table = table;
    this.slot = slot;
  }

  int table() {
    return table;
  }

  int slot() {
    return slot;
  }

  int size() {
    return stamps.size();
  }

  /** Keys of another slot are watched too: no transaction can look at both. */
  void crossSlots() {
    crossesSlots = true;
  }

  boolean crossesSlots() {
    return crossesSlots;
  }

  /** A key that is watched already keeps its first stamp. */
  void add(byte[] key, byte[] stamp) {
    if (stamps.putIfAbsent(Bytes.of(key), stamp) == null) {
      bytes += key.length + KEY_BYTES;
    }
  }

  long bytes() {
    return bytes;
  }

  /** As {@link io.pika.node.engine.Transaction} reads them. */
  byte[] encode() {
    int total = stamps.keySet().stream().mapToInt(key -> WatchStamp.BYTES + 4 + key.size()).sum();
    ByteBuffer out = ByteBuffer.allocate(total);
    stamps.forEach((key, stamp) -> out.put(stamp).putInt(key.size()).put(key.array()));
    return out.array();
  }
}
