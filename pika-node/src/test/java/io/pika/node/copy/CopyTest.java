package io.pika.node.copy;

import static io.pika.node.store.StoreBench.bytes;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.log.LogException;
import io.pika.node.store.CollectionHead;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.node.store.SlotImage;
import io.pika.node.store.SlotRebuild;
import io.pika.node.store.SlotSummary;
import io.pika.node.store.StoreBench;
import io.pika.node.store.TableGoneException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyTest {
  private static final int CHUNK_BYTES = 300;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit
  Path directory;
  private StoreBench source;
  private StoreBench target;

  @BeforeEach
  void open() {
    source = new StoreBench(directory.resolve("source"));
    target = new StoreBench(directory.resolve("target"));
  }

  @AfterEach
  void close() {
    source.close();
    target.close();
  }

  private void fill() throws LogException {
    for (int i = 0; i < 40; i++) {
      byte[] key = bytes("key" + i);
      byte[] value = new byte[i == 20 ? 50_000 : i * 3];
      Arrays.fill(value, (byte) i);
      long expireAt = i % 7 == 0 ? source.nowMs + 1000 : 0;
      source.run(1, 0, keys -> keys.put(key, Entry.string(value, expireAt)));
      if (i == 25) {
        source.store().flush();
      }
    }
    source.run(1, 0, CopyTest::makeHash);
    source.run(1, 0, keys -> keys.delete(bytes("key3")));
  }

  private static void makeHash(KeySpace keys) {
    long number = keys.newCollection();
    keys.put(bytes("hash"),
        Entry.collection(Entry.HASH, new CollectionHead(number, 10, new byte[0]), 0));
    for (int i = 0; i < 10; i++) {
      keys.elements(number).put(bytes("field" + i), bytes("value" + i));
    }
  }

  private CopySource sourceNow() {
    return new CopySource(source.store().images().take(1, 0), CHUNK_BYTES);
  }

  private CopyTarget targetNow() {
    return new CopyTarget(Objects.requireNonNull(SlotRebuild.begin(target.store(), 1, 0, epoch -> true)));
  }

  private static Contents contents(StoreBench bench) {
    CopyRate rate = new CopyRate(0, () -> 0);
    try (SlotImage image = bench.store().images().take(1, 0)) {
      return Contents.of(image, CHUNK_BYTES, rate, nanos -> assertThat(nanos).isZero());
    }
  }

  private static SlotSummary summary(StoreBench bench) {
    try (SlotImage image = bench.store().images().take(1, 0)) {
      return image.summary();
    }
  }

  @Test
  void targetHasWhatTheSourceHadWhateverIsWrittenMeanwhile() throws Exception {
    fill();
    target.run(1, 0, keys -> keys.put(bytes("old"), Entry.string(bytes("value"), 0)));
    Contents before = contents(source);
    CopyTarget to = targetNow();
    try (CopySource from = sourceNow()) {
      while (!to.complete()) {
        to.take(from.next(to.after()));
        source.run(1, 0, keys -> keys.delete(bytes("key30")));
        source.run(1, 0, keys -> keys.put(bytes("new"), Entry.string(bytes("value"), 0)));
        source.store().flush();
      }
      assertThat(from.given()).isEqualTo(before);
      to.finish(from.summary(), from.given());
      assertThat(summary(target)).isEqualTo(from.summary());
    }
    assertThat(contents(target)).isEqualTo(before);
    assertThat(target.store().due().size()).isEqualTo(1);
    target.reopen();
    assertThat(contents(target)).isEqualTo(before);
    target.run(1, 0, keys -> {
      CollectionHead head = requireNonNull(keys.find(bytes("hash"))).head();
      assertThat(keys.elements(head.id()).get(bytes("field7"))).isEqualTo(bytes("value7"));
    });
  }

  @Test
  void aChunkCanBeHadAgain() throws Exception {
    fill();
    CopyTarget to = targetNow();
    try (CopySource from = sourceNow()) {
      while (!to.complete()) {
        Chunk lost = from.next(to.after());
        Chunk again = from.next(to.after());
        assertThat(again.bytes()).isEqualTo(lost.bytes());
        to.take(again);
      }
      to.finish(from.summary(), from.given());
    }
    assertThat(contents(target)).isEqualTo(contents(source));
  }

  @Test
  void emptySlotIsCopiedToo() throws Exception {
    target.run(1, 0, keys -> keys.put(bytes("old"), Entry.string(bytes("value"), 0)));
    CopyTarget to = targetNow();
    try (CopySource from = sourceNow()) {
      to.take(from.next(null));
      assertThat(to.complete()).isTrue();
      to.finish(from.summary(), from.given());
    }
    assertThat(contents(target)).isEqualTo(Contents.NONE);
    assertThat(target.store().keys(1, 0, 0)).isZero();
  }

  @Test
  void whatWasChangedOrIsOutOfOrderIsRefused() throws Exception {
    fill();
    CopyTarget to = targetNow();
    try (CopySource from = sourceNow()) {
      Chunk chunk = from.next(null);
      byte[] changed = chunk.bytes().clone();
      changed[changed.length / 2]++;
      assertThatThrownBy(() -> to.take(new Chunk(changed, chunk.checksum())))
          .isInstanceOf(CopyException.class);
      to.take(chunk);
      assertThatThrownBy(() -> to.take(chunk)).isInstanceOf(CopyException.class);
      assertThatThrownBy(() -> to.finish(from.summary(), from.given())).isInstanceOf(CopyException.class);
      assertThatThrownBy(() -> from.next(bytes("\u0002never"))).isInstanceOf(IllegalArgumentException.class);
      while (!to.complete()) {
        to.take(from.next(to.after()));
      }
      Contents other = new Contents(from.given().entries(), from.given().bytes(),
          from.given().checksum() + 1);
      assertThatThrownBy(() -> to.finish(from.summary(), other)).isInstanceOf(CopyException.class);
    }
    assertThatThrownBy(() -> summary(target)).isInstanceOf(TableGoneException.class);
  }

  @Test
  void droppedTableEndsItsCopies() throws Exception {
    fill();
    CopyTarget to = targetNow();
    try (CopySource from = sourceNow()) {
      from.next(null);
      source.store().dropTable(1);
      assertThatThrownBy(() -> from.next(null)).isInstanceOf(SlotImage.ClosedException.class);
    }
    assertThat(source.store().images().count()).isZero();
    source.run(1, 0, keys -> keys.put(bytes("key"), Entry.string(bytes("value"), 0)));
    target.store().dropTable(1);
    assertThat(target.store().tables()).isEmpty();
    try (CopySource from = sourceNow()) {
      Chunk chunk = from.next(null);
      assertThatThrownBy(() -> to.take(chunk)).isInstanceOf(TableGoneException.class);
    }
    assertThat(target.store().tables()).isEmpty();
    assertThat(contents(target)).isEqualTo(Contents.NONE);
  }

  @Test
  void aCopyThatBeginsAnewEndsTheOneBefore() throws Exception {
    fill();
    CopyTarget first = targetNow();
    CopyTarget second = targetNow();
    try (CopySource from = sourceNow()) {
      Chunk chunk = from.next(null);
      assertThatThrownBy(() -> first.take(chunk)).isInstanceOf(TableGoneException.class);
      second.take(chunk);
    }
  }

  @Test
  void imageIsClosedWhenItIsOldOrNotRead() {
    try (CopySource from = sourceNow()) {
      assertThat(source.store().images().closeOld(Long.MAX_VALUE, Long.MAX_VALUE)).isZero();
      assertThat(source.store().images().closeOld(Long.MAX_VALUE, -1)).isEqualTo(1);
      assertThatThrownBy(() -> from.next(null)).isInstanceOf(SlotImage.ClosedException.class);
    }
    try (CopySource from = sourceNow()) {
      assertThat(source.store().images().closeOld(-1, Long.MAX_VALUE)).isEqualTo(1);
      assertThatThrownBy(() -> from.next(null)).isInstanceOf(SlotImage.ClosedException.class);
    }
  }

  @Test
  void contentsDifferInOneByteOrInWhichKeyHasWhichValue() {
    Contents.Sum sum = new Contents.Sum();
    sum.add(bytes("a"), bytes("1"));
    sum.add(bytes("b"), bytes("2"));
    Contents.Sum turned = new Contents.Sum();
    turned.add(bytes("b"), bytes("2"));
    turned.add(bytes("a"), bytes("1"));
    assertThat(turned.now()).isEqualTo(sum.now());
    Contents.Sum swapped = new Contents.Sum();
    swapped.add(bytes("a"), bytes("2"));
    swapped.add(bytes("b"), bytes("1"));
    assertThat(swapped.now()).isNotEqualTo(sum.now());
    Contents.Sum moved = new Contents.Sum();
    moved.add(bytes("a1"), bytes(""));
    moved.add(bytes("b"), bytes("2"));
    assertThat(moved.now().checksum()).isNotEqualTo(sum.now().checksum());
  }

  @Test
  void rateIsSharedAndMayChange() {
    AtomicLong now = new AtomicLong();
    CopyRate rate = new CopyRate(1000, now::get);
    assertThat(rate.reserve(500)).isZero();
    assertThat(rate.reserve(500)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
    assertThat(rate.reserve(1)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    now.set(TimeUnit.SECONDS.toNanos(10));
    rate.set(0);
    assertThat(rate.reserve(1 << 30)).isZero();
    assertThat(rate.reserve(1 << 30)).isZero();
  }
}
