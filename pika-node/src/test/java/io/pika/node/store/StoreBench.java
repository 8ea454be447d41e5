package io.pika.node.store;

import io.pika.node.log.CrashDisk;
import io.pika.node.log.FsyncMode;
import io.pika.node.log.LogException;
import io.pika.node.log.LogOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.rocksdb.Env;
import org.rocksdb.RocksMemEnv;

/** A store without threads, on disks in memory: nothing happens but what a test says. */
public final class StoreBench implements AutoCloseable {
  public static final LogOptions TINY_LOG = new LogOptions(FsyncMode.ALWAYS, 2000, false);
  public static final StoreOptions TINY = new StoreOptions(TINY_LOG, 24_000, 3_000, 1 << 20, 1 << 20, 64,
      Duration.ZERO,
      Duration.ZERO, 3000);

  private final Path directory;
  private final Env rocks = new RocksMemEnv(Env.getDefault());
  public CrashDisk disk = new CrashDisk();
  public long nowMs = 1000;
  private final StoreOptions options;
  private Store store;

  public StoreBench(Path directory) {
    this(directory, TINY);
  }

  StoreBench(Path directory, StoreOptions options) {
    this.directory = directory;
    this.options = options;
    this.store = open();
  }

  /** Room in memory for next to nothing, or for some of what a simulation has, or for all of it. */
  static StoreOptions tiny(SplittableRandom random) {
    return new StoreOptions(TINY_LOG, 1 << random.nextInt(9, 16), (1 << random.nextInt(8, 18)) - 1,
        1 << random.nextInt(8, 21), 1 << random.nextInt(16, 21), random.nextInt(16, 65), Duration.ZERO,
        Duration.ZERO, 3000);
  }

  /** As little, for a store with threads: it flushes all the time, and its RocksDB remembers next to nothing. */
  public static StoreOptions tinyWithThreads(SplittableRandom random) {
    StoreOptions tiny = tiny(random);
    return new StoreOptions(new LogOptions(FsyncMode.NO, 1 << random.nextInt(12, 20), false),
        tiny.tierBytes(), tiny.readBytes(),
        tiny.blockCacheBytes(), tiny.memtableBytes(), tiny.openFiles(),
        Duration.ofMillis(random.nextInt(1, 50)),
        Duration.ofSeconds(30), 1 << random.nextInt(12, 20));
  }

  private Store open() {
    InstantSource clock = () -> Instant.ofEpochMilli(nowMs);
    return Store.open(directory, options, clock, disk, rocks, 1);
  }

  public Store store() {
    return store;
  }

  /** Stops as a crash does, with this disk under the log, and opens again. */
  public void crash(CrashDisk left) {
    store.abandon();
    disk = left;
    store = open();
  }

  public void reopen() {
    store.close();
    store = open();
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** One batch with one command. */
  public void run(int table, int slot, Consumer<KeySpace> command) throws LogException {
    run(table, slot, List.of(command));
  }

  /** One batch; each command is a record. */
  public void run(int table, int slot, List<Consumer<KeySpace>> commands) throws LogException {
    int[] stripes = {store.locks().stripe(table, slot)};
    store.locks().lock(stripes);
    try {
      Batch batch = store.batch();
      for (Consumer<KeySpace> command : commands) {
        command.accept(batch.begin(table, slot, 1));
        batch.end();
      }
      try {
        batch.commit();
      } catch (LogException e) {
        batch.undo();
        throw e;
      }
    } finally {
      store.locks().unlock(stripes);
    }
  }

  public List<String> keys(int table, int slot) throws LogException {
    List<String> found = new ArrayList<>();
    run(table, slot, keys -> keys.scan(null, KeyFilter.ALL, Integer.MAX_VALUE).keys()
        .forEach(key -> found.add(new String(key, StandardCharsets.UTF_8))));
    return found;
  }

  @Override
  public void close() {
    store.abandon();
    rocks.close();
  }
}
