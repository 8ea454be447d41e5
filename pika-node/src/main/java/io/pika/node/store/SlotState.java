package io.pika.node.store;

import io.pika.node.history.Digest;
import io.pika.node.history.History;
import io.pika.node.store.Layout.SlotHeader;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** What is in memory of a slot that was touched. Everything but the final fields is guarded by the slot's lock, unless it says otherwise. */
final class SlotState {
  static final long NEVER = Long.MAX_VALUE;

  final int table;
  final int slot;
  final byte[] prefix;
  /** No other state of this slot has or had it, in this process or before. */
  final long life;
  final Copied copied;

  /** Of the newest record, with what a batch has made and not yet appended. */
  long epoch;
  long index;
  long keys;
  long digest;
  History history;
  /** End of the newest frame in the log with a record of this slot; what a read of the slot waits for. */
  long position;
  /** No key expires before; may be too early, never too late. {@link #NEVER}: nothing is known to be due. */
  long nextDueMs = NEVER;

  /** What the read tier has of what RocksDB has. */
  final SlotReads reads;

  /** Effects since the last rotation; null: none. */
  @Nullable Layer active;
  /** Effects that are on their way to RocksDB, older than the active ones; null: none. */
  @Nullable Layer flushing;
  /** RocksDB may have keys of the slot. Until then nobody needs to look there: a seek in a slot without keys ends at the
   * neighbours', whose values may be huge. */
  boolean stored;
  /** Index of the newest record that RocksDB has effects of, as far as they are not in memory too. */
  long storedIndex;
  /** It is in the flusher's queue, or about to be rotated. */
  boolean dirty;
  /** The flusher has been told that the slot alone has much. */
  boolean hurried;
  /** What {@link DirtySlots} knows of it, under its guard. */
  long dirtyFrom;
  long dirtySinceNanos;
  /** The table was dropped: nothing of it goes to RocksDB any more. */
  boolean gone;
  /** Held by {@link WatchLogs}; null: nobody watched the slot. */
  private @Nullable WeakReference<WatchLog> watchLog;

  /** @param stored what RocksDB has of the slot; null: nothing */
  SlotState(int table, int slot, byte[] prefix, long life, SlotReads reads, @Nullable SlotHeader stored) {
    SlotHeader header = stored == null ? SlotHeader.NONE : stored;
    this.stored = stored != null;
    this.table = table;
    this.slot = slot;
    this.prefix = prefix;
    this.life = life;
    this.reads = reads;
    this.epoch = header.epoch();
    this.index = header.index();
    this.storedIndex = header.index();
    this.keys = header.keys();
    this.digest = header.digest();
    this.history = header.history();
    this.copied = header.copied();
  }

  /** One more record. */
  void advance(long recordEpoch, int checksum) {
    index++;
    digest = Digest.after(digest, checksum);
    if (epoch != recordEpoch) {
      epoch = recordEpoch;
      history = history.with(recordEpoch, index);
    }
  }

  /** Null: nobody watched the slot lately. */
  @Nullable
  WatchLog watchLog() {
    if (watchLog == null) {
      return null;
    }
    WatchLog log = watchLog.get();
    if (log == null) {
      watchLog = null;
    }
    return log;
  }

  WatchLog beginWatchLog() {
    WatchLog log = new WatchLog(index);
    watchLog = new WeakReference<>(log);
    return log;
  }

  /** Null: nobody. */
  @Nullable KeyListener listener;

  /** The record that is being made writes a key. */
  void touch(byte[] key) {
    if (listener != null) {
      listener.written(key);
    }
    WatchLog log = watchLog();
    if (log != null) {
      log.touched(WatchLog.hash(key), index + 1);
    }
  }

  /** The same for elements of a collection. */
  void touch(long collection) {
    WatchLog log = watchLog();
    if (log != null) {
      log.touched(WatchLog.hash(collection), index + 1);
    }
  }

  SlotHeader header() {
    return new SlotHeader(epoch, index, keys, digest, history, copied);
  }

  Layer writable() {
    if (active == null) {
      active = new Layer();
    }
    return active;
  }

  /** How much the layer of its effects has grown since this was last asked. */
  long takeGrowth() {
    return active == null ? 0 : active.takeGrowth();
  }

  int entriesInMemory() {
    return (active == null ? 0 : active.size())
        + (flushing == null ? 0 : flushing.size());
  }

  long bytesInMemory() {
    return (active == null ? 0 : active.bytes()) + (flushing == null ? 0 : flushing.bytes());
  }

  /** A copy that nobody changes of what is in memory of a range of keys. */
  SlotState part(byte[] from, byte[] to) {
    SlotState part = new SlotState(table, slot, prefix, life, reads, stored ? header() : null);
    part.storedIndex = storedIndex;
    part.active = active == null ? null : active.part(from, to);
    part.flushing = flushing == null ? null : flushing.part(from, to);
    return part;
  }

  /** The value that the memory tier has, {@link Layer#DELETED}, or null: RocksDB knows. */
  byte @Nullable [] find(byte[] key) {
    byte[] found = active == null ? null : active.get(key);
    return found == null && flushing != null ? flushing.get(key) : found;
  }

  /**
   * Whether elements of a collection may be in RocksDB. They are effects of records from the one on that made the collection,
   * whose index is in its number; of one that RocksDB has not got yet, or that is still on its way, all is in memory.
   */
  boolean mayStore(long collection) {
    return stored && Batch.madeBy(collection) <= storedIndex;
  }

  /** The value of an element as it is now; null: there is none. */
  byte @Nullable [] readElement(long collection, byte[] key, Base base) {
    if (mayStore(collection)) {
      return read(key, base);
    }
    byte[] found = find(key);
    return found == Layer.DELETED ? null : found;
  }

  /** The value of a key as it is now; null: there is none. */
  byte @Nullable [] read(byte[] key, Base base) {
    byte[] found = find(key);
    if (found != null) {
      return found == Layer.DELETED ? null : found;
    }
    return stored ? readBelow(key, base) : null;
  }

  private byte @Nullable [] readBelow(byte[] key, Base base) {
    byte[] known = reads.get(key);
    if (known != null) {
      return known == ReadTier.ABSENT ? null : known;
    }
    byte[] read = base.get(Layout.key(prefix, key));
    reads.put(key, read);
    return read;
  }
}
