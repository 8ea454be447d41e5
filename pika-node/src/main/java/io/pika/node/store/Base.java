package io.pika.node.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.CompressionType;
import org.rocksdb.Env;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexShorteningMode;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB below the memory tier: one key space, no WAL. What is written is durable after {@link #flush}; before, a
 * crash leaves some prefix of the write batches, each wholly or not at all. Any thread. Its failures are
 * {@link StoreException}s of kind DISK.
 */
final class Base implements AutoCloseable {
  private static final int FILTER_BITS = 10;
  /** Twice RocksDB's: they lie over all data of the level below, which is written anew for them. Look-ups ask their filters. */
  private static final int FILES_BEFORE_COMPACTION = 8;
  private static final int LEVELS = 7;
  private static final int LOG_FILE_BYTES = 4 << 20;
  private static final int LARGE_VALUE_BYTES = 32 << 10;
  private static final long CACHE_SHARD_BYTES = 16 << 20;
  private static final int CACHE_SHARD_BITS_MAX = 6;

  /** A position among keys, within bounds. One thread. */
  interface Iteration extends AutoCloseable {
    /** To the first key at or after this one. */
    void seek(byte[] key);

    /** To the last key before this one. */
    void seekBefore(byte[] key);

    void next();

    void previous();

    /** False: behind the last key, or before the first one. */
    boolean valid();

    byte[] key();

    byte[] value();

    @Override
    void close();
  }

  /** Where RocksDB is known to have no keys. */
  static final Iteration NOTHING = new Iteration() {
    @Override
    public void seek(byte[] key) {}

    @Override
    public void seekBefore(byte[] key) {}

    @Override
    public void next() {}

    @Override
    public void previous() {}

    @Override
    public boolean valid() {
      return false;
    }

    @Override
    public byte[] key() {
      throw new IllegalStateException("there is no key here");
    }

    @Override
    public byte[] value() {
      throw new IllegalStateException("there is no key here");
    }

    @Override
    public void close() {}
  };

  static {
    RocksDB.loadLibrary();
  }

  private final List<AutoCloseable> natives = new ArrayList<>();
  private final WriteOptions unlogged;
  private final FlushOptions waiting;
  private final RocksDB db;
  private final Object flushing = new Object();
  /** Number of the newest write that a flush has made durable. */
  private long flushed = -1;

  /** @param env null: the operating system's files */
  Base(Path directory, StoreOptions bounds, @Nullable Env env) {
    unlogged = own(new WriteOptions().setDisableWAL(true));
    waiting = own(new FlushOptions().setWaitForFlush(true));
    Options options = options(bounds);
    if (env != null) {
      options.setEnv(env);
    }
    try {
      db = RocksDB.open(options, directory.toString());
    } catch (RocksDBException e) {
      closeNatives();
      throw trouble("RocksDB in " + directory + " cannot be opened", e);
    }
  }

  /**
   * Large values lie in files of their own. In a block beside keys they are read by whoever seeks near them, also by
   * other tables: a seek downwards goes to the last key before it in every file of the tree, whatever its table.
   *
   * <p>Keys in the index of a file are not shortened: the one after a table's last block would then stand for all tables
   * above it, and every seek there would read that block, which is as big as its biggest value.
   */
  private Options options(StoreOptions bounds) {
    Cache cache = own(new LRUCache(bounds.blockCacheBytes(), shardBits(bounds.blockCacheBytes())));
    BlockBasedTableConfig table = new BlockBasedTableConfig().setBlockCache(cache)
        .setFilterPolicy(own(new BloomFilter(FILTER_BITS))).setCacheIndexAndFilterBlocks(true)
        .setPinL0FilterAndIndexBlocksInCache(true).setBlockSize(4 << 10).setFormatVersion(5)
        .setIndexShortening(IndexShorteningMode.kNoShortening);
    return own(new Options()).setCreateIfMissing(true).setTableFormatConfig(table)
        .setWriteBufferSize(bounds.memtableBytes()).setMaxWriteBufferNumber(StoreOptions.MEMTABLES)
        .setMaxOpenFiles(bounds.openFiles()).setMaxBackgroundJobs(2)
        .setLevel0FileNumCompactionTrigger(FILES_BEFORE_COMPACTION).setCompressionPerLevel(compression())
        .setEnableBlobFiles(true)
        .setMinBlobSize(LARGE_VALUE_BYTES).setBlobCompressionType(CompressionType.LZ4_COMPRESSION)
        .setEnableBlobGarbageCollection(true).setBytesPerSync(1 << 20)
        .setAvoidFlushDuringShutdown(true).setStatsDumpPeriodSec(0).setStatsPersistPeriodSec(0)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL).setKeepLogFileNum(2).setMaxLogFileSize(LOG_FILE_BYTES);
  }

  /**
   * The first one is of files that were flushed, the second of the level right below them: data of some hundred megabytes lies in one level, which
   * is written anew again and again. What is larger lies below, and is worth the time to make it small.
   */
  private static List<CompressionType> compression() {
    List<CompressionType> levels = new ArrayList<>(
        Collections.nCopies(LEVELS, CompressionType.ZSTD_COMPRESSION));
    levels.set(0, CompressionType.LZ4_COMPRESSION);
    levels.set(1, CompressionType.LZ4_COMPRESSION);
    return levels;
  }

  /**
   * RocksDB would cut a cache into 64 parts, whatever its size. The filter of a file with a million keys is larger than a
   * megabyte: it would fit into no part, and be read again for every key.
   */
  private static int shardBits(long cacheBytes) {
    long shards = Math.max(1, cacheBytes / CACHE_SHARD_BYTES);
    return Math.min(CACHE_SHARD_BITS_MAX, 63 - Long.numberOfLeadingZeros(shards));
  }

  private <T extends AutoCloseable> T own(T object) {
    natives.addFirst(object);
    return object;
  }

  byte @Nullable [] get(byte[] key) {
    try {
      return db.get(key);
    } catch (RocksDBException e) {
      throw trouble("reading from RocksDB failed", e);
    }
  }

  void write(WriteBatch batch) {
    try {
      db.write(unlogged, batch);
    } catch (RocksDBException e) {
      throw trouble("writing to RocksDB failed", e);
    }
  }

  /** Returns when all that was written survives a power loss. Of several who wait for one flush, one makes the next. */
  void flush() {
    long written = newestWrite();
    synchronized (flushing) {
      if (flushed >= written) {
        return;
      }
      long covered = newestWrite();
      try {
        db.flush(waiting);
      } catch (RocksDBException e) {
        throw trouble("flushing RocksDB failed", e);
      }
      flushed = covered;
    }
  }

  /** Frees the space of files that lie wholly in a range that was deleted by a batch before. */
  void deleteFiles(byte[] from, byte[] to) {
    try {
      db.deleteFilesInRanges(db.getDefaultColumnFamily(), List.of(from, to), false);
    } catch (RocksDBException e) {
      throw trouble("deleting a dropped table's files failed", e);
    }
  }

  /** About how much of the files is keys and values of a range, deleted or not. A few seeks in indexes. */
  long fileBytes(Compactor.Range range) {
    try (Slice from = new Slice(range.from()); Slice to = new Slice(range.to())) {
      return db.getApproximateSizes(List.of(new Range(from, to)), SizeApproximationFlag.INCLUDE_FILES,
          SizeApproximationFlag.INCLUDE_BLOB_FILES)[0];
    }
  }

  /** Of the newest write. */
  long newestWrite() {
    return db.getLatestSequenceNumber();
  }

  /** Whether a snapshot is open that does not see all that was written until then, and is owed what was deleted. */
  boolean hasSnapshotBefore(long write) {
    long oldest = number("rocksdb.oldest-snapshot-sequence");
    return oldest != 0 && oldest < write;
  }

  /**
   * Rewrites the files that a range lies in without what is deleted; returns when it has, or was cancelled. Also those
   * on the lowest level: they may have what was deleted with the mark that it is, from when a snapshot saw it.
   */
  void compact(Compactor.Range range, CompactRangeOptions options) {
    options.setExclusiveManualCompaction(false)
        .setBottommostLevelCompaction(BottommostLevelCompaction.kForceOptimized);
    try {
      db.compactRange(db.getDefaultColumnFamily(), range.from(), range.to(), options);
    } catch (RocksDBException e) {
      throw trouble("compacting failed", e);
    }
  }

  /** Iterates over [from, to). */
  Iteration iterate(byte[] from, byte[] to) {
    return new RocksIteration(from, to, new ReadOptions());
  }

  /** What is there now. Close it, before this. */
  Snapshot snapshot() {
    return new Snapshot(db.getSnapshot());
  }

  /** Not closed while an iteration begins. */
  final class Snapshot implements AutoCloseable {
    private final org.rocksdb.Snapshot rocks;

    private Snapshot(org.rocksdb.Snapshot rocks) {
      this.rocks = rocks;
    }

    /** What it passes is not to crowd the block cache: it is read once. */
    Iteration iterate(byte[] from, byte[] to) {
      return new RocksIteration(from, to, new ReadOptions().setSnapshot(rocks).setFillCache(false));
    }

    @Override
    public void close() {
      db.releaseSnapshot(rocks);
      rocks.close();
    }
  }

  long number(String property) {
    try {
      return db.getLongProperty(property);
    } catch (RocksDBException e) {
      return 0;
    }
  }

  static StoreException trouble(String what, RocksDBException e) {
    return new StoreException(StoreException.Kind.DISK, what + ": " + e.getMessage(), e);
  }

  /** Does not flush: what was not flushed is as lost as in a crash. */
  @Override
  public void close() {
    db.close();
    closeNatives();
  }

  private void closeNatives() {
    for (AutoCloseable each : natives) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("RocksDB's options cannot be closed", e);
      }
    }
  }

  private final class RocksIteration implements Iteration {
    private final Slice low;
    private final Slice high;
    private final ReadOptions options;
    private final RocksIterator rocks;

    private RocksIteration(byte[] from, byte[] to, ReadOptions unbound) {
      low = new Slice(from);
      high = new Slice(to);
      options = unbound.setIterateLowerBound(low).setIterateUpperBound(high);
      rocks = db.newIterator(options);
    }

    @Override
    public void seek(byte[] key) {
      rocks.seek(key);
    }

    @Override
    public void seekBefore(byte[] key) {
      rocks.seekForPrev(key);
      if (rocks.isValid() && Layout.ORDER.compare(rocks.key(), key) == 0) {
        rocks.prev();
      }
    }

    @Override
    public void next() {
      rocks.next();
    }

    @Override
    public void previous() {
      rocks.prev();
    }

    @Override
    public boolean valid() {
      if (rocks.isValid()) {
        return true;
      }
      try {
        rocks.status();
        return false;
      } catch (RocksDBException e) {
        throw trouble("reading from RocksDB failed", e);
      }
    }

    @Override
    public byte[] key() {
      return rocks.key();
    }

    @Override
    public byte[] value() {
      return rocks.value();
    }

    @Override
    public void close() {
      rocks.close();
      options.close();
      low.close();
      high.close();
    }
  }
}
