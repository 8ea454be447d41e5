package io.pika.node.store;

import io.pika.node.log.LogOptions;
import java.time.Duration;

/**
 * @param tierBytes bound of the effects in memory that are not in RocksDB yet; flushing begins when three quarters are in use
 * @param readBytes bound of what is kept of what RocksDB has, for look-ups; zero: nothing is kept
 * @param blockCacheBytes RocksDB's cache of blocks, indexes and filters
 * @param memtableBytes one RocksDB memtable; there are up to three
 * @param openFiles bound of RocksDB's open files
 * @param flushInterval effects are in RocksDB's hands after about this time at the latest; zero: only by size
 * @param stallDeadline how long a writer waits for room in the tier before it is refused
 * @param logRetainBytes about as much recovery has to read at most: effects go to RocksDB, and RocksDB is flushed, each when the
 *     log has gone on by half of it
 */
public record StoreOptions(LogOptions log, long tierBytes, long readBytes, long blockCacheBytes,
    long memtableBytes,
    int openFiles, Duration flushInterval, Duration stallDeadline, long logRetainBytes) {
  static final int MEMTABLES = 3;

  private static final long MAX_MEMTABLE_BYTES = 256L << 20;

  public static final StoreOptions DEFAULT = new StoreOptions(LogOptions.DEFAULT, 128L << 20, 224L << 20,
      64L << 20,
      32L << 20, 512, Duration.ofSeconds(30), Duration.ofSeconds(4), 512L << 20);

  public StoreOptions {
    if (tierBytes < 4 || readBytes < 0 || blockCacheBytes < 0 || memtableBytes < 1 || openFiles < 16
        || logRetainBytes < 1) {
      throw new IllegalArgumentException("a bound of the store is too small");
    }
    if (flushInterval.isNegative() || stallDeadline.isNegative()) {
      throw new IllegalArgumentException("a duration of the store is negative");
    }
  }

  /**
   * Shares a node's memory for data out: of twelve parts seven to the read tier, three to RocksDB's memtables, two to its
   * block cache. What memtables would have no use for goes to the read tier.
   *
   * @param bytes outside of the heap
   * @param heapBytes of which the write tier may take a quarter
   */
  public StoreOptions withMemory(long bytes, long heapBytes) {
    long memtable = Math.min(bytes / 12, MAX_MEMTABLE_BYTES);
    long blockCache = bytes / 6;
    return new StoreOptions(log, heapBytes / 4, bytes - MEMTABLES * memtable - blockCache, blockCache,
        memtable,
        openFiles, flushInterval, stallDeadline, logRetainBytes);
  }

  public StoreOptions withLog(LogOptions newLog) {
    return new StoreOptions(newLog, tierBytes, readBytes, blockCacheBytes, memtableBytes, openFiles,
        flushInterval,
        stallDeadline, logRetainBytes);
  }

  /** Flushing begins when this much waits. What is left is for writers while it goes on. */
  long flushBytes() {
    return tierBytes - tierBytes / 4;
  }

  /** What goes to RocksDB in a round, and that of one slot more. */
  long roundBytes() {
    return tierBytes / 8;
  }

  /** A slot with this much is flushed, however full the tier is: it goes in one piece. */
  long largeSlotBytes() {
    return tierBytes / 4;
  }

  /** So far the log goes on before effects must be in RocksDB, and so far again before RocksDB is flushed. */
  long logLagBytes() {
    return Math.max(1, logRetainBytes / 2);
  }

  /** Deleted ranges are compacted when they take this much together. */
  long deadBytes() {
    return 2 * memtableBytes;
  }
}
