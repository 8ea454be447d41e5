package io.pika.node.store;

import io.pika.node.log.DamagedLogException;
import io.pika.node.log.Disk;
import io.pika.node.log.LogException;
import io.pika.node.log.LogReport;
import io.pika.node.log.NodeLog;
import io.pika.node.log.RealDisk;
import io.pika.node.log.RecordBuffer;
import io.pika.node.store.Layout.SlotHeader;
import io.pika.node.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Env;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All slots of this node: the node log, a bounded memory tier of effects, and RocksDB below it.
 *
 * <p>Why each slot is some prefix of its history after a crash at any instant, with everything that was safe:
 * <ol>
 * <li>A batch changes slots under their locks, and appends its records under the same locks. So for each slot the
 * order in the log is the order in memory, and nobody sees an effect whose record is not in the log.
 * <li>The flusher takes a slot's layer and its header (epoch, index, keys) together, under the slot's lock: the
 * layer ends exactly at the record that the header names. It syncs the log before it writes, so RocksDB never has
 * what the log could lose. It writes both in one write batch, which RocksDB has on its disk wholly or not at all,
 * and batches are there in the order of writing. So in RocksDB a slot always is what its header says.
 * <li>The position from which recovery reads is taken before the first slot is asked for its layer, and a slot is
 * marked dirty before its append. So every record below that position was in the tier of a slot that was asked,
 * and the position is written after all of them. The log is trimmed only below a position that a finished RocksDB
 * flush covers.
 * <li>Recovery reads from that position, syncs what it reads, and skips records that a slot's header covers; what
 * is left continues the header's index without a hole. Effects are absolute. What the log says is safe is in the
 * log, so it is found.
 * </ol>
 * A dropped table is a record of the log. RocksDB keeps the position of the drop in the same batch as the range
 * delete: records of the id from before it are never applied again, and those after it start from nothing. The same for a
 * slot that is copied from another node: see {@link SlotRebuild}.
 */
public final class Store implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Store.class);

  /** Two starts are a millisecond apart, in which nobody brings a million slots into memory. */
  private static final int LIFE_SHIFT = 20;

  private final StoreDirectory directory;
  private final Base base;
  private final ReadTier reads;
  private final StripedLocks locks = new StripedLocks();
  private final Compactor compactor;
  private final Flusher flusher;
  private final InstantSource clock;
  private final ConcurrentHashMap<Integer, TableSlots> tables = new ConcurrentHashMap<>();
  /** Tables whose drop is in the log and not yet done below: nobody may look. */
  private final Set<Integer> dropping = ConcurrentHashMap.newKeySet();
  private final DueSlots due = new DueSlots();
  private final WatchLogs watchLogs = new WatchLogs();
  private final Snapshots snapshots;
  private final SlotImages images;
  private final AtomicLong lives;
  private volatile boolean tellsExpired;
  private final NodeLog log;
  private final LogReport report;

  /**
   * Opens the directory, which is made if it is not there, and recovers.
   *
   * @throws StoreException with a message for the operator
   */
  public static Store open(Path directory, StoreOptions options, InstantSource clock) {
    Store store = open(directory, options, clock, new RealDisk(), null,
        RandomGenerator.getDefault().nextLong());
    store.log.start();
    store.flusher.start(store.log);
    store.compactor.start();
    return store;
  }

  /**
   * Without threads: nothing is synced or flushed but by {@link #flush} and {@link NodeLog#sync}.
   *
   * @param seed of the read tier's hashes
   */
  static Store open(Path root, StoreOptions options, InstantSource clock, Disk disk, @Nullable Env env,
      long seed) {
    StoreDirectory directory = null;
    Base base = null;
    try {
      directory = StoreDirectory.open(root, UUID.randomUUID());
      base = new Base(directory.base(), options, env);
      return new Store(directory, base, options, clock, disk, seed);
    } catch (IOException e) {
      closeQuietly(base, directory);
      throw new StoreException(Kind.DISK, "directory " + root + " cannot be opened: " + e.getMessage(), e);
    } catch (DamagedLogException e) {
      closeQuietly(base, directory);
      throw new StoreException(Kind.DAMAGED, "start refused: " + e.getMessage(), e);
    } catch (LogException e) {
      closeQuietly(base, directory);
      throw new StoreException(Kind.FOREIGN, "start refused: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      closeQuietly(base, directory);
      throw e;
    }
  }

  private static void closeQuietly(@Nullable Base base, @Nullable StoreDirectory directory) {
    if (base != null) {
      base.close();
    }
    try {
      if (directory != null) {
        directory.close();
      }
    } catch (IOException e) {
      LOG.debug("The lock file could not be closed", e);
    }
  }

  private Store(StoreDirectory directory, Base base, StoreOptions options, InstantSource clock, Disk disk,
      long seed)
      throws IOException, DamagedLogException, LogException {
    this.directory = directory;
    this.base = base;
    this.reads = new ReadTier(options.readBytes(), seed);
    this.snapshots = new Snapshots(base, options.tierBytes(), System::nanoTime);
    this.images = new SlotImages(this, System::nanoTime);
    this.clock = clock;
    this.lives = new AtomicLong(clock.millis() << LIFE_SHIFT);
    byte[] applied = base.get(Layout.APPLIED);
    long from = applied == null ? 0 : Layout.position(applied);
    compactor = new Compactor(base, options.deadBytes());
    flusher = new Flusher(base, compactor, locks, options, from);
    Replay replay = new Replay(this, flusher, from);
    NodeLog.Opened opened = NodeLog.open(disk, directory.log(), directory.identity().storeId(), options.log(),
        from, replay);
    log = opened.log();
    report = opened.report();
    tellReport();
    log.trim(from);
  }

  private void tellReport() {
    if (report.cutBytes() > 0) {
      LOG.warn(
          "The log ended in a frame that was not whole: its {} bytes were cut. Nobody had been told that it "
              + "was safe.",
          report.cutBytes());
    }
    if (!report.moved().isEmpty()) {
      LOG.warn("Damage of the log was accepted: what followed it is kept in {}", report.moved());
    }
    LOG.info("Recovered {} records from the log", report.records());
  }

  /** What recovery found when the store was opened. */
  public LogReport recovered() {
    return report;
  }

  public StoreIdentity identity() {
    return directory.identity();
  }

  /**
   * Writes down, for good, which node of which cluster the directory belongs to. Does nothing if it says so
   * already.
   *
   * @throws StoreException of kind OTHER_OWNER: it belongs to another
   */
  public void bind(String clusterId, int nodeId) {
    try {
      directory.bind(clusterId, nodeId);
    } catch (IOException e) {
      throw new StoreException(Kind.DISK, "store.json cannot be written: " + e.getMessage(), e);
    }
  }

  public StripedLocks locks() {
    return locks;
  }

  /** Whether batches have events of keys that are deleted because they have expired. */
  public void tellExpired(boolean on) {
    tellsExpired = on;
  }

  boolean tellsExpired() {
    return tellsExpired;
  }

  /** Begins a group of commands on slots whose locks the caller holds. */
  public Batch batch() {
    return new Batch(this, clock);
  }

  /**
   * Whether there is room for more effects. Blocks for a bounded time while the disk is behind; call it before
   * taking locks. False: writes must be refused, see {@link #trouble}.
   */
  public boolean awaitRoom() {
    return flusher.awaitRoom();
  }

  /** Why the newest flush to RocksDB failed; null: it did not. */
  public @Nullable String trouble() {
    return flusher.trouble();
  }

  public NodeLog log() {
    return log;
  }

  /** In which slots keys expire, and when the first may. */
  public DueSlots due() {
    return due;
  }

  /** What is read outside of the slots' locks. */
  public Snapshots snapshots() {
    return snapshots;
  }

  /** Contents of slots as they were, to be copied. */
  public SlotImages images() {
    return images;
  }

  Flusher flusher() {
    return flusher;
  }

  Compactor compactor() {
    return compactor;
  }

  WatchLogs watchLogs() {
    return watchLogs;
  }

  Base base() {
    return base;
  }

  /**
   * Under the slot's lock.
   *
   * @throws TableGoneException nobody may look
   */
  SlotState state(int table, int slot) {
    SlotState state = anyState(table, slot);
    if (!state.copied.whole()) {
      throw TableGoneException.inCopy(table, slot);
    }
    return state;
  }

  /** The same, also of a slot in copy. */
  SlotState anyState(int table, int slot) {
    if (dropping.contains(table)) {
      throw new TableGoneException(table);
    }
    TableSlots slots = tables.get(table);
    SlotState known = slots == null ? null : slots.find(slot);
    if (known != null) {
      return known;
    }
    return tables.computeIfAbsent(table, id -> new TableSlots()).make(slot, id -> load(table, id));
  }

  private SlotState load(int table, int slot) {
    return newState(table, slot, header(Layout.prefix(table, slot)));
  }

  private SlotState newState(int table, int slot, @Nullable SlotHeader header) {
    return new SlotState(table, slot, Layout.prefix(table, slot), lives.incrementAndGet(),
        new SlotReads(reads),
        header);
  }

  /** Under the slot's lock and that of rounds: what is in memory of a slot goes, and this is what it is from now on. */
  SlotState replaceState(SlotState before, SlotHeader header) {
    flusher.forget(before);
    TableSlots slots = tables.computeIfAbsent(before.table, id -> new TableSlots());
    return slots.make(before.slot, id -> newState(before.table, id, header));
  }

  /** Under the slot's lock: whether this is what is known of the slot. */
  boolean isCurrent(SlotState state) {
    TableSlots slots = tables.get(state.table);
    return slots != null && slots.find(state.slot) == state && !dropping.contains(state.table);
  }

  /** What RocksDB has of a slot; null: nothing. */
  private @Nullable SlotHeader header(byte[] prefix) {
    byte[] stored = base.get(Layout.key(prefix, Layout.HEADER_KEY));
    return stored == null ? null : Layout.header(stored);
  }

  /** What a slot is, without bringing it into memory. Under its lock. */
  SlotHeader peek(int table, int slot) {
    TableSlots slots = tables.get(table);
    SlotState known = slots == null ? null : slots.find(slot);
    if (known != null) {
      return known.header();
    }
    SlotHeader stored = dropping.contains(table) ? null : header(Layout.prefix(table, slot));
    return stored == null ? SlotHeader.NONE : stored;
  }

  void markDirty(SlotState slot) {
    flusher.markDirty(slot, log::endPosition);
  }

  /** Under the slot's lock. Returns how much its effects have grown, for {@link #tierGrew}. */
  long takeGrowth(SlotState slot) {
    long grown = slot.takeGrowth();
    flusher.hurryIfLarge(slot);
    return grown;
  }

  /** @param end of the log now */
  void tierGrew(long bytes, long end) {
    flusher.grew(bytes, end);
  }

  /** Under the slot's lock: a key of it expires then. */
  void due(SlotState slot, long atMs) {
    if (atMs < slot.nextDueMs) {
      slot.nextDueMs = atMs;
      due.offer(slot.table, slot.slot, atMs);
    }
  }

  /** The slots of a part of a table that may have keys. @param to inclusive */
  public SlotWalk walk(int table, int from, int to) {
    return new SlotWalk(table, from, to, tables.get(table), base);
  }

  /** Count of keys in a part of a table, with those that have expired and are not deleted. @param to inclusive */
  public long keys(int table, int from, int to) {
    long sum = 0;
    try (SlotWalk walk = walk(table, from, to)) {
      for (int slot = walk.next(); slot >= 0; slot = walk.next()) {
        sum += keys(table, slot);
      }
    }
    return sum;
  }

  /** Does not make the slot if it is not in memory: counting must not cost memory for good. */
  private long keys(int table, int slot) {
    int[] stripe = {locks.stripe(table, slot)};
    locks.lock(stripe);
    try {
      TableSlots slots = tables.get(table);
      SlotState known = slots == null ? null : slots.find(slot);
      if (known != null) {
        return known.keys;
      }
      SlotHeader stored = header(Layout.prefix(table, slot));
      return stored == null ? 0 : stored.keys();
    } finally {
      locks.unlock(stripe);
    }
  }

  /** Ids of the tables of which there is data here, also of such as the cluster no longer knows. */
  public Set<Integer> tables() {
    Set<Integer> found = new TreeSet<>();
    tables.forEach((id, slots) -> {
      if (slots.hasRecords()) {
        found.add(id);
      }
    });
    try (Base.Iteration all = base.iterate(Layout.NO_VALUE, Layout.tableFrom(Layout.OWN_TABLE))) {
      all.seek(Layout.NO_VALUE);
      while (all.valid()) {
        int table = Layout.tableOf(all.key());
        found.add(table);
        all.seek(Layout.tableFrom(table + 1));
      }
    }
    found.addAll(dropping);
    return found;
  }

  /**
   * Deletes all that is here of a table; returns when it cannot come back after any crash. Idempotent; after a
   * failure call it again. Waits for a running flush. Requests for the table meanwhile get
   * {@link TableGoneException}; the id may be used for another table afterwards.
   */
  public void dropTable(int table) {
    flusher.lockRounds();
    try {
      if (!tables.containsKey(table) && !tables().contains(table)) {
        return;
      }
      long position = logDrop(table);
      snapshots.closeOf(table);
      images.closeOf(table);
      log.sync();
      erase(table, position);
      dropping.remove(table);
    } catch (LogException e) {
      throw new StoreException(Kind.DISK, "table " + table + " cannot be dropped: " + e.getMessage(), e);
    } finally {
      flusher.unlockRounds();
    }
  }

  private long logDrop(int table) throws LogException {
    RecordBuffer record = new RecordBuffer();
    record.dropTable(table, clock.millis());
    locks.lockAll();
    try {
      long position = log.append(record);
      dropping.add(table);
      forgetTable(table);
      return position;
    } finally {
      locks.unlockAll();
    }
  }

  /** Lets go of what is in memory. Under the locks of all slots, or before anybody else has the store. */
  void forgetTable(int table) {
    TableSlots slots = tables.remove(table);
    if (slots != null) {
      slots.forEach(flusher::forget);
    }
    due.forget(table);
  }

  /**
   * Deletes a table's range, and writes down which of the log's records that ends. That is durable before any file goes:
   * after a crash between them the log's records would continue slots which RocksDB no longer has.
   */
  void erase(int table, long position) {
    byte[] from = Layout.tableFrom(table);
    byte[] to = Layout.tableFrom(table + 1);
    try (WriteBatch batch = new WriteBatch()) {
      batch.deleteRange(from, to);
      batch.put(Layout.dropped(table), Layout.position(position));
      base.write(batch);
    } catch (RocksDBException e) {
      throw Base.trouble("a batch for RocksDB cannot be made", e);
    }
    base.flush();
    base.deleteFiles(from, to);
    compactor.offer(List.of(new Compactor.Range(from, to)));
  }

  /** Has all files of a table rewritten without what is deleted, in the background. */
  public void compact(int table) {
    compactor.want(new Compactor.Range(Layout.tableFrom(table), Layout.tableFrom(table + 1)));
  }

  /** The same for a part of a table's slots. False: too many wait already. @param to inclusive */
  public boolean compact(int table, int from, int to) {
    return compactor.want(new Compactor.Range(Layout.prefix(table, from), Layout.prefix(table, to + 1)));
  }

  /** Whether a compaction that was asked for, or one for deleted data, is under way. */
  public boolean isCompacting() {
    return compactor.isBusy();
  }

  /** Looks in RocksDB for slots with keys that expire, and puts them among the {@link #due} ones. */
  public void findDue() {
    for (int table : tables()) {
      try (SlotWalk walk = walk(table, 0, RecordBuffer.WHOLE_TABLE - 1)) {
        for (int slot = walk.next(); slot >= 0; slot = walk.next()) {
          findDue(table, slot);
        }
      }
    }
  }

  /** What the tier has beyond RocksDB was offered when it was written. */
  void findDue(int table, int slot) {
    byte[] prefix = Layout.prefix(table, slot);
    try (Base.Iteration index = base.iterate(Layout.key(prefix, Layout.EXPIRY_FROM),
        Layout.key(prefix, Layout.EXPIRY_TO))) {
      index.seek(Layout.key(prefix, Layout.EXPIRY_FROM));
      if (index.valid()) {
        due.offer(table, slot, Layout.dueOf(Layout.relative(index.key())));
      }
    }
  }

  /** What the flusher's thread does when there is reason to: a round, and not with all slots. */
  void flushOldest() throws LogException, IOException {
    flusher.goOn(log);
  }

  /** Takes the tier down to RocksDB now, and makes that durable. */
  public void flush() {
    try {
      flusher.flush(log);
      flusher.makeDurable(log);
    } catch (LogException | IOException e) {
      throw new StoreException(Kind.DISK, "flushing failed: " + e.getMessage(), e);
    }
  }

  public StoreStats stats() {
    int slots = tables.values().stream().mapToInt(TableSlots::count).sum();
    return new StoreStats(tables.size(), slots, flusher.tierBytes(), flusher.flushes(),
        flusher.flushedBytes(),
        flusher.failedFlushes(), flusher.isStalled(),
        base.number("rocksdb.total-sst-files-size") + base.number("rocksdb.total-blob-file-size"),
        base.number("rocksdb.cur-size-all-mem-tables"), base.number("rocksdb.block-cache-usage"), due.size(),
        reads.stats(),
        log.stats());
  }

  /** Flushes, so that the next start has nothing to replay, and closes. Nobody may use the store any more. */
  @Override
  public void close() {
    flusher.stop();
    try {
      flush();
    } catch (StoreException e) {
      LOG.warn("The store is closed without a last flush; the log has what is missing: {}", e.getMessage());
    }
    closeFiles(false);
  }

  /** Closes as a crash would: nothing is synced or flushed any more. */
  void abandon() {
    flusher.stop();
    closeFiles(true);
  }

  private void closeFiles(boolean asCrash) {
    compactor.stop();
    snapshots.closeAll();
    images.closeAll();
    try (StoreDirectory lock = directory; Base rocks = base; ReadTier cached = reads) {
      if (asCrash) {
        log.abandon();
      } else {
        log.close();
      }
    } catch (IOException e) {
      throw new StoreException(Kind.DISK, "the store cannot be closed: " + e.getMessage(), e);
    }
  }
}
