package io.pika.node.store;

/**
 * What the read tier has done since the start.
 *
 * @param hits look-ups that were answered, also with: RocksDB does not have it
 * @param misses those that went on to RocksDB
 * @param entries that are there
 * @param evictions entries that had to make room
 * @param usedBytes of the entries
 * @param reservedBytes what it takes of memory now; never more than its bound
 */
public record ReadTierStats(long hits, long misses, long entries, long evictions, long usedBytes,
    long reservedBytes) {
  static final ReadTierStats NONE = new ReadTierStats(0, 0, 0, 0, 0, 0);

  ReadTierStats plus(ReadTierStats other) {
    return new ReadTierStats(hits + other.hits, misses + other.misses, entries + other.entries,
        evictions + other.evictions, usedBytes + other.usedBytes, reservedBytes + other.reservedBytes);
  }
}
