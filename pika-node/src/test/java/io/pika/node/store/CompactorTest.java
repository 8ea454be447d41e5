package io.pika.node.store;

import static io.pika.node.store.StoreBench.bytes;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pika.node.log.LogException;
import io.pika.node.log.LogOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Space of deleted data comes back by itself, measured in real files; one megabyte here stands for 64. */
class CompactorTest {
  private static final int MEMTABLE = 512 << 10;
  private static final StoreOptions SMALL = new StoreOptions(LogOptions.DEFAULT, 1 << 20, 1 << 20, 1 << 20,
      MEMTABLE,
      64, Duration.ZERO, Duration.ofSeconds(5), 256L << 20);
  private static final int ELEMENTS = 6000;
  private static final int VALUE_BYTES = 1000;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit
  Path directory;
  private Store store;

  @BeforeEach
  void open() {
    store = Store.open(directory, SMALL, InstantSource.system());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void spaceOfALargeCollectionComesBackAfterItsKeyIsDeleted() throws Exception {
    fill(1, "big", ELEMENTS, VALUE_BYTES);
    fill(1, "stays", 500, VALUE_BYTES);
    store.flush();
    long before = baseBytes();
    assertThat(before).isGreaterThan((long) ELEMENTS * VALUE_BYTES);
    in(1, slot -> slot.delete(bytes("big")));
    store.flush();
    await().untilAsserted(() -> assertThat(baseBytes()).isLessThan(before / 5));
    in(1, slot -> assertThat(count(slot, "stays")).isEqualTo(500));
  }

  @Test
  void compactionWaitsForAReaderOfWhatIsDeleted() throws Exception {
    fill(1, "big", ELEMENTS, VALUE_BYTES);
    store.flush();
    long before = baseBytes();
    List<ElementSnapshot> readers = new ArrayList<>();
    in(1, slot -> readers
        .add(requireNonNull(slot.elements(number(slot, "big")).snapshot(Elements.FROM_START, null))));
    in(1, slot -> slot.delete(bytes("big")));
    store.flush();
    await().during(Duration.ofMillis(500)).until(() -> baseBytes() > before / 2);
    readers.forEach(ElementSnapshot::close);
    await().untilAsserted(() -> assertThat(baseBytes()).isLessThan(before / 5));
  }

  @Test
  void manySmallerCollectionsAreWorthItTogether() throws Exception {
    for (int i = 0; i < 40; i++) {
      fill(i, "part", 300, VALUE_BYTES);
    }
    store.flush();
    long before = baseBytes();
    for (int i = 0; i < 40; i++) {
      in(i, slot -> slot.delete(bytes("part")));
    }
    store.flush();
    await().untilAsserted(() -> assertThat(baseBytes()).isLessThan(before / 3));
  }

  @Test
  void whatIsNotWorthItIsLeftToRocksDb() throws Exception {
    fill(1, "small", 300, VALUE_BYTES);
    store.flush();
    in(1, slot -> slot.delete(bytes("small")));
    store.flush();
    assertThat(store.isCompacting()).isFalse();
    fill(2, "big", ELEMENTS, VALUE_BYTES);
    store.compact(7);
    await().until(() -> !store.isCompacting());
    assertThat(baseBytes()).as("the table has nothing").isGreaterThan(300L * VALUE_BYTES);
  }

  @Test
  void compactionThatIsAskedForForgetsWhatIsDeleted() throws Exception {
    fill(1, "small", 300, VALUE_BYTES);
    store.flush();
    long before = baseBytes();
    in(1, slot -> slot.delete(bytes("small")));
    store.flush();
    store.compact(0);
    await().untilAsserted(() -> assertThat(baseBytes()).isLessThan(before / 2));
    await().until(() -> !store.isCompacting());
  }

  private void fill(int slot, String key, int elements, int valueBytes) throws LogException {
    Random random = new Random(slot);
    int part = Math.max(1, (256 << 10) / valueBytes);
    for (int done = 0; done < elements; done += part) {
      int from = done;
      int to = Math.min(elements, done + part);
      assertThat(store.awaitRoom()).isTrue();
      in(slot, space -> {
        long number = number(space, key);
        for (int i = from; i < to; i++) {
          byte[] value = new byte[valueBytes];
          random.nextBytes(value);
          space.elements(number).put(bytes("element" + i), value);
        }
      });
    }
  }

  private static long number(KeySpace space, String key) {
    Entry known = space.find(bytes(key));
    if (known != null) {
      return known.head().id();
    }
    long number = space.newCollection();
    space.put(bytes(key), Entry.collection(Entry.HASH, new CollectionHead(number, 1, new byte[0]), 0));
    return number;
  }

  private static int count(KeySpace space, String key) {
    int count = 0;
    try (ElementWalk walk = space.elements(number(space, key)).walk(Elements.FROM_START, null)) {
      while (walk.next()) {
        count++;
      }
    }
    return count;
  }

  private void in(int slot, Consumer<KeySpace> work) throws LogException {
    int[] stripes = {store.locks().stripe(0, slot)};
    store.locks().lock(stripes);
    try {
      Batch batch = store.batch();
      work.accept(batch.begin(0, slot, 1));
      batch.end();
      batch.commit();
    } finally {
      store.locks().unlock(stripes);
    }
  }

  private long baseBytes() {
    try (Stream<Path> files = Files.list(directory.resolve("db"))) {
      return files.filter(file -> file.toString().matches(".*\\.(sst|blob)")).mapToLong(CompactorTest::size)
          .sum();
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  /** Zero for one that goes away in this moment. */
  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException gone) {
      return 0;
    }
  }
}
