package io.pika.node.store;

import io.pika.node.log.LogOptions;
import java.time.Duration;

/**
 * @param tierBytes bound of the effects in memory that are not in RocksDB yet; a flush begins at a quarter
 * @param blockCacheBytes RocksDB's cache of blocks, indexes and filters
 * @param memtableBytes one RocksDB memtable; there are up to three
 * @param openFiles bound of RocksDB's open files
 * @param flushInterval effects are in RocksDB's hands after about this time at the latest; zero: only by size
 * @param stallDeadline how long a writer waits for room in the tier before it is refused
 * @param logRetainBytes RocksDB is flushed, and the log trimmed, when recovery would have to read more than this
 */
public record StoreOptions(LogOptions log, long tierBytes, long blockCacheBytes, long memtableBytes,
    int openFiles, Duration flushInterval, Duration stallDeadline, long logRetainBytes) {
  public static final StoreOptions DEFAULT = new StoreOptions(LogOptions.DEFAULT, 128L << 20, 64L << 20,
      32L << 20, 512, Duration.ofSeconds(30), Duration.ofSeconds(2), 256L << 20);

  public StoreOptions {
    if (tierBytes < 4 || blockCacheBytes < 0 || memtableBytes < 1 || openFiles < 16 || logRetainBytes < 1) {
      throw new IllegalArgumentException("a bound of the store is too small");
    }
    if (flushInterval.isNegative() || stallDeadline.isNegative()) {
      throw new IllegalArgumentException("a duration of the store is negative");
    }
  }

  public StoreOptions withLog(LogOptions newLog) {
    return new StoreOptions(newLog, tierBytes, blockCacheBytes, memtableBytes, openFiles, flushInterval,
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
