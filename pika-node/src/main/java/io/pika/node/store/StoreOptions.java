package io.pika.node.store;

import io.pika.node.log.LogOptions;
import java.time.Duration;

/**
 * @param tierBytes bound of the effects in memory that are not in RocksDB yet; a flush begins at a quarter
 * @param readBytes bound of what is kept of what RocksDB has, for look-ups; zero: nothing is kept
 * @param blockCacheBytes RocksDB's cache of blocks, indexes and filters
 * @param memtableBytes one RocksDB memtable; there are up to three
 * @param openFiles bound of RocksDB's open files
 * @param flushInterval effects are in RocksDB's hands after about this time at the latest; zero: only by size
 * @param stallDeadline how long a writer waits for room in the tier before it is refused
 * @param logRetainBytes RocksDB is flushed, and the log trimmed, when recovery would have to read more than this
 */
public record StoreOptions(LogOptions log, long tierBytes, long readBytes, long blockCacheBytes,
    long memtableBytes,
    int openFiles, Duration flushInterval, Duration stallDeadline, long logRetainBytes) {
  static final int MEMTABLES = 3;

  private static final long MAX_MEMTABLE_BYTES = 256L << 20;

  public static final StoreOptions DEFAULT = new StoreOptions(LogOptions.DEFAULT, 128L << 20, 224L << 20,
      64L << 20,
      32L << 20, 512, Duration.ofSeconds(30), Duration.ofSeconds(2), 256L << 20);

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
   * Shares a node's memory for data out: of sixteen parts seven to the read tier, four to the write tier, three to
   * RocksDB's memtables, two to its block cache. What the write tier may not have of the heap, and memtables would have
   * no use for, goes to the read tier.
   *
   * @param heapBytes of which the write tier takes a quarter at most
   */
  public StoreOptions withMemory(long bytes, long heapBytes) {
    long tier = Math.min(bytes / 4, heapBytes / 4);
    long memtable = Math.min(bytes / 16, MAX_MEMTABLE_BYTES);
    long blockCache = bytes / 8;
    return new StoreOptions(log, tier, bytes - tier - MEMTABLES * memtable - blockCache, blockCache, memtable,
        openFiles, flushInterval, stallDeadline, logRetainBytes);
  }

  public StoreOptions withLog(LogOptions newLog) {
    return new StoreOptions(newLog, tierBytes, readBytes, blockCacheBytes, memtableBytes, openFiles,
        flushInterval,
        stallDeadline, logRetainBytes);
  }

  /** A flush begins when this much waits. */
  long flushBytes() {
    return tierBytes / 4;
  }

  /** Deleted ranges are compacted when they take this much together. */
  long deadBytes() {
    return 2 * memtableBytes;
  }
}
