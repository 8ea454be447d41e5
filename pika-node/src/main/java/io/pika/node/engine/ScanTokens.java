package io.pika.node.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * What a SCAN cursor says about the place within a slot: {@code | slot 14 bits | token 48 bits |}, below 2^63. The
 * token is a hash of the last key that was looked at, 0 at the slot's begin; it means the same on every node and
 * in every version. Which key it was is remembered for a while, and found again by walking the slot otherwise.
 */
final class ScanTokens {
  static final int TOKEN_BITS = 48;
  static final long TOKEN_MASK = (1L << TOKEN_BITS) - 1;

  private static final long MAX_BYTES = 8 << 20;
  private static final int ENTRY_BYTES = 100;

  private final Cache<Place, byte[]> keys = Caffeine.newBuilder().maximumWeight(MAX_BYTES)
      .weigher((Place place, byte[] key) -> ENTRY_BYTES + key.length).build();

  private record Place(int table, long cursor) {}

  static long cursor(int slot, long token) {
    return (long) slot << TOKEN_BITS | token;
  }

  static int slot(long cursor) {
    return (int) (cursor >>> TOKEN_BITS);
  }

  static long token(long cursor) {
    return cursor & TOKEN_MASK;
  }

  /** FNV-1a with the last step of MurmurHash3 over it, the upper 48 bits; never 0. */
  static long tokenOf(byte[] key) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : key) {
      hash = (hash ^ each & 0xff) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    long token = (hash ^ hash >>> 33) >>> 64 - TOKEN_BITS;
    return token == 0 ? 1 : token;
  }

  long remember(int table, int slot, byte[] key) {
    long cursor = cursor(slot, tokenOf(key));
    keys.put(new Place(table, cursor), key);
    return cursor;
  }

  byte @Nullable [] key(int table, long cursor) {
    return keys.getIfPresent(new Place(table, cursor));
  }
}
