package io.pika.node.store;

import static io.pika.node.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.log.LogException;
import io.pika.node.log.LogOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
  private static final InstantSource CLOCK = InstantSource.system();
  /** RocksDB begins another file when one is so long. */
  private static final int ROCKSDB_FILE_BYTES = 64 << 20;

  @TempDir Path directory;

  private Store open() {
    return Store.open(directory, StoreOptions.DEFAULT, CLOCK);
  }

  private static void put(Store store, int table, int slot, String key, String value) throws LogException {
    put(store, table, slot, key, bytes(value));
  }

  private static void put(Store store, int table, int slot, String key, byte[] value) throws LogException {
    int[] stripes = {store.locks().stripe(table, slot)};
    store.locks().lock(stripes);
    Batch batch = store.batch();
    batch.begin(table, slot, 1).put(bytes(key), Entry.string(value, 0));
    batch.end();
    batch.commit();
    store.locks().unlock(stripes);
  }

  private static boolean has(Store store, int table, int slot, String key) {
    int[] stripes = {store.locks().stripe(table, slot)};
    store.locks().lock(stripes);
    try {
      return store.batch().slot(table, slot).find(bytes(key)) != null;
    } finally {
      store.locks().unlock(stripes);
    }
  }

  @Test
  void directoryIsUsedByOneProcessAtATime() {
    try (Store store = open()) {
      assertThatThrownBy(this::open).isInstanceOfSatisfying(StoreException.class,
          e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.LOCKED));
      assertThat(store.identity().bound()).isFalse();
    }
    open().close();
  }

  @Test
  void whatIsCompactedStaysAndAStoreClosesInTheMiddleOfIt() throws LogException {
    try (Store store = open()) {
      for (int i = 0; i < 200; i++) {
        put(store, 1, i % 8, "k" + i, "v".repeat(1000));
      }
      store.flush();
      assertThat(store.compact(1, 0, 7)).isTrue();
      assertThat(store.compact(1, 0, 7)).isTrue();
      assertThat(store.compact(2, 0, 0)).isTrue();
      assertThat(has(store, 1, 7, "k199")).isTrue();
    }
    try (Store store = open()) {
      assertThat(has(store, 1, 7, "k199")).isTrue();
    }
  }

  @Test
  void directoryBelongsToOneNodeForGood() {
    StoreIdentity bound;
    try (Store store = open()) {
      store.bind("cluster", 3);
      store.bind("cluster", 3);
      bound = store.identity();
      assertThatThrownBy(() -> store.bind("other", 3)).isInstanceOfSatisfying(StoreException.class,
          e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.OTHER_OWNER));
    }
    try (Store store = open()) {
      assertThat(store.identity()).isEqualTo(bound);
      assertThatThrownBy(() -> store.bind("cluster", 4)).isInstanceOf(StoreException.class);
    }
  }

  @Test
  void newerFormatAndDataWithoutIdentityAreRefused() throws IOException {
    open().close();
    Path identity = directory.resolve("store.json");
    String written = Files.readString(identity);
    Files.writeString(identity, written.replaceAll("\"formatVersion\" : 1", "\"formatVersion\" : 2"));
    assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("format 2");
    Files.writeString(identity, "{");
    assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("store.json");
    Files.delete(identity);
    assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("no store.json");
    Files.writeString(identity, written);
    open().close();
  }

  @Test
  void copyOfTheDirectoryTakenWhileItRunsIsAWholeStore(@TempDir Path images) throws Exception {
    try (Store store = open()) {
      for (int i = 0; i < 2000; i++) {
        put(store, 1, i % 8, "key" + i, "value");
        if (i == 1000) {
          store.flush();
        }
      }
      Path image = copy(images.resolve("image"));
      try (Store copy = Store.open(image, StoreOptions.DEFAULT, CLOCK)) {
        assertThat(copy.keys(1, 0, 7)).isEqualTo(2000);
        assertThat(has(copy, 1, 1999 % 8, "key1999")).isTrue();
        assertThat(copy.recovered().records()).isBetween(900L, 1000L);
      }
    }
  }

  private Path copy(Path to) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        if (!file.endsWith("lock")) {
          Files.copy(file, to.resolve(directory.relativize(file).toString()));
        }
      }
    }
    return to;
  }

  @Test
  void idOfADroppedTableStartsFromNothingWhateverCrashes() throws Exception {
    for (int flushes = 0; flushes < 8; flushes++) {
      try (StoreBench bench = new StoreBench(directory.resolve("drop-" + flushes))) {
        bench.run(5, 1, keys -> keys.put(bytes("old"), Entry.string(bytes("1"), 5000)));
        bench.run(5, 2, keys -> keys.put(bytes("old"), Entry.string(bytes("1"), 0)));
        bench.run(6, 1, keys -> keys.put(bytes("other"), Entry.string(bytes("1"), 0)));
        flushIf(bench, flushes & 1);
        bench.store().dropTable(5);
        assertThat(bench.store().tables()).containsExactly(6);
        flushIf(bench, flushes & 2);
        bench.crash(bench.disk.copy());
        assertThat(bench.store().tables()).containsExactly(6);
        bench.run(5, 1, keys -> keys.put(bytes("new"), Entry.string(bytes("1"), 0)));
        flushIf(bench, flushes & 4);
        bench.crash(bench.disk.copy());
        assertThat(bench.keys(5, 1)).containsExactly("new");
        assertThat(bench.keys(5, 2)).isEmpty();
        assertThat(bench.keys(6, 1)).containsExactly("other");
        bench.store().dropTable(5);
        bench.store().dropTable(5);
        bench.crash(bench.disk.copy());
        assertThat(bench.store().tables()).containsExactly(6);
      }
    }
  }

  /** The log still has records of the table that go on from what lay in the files. */
  @Test
  void whatADroppedTableHadInFilesIsNotMissedAfterACrash(@TempDir Path images) throws Exception {
    try (Store store = open()) {
      put(store, 2, 1, "other", "value");
      putIncompressible(store, 1, ROCKSDB_FILE_BYTES * 5 / 4);
      store.flush();
      store.compact(1);
      Awaitility.await().until(() -> !store.isCompacting());
      put(store, 1, 1, "key", "newer than the files");
      long before = store.stats().baseBytes();
      store.dropTable(1);
      assertThat(store.stats().baseBytes()).as("files went").isLessThan(before / 2);
      try (Store copy = Store.open(copy(images.resolve("image")), StoreOptions.DEFAULT, CLOCK)) {
        assertThat(copy.tables()).containsExactly(2);
        assertThat(has(copy, 2, 1, "other")).isTrue();
      }
    }
  }

  private static void putIncompressible(Store store, int table, int bytes) throws LogException {
    Random random = new Random(table);
    byte[] value = new byte[16 << 10];
    for (int i = 0; i < bytes / value.length; i++) {
      random.nextBytes(value);
      assertThat(store.awaitRoom()).isTrue();
      put(store, table, 1, "key" + i, value);
    }
  }

  private static void flushIf(StoreBench bench, int wanted) {
    if (wanted != 0) {
      bench.store().flush();
    }
  }

  @Test
  void tierGoesDownByItselfAndTheLogIsTrimmed() throws Exception {
    StoreOptions small = new StoreOptions(StoreBench.TINY_LOG, 40_000, 20_000, 1 << 20, 1 << 20, 64,
        Duration.ofMillis(100), Duration.ofSeconds(20), 10_000);
    try (Store store = Store.open(directory, small, CLOCK)) {
      for (int i = 0; i < 3000; i++) {
        assertThat(store.awaitRoom()).isTrue();
        put(store, 1, i % 4, "key" + i, "some value that is not short");
      }
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> store.stats().tierBytes() == 0);
      assertThat(store.stats().log().startPosition()).isPositive();
      assertThat(store.keys(1, 0, 3)).isEqualTo(3000);
    }
    try (Store store = Store.open(directory, small, CLOCK)) {
      assertThat(store.recovered().records()).isZero();
      assertThat(store.keys(1, 0, 3)).isEqualTo(3000);
    }
  }

  /** Nothing else takes the tier down here: a writer whom the flusher has missed would wait for the deadline in vain. */
  @Test
  void tierThatFillsWhileARoundBeginsGoesDownWithoutDelay() throws Exception {
    StoreOptions bySize = new StoreOptions(LogOptions.DEFAULT, 200_000, 20_000, 1 << 20, 1 << 20, 64,
        Duration.ZERO,
        Duration.ofSeconds(20), 256 << 20);
    String value = "v".repeat(20_000);
    try (Store store = Store.open(directory, bySize, CLOCK)) {
      for (int i = 0; i < 1000; i++) {
        assertThat(store.awaitRoom()).as("write %d", i).isTrue();
        put(store, 1, i % 16, "key" + i % 64, value);
      }
    }
  }

  @Test
  void missingDatabaseIsNotTakenForAnEmptyOne() throws Exception {
    StoreOptions small = new StoreOptions(StoreBench.TINY_LOG, 40_000, 20_000, 1 << 20, 1 << 20, 64,
        Duration.ZERO,
        Duration.ofSeconds(20), 1000);
    try (Store store = Store.open(directory, small, CLOCK)) {
      for (int i = 0; i < 200; i++) {
        put(store, 1, 1, "key" + i, "some value that is not short");
      }
    }
    try (Stream<Path> files = Files.list(directory.resolve("db"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    assertThatThrownBy(() -> Store.open(directory, small, CLOCK)).isInstanceOfSatisfying(StoreException.class,
        e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.DAMAGED));
  }

  /** A seek in a slot without keys would end at a neighbour's value, however big that is. */
  @Test
  void aSlotIsLookedForInRocksDbOnlyOnceItWasFlushed() throws LogException {
    try (Store store = open()) {
      put(store, 1, 0, "key", "value");
      assertThat(store.state(1, 0).stored).isFalse();
      assertThat(has(store, 1, 0, "key")).isTrue();
      store.flush();
      assertThat(store.state(1, 0).stored).isTrue();
      assertThat(has(store, 1, 0, "key")).isTrue();
      store.dropTable(1);
      assertThat(store.state(1, 0).stored).isFalse();
      assertThat(has(store, 1, 0, "key")).isFalse();
    }
    try (Store store = open()) {
      assertThat(store.state(1, 0).stored).isFalse();
    }
  }
}
