package io.pika.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.log.LogException;
import io.pika.node.type.InMemoryKeySpace;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Collections in the store against a slot in memory: random changes, walks in both directions over any range, flushes,
 * kills, full disks, refused commands. What is there is always the same, and nothing is left of deleted collections.
 */
class CollectionSimTest {
  private static final int SEEDS = 20;
  private static final int STEPS = 150;
  private static final int KEYS = 4;

  @TempDir Path directory;

  /** A snapshot and what it must give, piece by piece, in one direction and then in the other, and again. */
  private static final class Snapped {
    final ElementSnapshot snapshot;
    final byte[] from;
    final byte @Nullable [] to;
    final List<String> expected;
    final List<String> read = new ArrayList<>();
    boolean down;
    byte @Nullable [] last;

    Snapped(ElementSnapshot snapshot, byte[] from, byte @Nullable [] to, List<String> expected) {
      this.snapshot = snapshot;
      this.from = from;
      this.to = to;
      this.expected = expected;
    }

    void readSome(SplittableRandom random, String as) {
      int most = random.nextInt(50);
      try (ElementWalk walk = walk()) {
        for (int i = 0; i < most; i++) {
          if (!walk.next()) {
            assertThat(read).as(as).isEqualTo(down ? expected.reversed() : expected);
            read.clear();
            last = null;
            down = random.nextBoolean();
            return;
          }
          last = walk.name();
          read.add(new String(last, StandardCharsets.UTF_8) + "=" + walk.value().length);
        }
      }
    }

    private ElementWalk walk() {
      byte[] behind = last;
      if (behind == null) {
        return down ? snapshot.walkBack(from, to) : snapshot.walk(from, to);
      }
      return down
          ? snapshot.walkBack(from, behind)
          : snapshot.walk(Arrays.copyOf(behind, behind.length + 1), to);
    }
  }

  private static final class Run {
    final StoreBench bench;
    final SplittableRandom random;
    final long seed;
    InMemoryKeySpace model;
    final List<Snapped> snapped = new ArrayList<>();
    int snapshots;

    Run(StoreBench bench, long seed) {
      this.bench = bench;
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.model = new InMemoryKeySpace(bench.nowMs);
    }

    void step() throws LogException {
      switch (random.nextInt(20)) {
        case 0, 1 -> bench.store().flush();
        case 2 -> {
          bench.crash(bench.disk.copy());
          assertAllAreClosed();
        }
        case 3 -> {
          bench.reopen();
          assertAllAreClosed();
        }
        case 4 -> refused();
        case 5 -> {
          bench.nowMs += random.nextInt(10);
          model.setNowMs(bench.nowMs);
        }
        default -> {
          BiConsumer<KeySpace, InMemoryKeySpace> change = change();
          bench.run(1, 7, keys -> change.accept(keys, model));
        }
      }
      check();
      snap();
      for (Snapped each : snapped) {
        each.readSome(random, toString());
      }
    }

    /** Takes a snapshot of a part of a collection now and then, and closes the oldest. */
    private void snap() throws LogException {
      byte[] key = key();
      byte[] from = name();
      byte[] to = behind(from);
      Entry wanted = model.find(key);
      if (random.nextInt(4) == 0 && wanted != null && wanted.type() != Entry.STRING) {
        List<String> expected = all(model.elements(wanted.head().id()).walk(from, to));
        bench.run(1, 7, keys -> {
          Entry found = Objects.requireNonNull(keys.find(key));
          for (int i = random.nextInt(2); i >= 0; i--) {
            ElementSnapshot taken = keys.elements(found.head().id()).snapshot(from, to);
            if (taken != null) {
              snapped.add(new Snapped(taken, from, to, expected));
              snapshots++;
            }
          }
        });
      }
      if (snapped.size() > 6 || !snapped.isEmpty() && random.nextInt(20) == 0) {
        snapped.removeFirst().snapshot.close();
      }
    }

    private void assertAllAreClosed() {
      for (Snapped each : snapped) {
        assertThatThrownBy(() -> each.snapshot.walk(each.from, each.to))
            .isInstanceOf(ElementSnapshot.ClosedException.class);
      }
      snapped.clear();
    }

    /** Changes that do not reach the log leave nothing. */
    private void refused() {
      SplittableRandom again = random.split();
      InMemoryKeySpace scratch = new InMemoryKeySpace(bench.nowMs);
      bench.disk.room(0);
      try {
        bench.run(1, 7, keys -> {
          for (int i = again.nextInt(5); i >= 0; i--) {
            change().accept(keys, scratch);
          }
        });
      } catch (LogException expected) {
        assertThat(expected).hasMessageContaining("space");
      }
      bench.disk.room(Long.MAX_VALUE);
    }

    private byte[] key() {
      return StoreBench.bytes("key" + random.nextInt(KEYS));
    }

    private byte[] name() {
      return StoreBench.bytes(Integer.toString(random.nextInt(400), 7));
    }

    /** The end of a range that begins there. */
    private byte @Nullable [] behind(byte[] from) {
      byte[] end = name();
      return random.nextInt(3) == 0 || Layout.ORDER.compare(from, end) > 0 ? null : end;
    }

    /** The same on the store and on the model. */
    private BiConsumer<KeySpace, InMemoryKeySpace> change() {
      byte[] key = key();
      byte[] other = key();
      int kind = random.nextInt(12);
      int count = random.nextInt(10) == 0 ? 300 : random.nextInt(20);
      List<byte[]> names = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        names.add(name());
      }
      byte[] from = name();
      byte[] to = behind(from);
      long at = random.nextBoolean() ? 0 : bench.nowMs + 1 + random.nextInt(20);
      return (store, memory) -> {
        for (KeySpace keys : List.of(store, memory)) {
          switch (kind) {
            case 0 -> keys.delete(key);
            case 1 -> keys.put(key, Entry.string(from, at));
            case 2 -> renameIfThere(keys, key, other);
            case 3 -> keys.expireAt(key, at);
            case 4 -> withElements(keys, key, at, elements -> names.forEach(elements::delete));
            case 5 -> withElements(keys, key, at, elements -> elements.deleteRange(from, to));
            case 6 -> withElements(keys, key, at, Run::deleteEverySecond);
            default ->
              withElements(keys, key, at, elements -> names.forEach(name -> elements.put(name, key)));
          }
        }
      };
    }

    private static void renameIfThere(KeySpace keys, byte[] from, byte[] to) {
      if (keys.find(from) != null) {
        keys.rename(from, to);
      }
    }

    private static void deleteEverySecond(Elements elements) {
      try (ElementWalk walk = elements.walk(Elements.FROM_START, null)) {
        while (walk.next()) {
          elements.delete(walk.name());
          walk.next();
        }
      }
    }

    private static void withElements(KeySpace keys, byte[] key, long at,
        Consumer<Elements> change) {
      Entry entry = keys.find(key);
      boolean there = entry != null && entry.type() != Entry.STRING;
      CollectionHead head = there && entry != null
          ? entry.head()
          : new CollectionHead(keys.newCollection(), 1, key);
      change.accept(keys.elements(head.id()));
      keys.put(key, Entry.collection(Entry.HASH, head, at));
    }

    void check() throws LogException {
      byte[] from = name();
      byte[] to = behind(from);
      bench.run(1, 7, keys -> {
        for (int i = 0; i < KEYS; i++) {
          byte[] key = StoreBench.bytes("key" + i);
          Entry wanted = model.find(key);
          Entry found = keys.find(key);
          assertThat(found == null).as(toString()).isEqualTo(wanted == null);
          if (found != null && wanted != null && found.type() != Entry.STRING) {
            assertThat(found.expireAtMs()).as(toString()).isEqualTo(wanted.expireAtMs());
            checkElements(keys.elements(found.head().id()), model.elements(wanted.head().id()), from, to);
          }
        }
      });
      assertNothingIsLeft();
    }

    private void checkElements(Elements found, Elements wanted, byte[] from, byte @Nullable [] to) {
      assertThat(all(found.walk(Elements.FROM_START, null))).as(toString())
          .isEqualTo(all(wanted.walk(Elements.FROM_START, null)));
      assertThat(all(found.walk(from, to))).as(toString()).isEqualTo(all(wanted.walk(from, to)));
      for (int i = 0; i < 30; i++) {
        byte[] name = name();
        assertThat(found.get(name)).as(toString()).isEqualTo(wanted.get(name));
      }
      List<String> down = all(wanted.walkBack(from, to));
      assertThat(all(found.walkBack(from, to))).as(toString()).isEqualTo(down);
      byte[] drawn = found.random(from, to, random);
      assertThat(drawn == null).as(toString()).isEqualTo(down.isEmpty());
      if (drawn != null) {
        assertThat(wanted.get(drawn)).as(toString()).isEqualTo(found.get(drawn)).isNotNull();
      }
    }

    private static List<String> all(ElementWalk walk) {
      List<String> all = new ArrayList<>();
      try (walk) {
        while (walk.next()) {
          all.add(
              new String(walk.name(), StandardCharsets.UTF_8) + "=" + walk.value().length);
        }
      }
      return all;
    }

    /** Every element in the slot is one of a key's that is there, expired or not. */
    private void assertNothingIsLeft() {
      int[] stripes = {bench.store().locks().stripe(1, 7)};
      bench.store().locks().lock(stripes);
      try {
        SlotState slot = bench.store().state(1, 7);
        byte[] from = {Layout.ELEMENT};
        byte[] to = {Layout.ELEMENT + 1};
        List<Long> used = heads(slot);
        try (SlotCursor cursor = new SlotCursor(new WorkMeter(InstantSource.system()), slot,
            bench.store().base(), from, to)) {
          cursor.seek(from);
          while (cursor.next()) {
            assertThat(used).as(toString()).contains(ByteBuffer.wrap(cursor.key()).getLong(1));
          }
        }
      } finally {
        bench.store().locks().unlock(stripes);
      }
    }

    private List<Long> heads(SlotState slot) {
      List<Long> used = new ArrayList<>();
      try (SlotCursor cursor = new SlotCursor(new WorkMeter(InstantSource.system()), slot,
          bench.store().base(), Layout.META_FROM, Layout.META_TO)) {
        cursor.seek(Layout.META_FROM);
        while (cursor.next()) {
          if (Layout.isCollection(cursor.value())) {
            used.add(Layout.collectionOf(cursor.value()));
          }
        }
      }
      return used;
    }

    @Override
    public String toString() {
      return "seed " + seed;
    }
  }

  @Test
  void elementsAreWhatTheModelSaysThroughFlushesAndCrashes() throws LogException {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (StoreBench bench = new StoreBench(directory.resolve("seed-" + seed),
          StoreBench.tiny(new SplittableRandom(-seed)))) {
        Run run = new Run(bench, seed);
        for (int i = 0; i < STEPS; i++) {
          run.step();
        }
        assertThat(run.snapshots).as("seed " + seed).isGreaterThan(5);
        run.snapped.forEach(each -> each.snapshot.close());
        assertThat(bench.store().snapshots().bytes()).isZero();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** What is young is in memory only, and the number tells. */
  @Test
  void aCollectionIsLookedForInRocksDbOnlyOnceItWasFlushed() throws LogException {
    try (StoreBench bench = new StoreBench(directory)) {
      long old = collection(bench);
      bench.store().flush();
      long young = collection(bench);
      assertThat(bench.store().state(1, 7).mayStore(old)).isTrue();
      assertThat(bench.store().state(1, 7).mayStore(young)).isFalse();
      bench.crash(bench.disk.copy());
      assertThat(bench.store().state(1, 7).mayStore(old)).isTrue();
      bench.store().flush();
      assertThat(bench.store().state(1, 7).mayStore(young)).isTrue();
    }
  }

  private static long collection(StoreBench bench) throws LogException {
    long[] made = {0};
    bench.run(1, 7, keys -> {
      made[0] = keys.newCollection();
      keys.elements(made[0]).put(StoreBench.bytes("name"), StoreBench.bytes("value"));
    });
    return made[0];
  }
}
