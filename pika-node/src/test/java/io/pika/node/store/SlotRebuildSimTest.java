package io.pika.node.store;

import static io.pika.node.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.log.LogException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Copies a slot from one store to another, which has other records of it, in random steps, among writes, flushes and compactions at
 * both, while the target is killed or loses power at any of them. After each crash the slot is in copy, or exactly what the source had
 * at the position, with what was written after.
 */
class SlotRebuildSimTest {
  private static final int TABLE = 1;
  private static final int COPIED = 0;
  private static final int BYSTANDER = 1;
  private static final int KEYS = 30;
  private static final int SEEDS = 80;
  private static final int MOST_STEPS = 400;

  @TempDir Path directory;

  private static final class Run {
    final StoreBench source;
    final StoreBench target;
    final SplittableRandom random;
    @Nullable SlotImage image;
    @Nullable SlotRebuild rebuild;
    TreeMap<String, String> wanted = new TreeMap<>();
    int crashes;

    Run(StoreBench source, StoreBench target, long seed) {
      this.source = source;
      this.target = target;
      this.random = new SplittableRandom(seed);
    }

    /** Each may be large, small, with expiry, deleted or with all others. */
    void write(StoreBench bench, int slot, int most) throws LogException {
      for (int i = random.nextInt(most); i >= 0; i--) {
        byte[] key = bytes("key" + random.nextInt(KEYS));
        switch (random.nextInt(16)) {
          case 0, 1, 2 -> bench.run(TABLE, slot, keys -> keys.delete(key));
          case 3 -> {
            long at = bench.nowMs + 1 + random.nextInt(50);
            bench.run(TABLE, slot, keys -> keys.expireAt(key, at));
          }
          case 4 -> {
            if (random.nextInt(4) == 0) {
              bench.run(TABLE, slot, KeySpace::clear);
            }
          }
          case 5 -> bench.run(TABLE, slot, keys -> keys.put(bytes(""), Entry.string(key, 0)));
          default -> {
            byte[] value = new byte[random.nextInt(8) == 0 ? 40_000 : random.nextInt(300)];
            random.nextBytes(value);
            bench.run(TABLE, slot, keys -> keys.put(key, Entry.string(value, 0)));
          }
        }
      }
    }

    void begin() throws LogException {
      closeImage();
      wanted = contents(source, COPIED);
      SlotImage taken = source.store().images().take(TABLE, COPIED);
      image = taken;
      assertThat(taken.summary().keys()).as(toString()).isEqualTo(wanted.size());
      TreeMap<String, String> before = contentsOrNone();
      if (random.nextInt(4) == 0) {
        // The mark may not be on the disk yet: then all is as it was.
        SlotRebuild.mark(target.store(), TABLE, COPIED, epoch -> true);
        crash();
        if (isWhole()) {
          assertThat(contents(target, COPIED)).as(toString()).isEqualTo(before);
        }
      }
      rebuild = Objects.requireNonNull(SlotRebuild.begin(target.store(), TABLE, COPIED, epoch -> true));
      assertInCopy();
    }

    private TreeMap<String, String> contentsOrNone() throws LogException {
      return isWhole() ? contents(target, COPIED) : new TreeMap<>();
    }

    boolean isWhole() { return SlotRebuild.copied(target.store(), TABLE, COPIED).whole(); }

    void assertInCopy() {
      assertThat(isWhole()).as(toString()).isFalse();
      assertThatThrownBy(() -> target.run(TABLE, COPIED, keys -> keys.delete(bytes("k"))))
          .isInstanceOf(TableGoneException.class);
      assertThat(target.store().keys(TABLE, COPIED, COPIED)).as(toString()).isZero();
    }

    void crash() throws LogException {
      crashes++;
      TreeMap<String, String> bystander = contents(target, BYSTANDER);
      target.store().log().sync();
      target.crash(random.nextBoolean() ? target.disk.copy() : target.disk.afterPowerLoss(random));
      assertThat(contents(target, BYSTANDER)).as(toString()).isEqualTo(bystander);
    }

    /** Whether the copy was finished. */
    boolean step() throws LogException {
      switch (random.nextInt(14)) {
        case 0 -> source.store().flush();
        case 1 -> target.store().flush();
        case 2 -> source.store().base().flush();
        case 3 -> write(target, BYSTANDER, 10);
        case 4 -> source.store().base().compact(
            new Compactor.Range(Layout.tableFrom(TABLE), Layout.tableFrom(TABLE + 1)),
            new org.rocksdb.CompactRangeOptions());
        case 5 -> source.nowMs += random.nextInt(20);
        case 6 -> {
          if (random.nextInt(3) == 0) {
            crash();
            assertInCopy();
            begin();
          }
        }
        case 7, 8 -> write(source, COPIED, 5);
        default -> {
          return copySome();
        }
      }
      return false;
    }

    private boolean copySome() throws LogException {
      SlotImage from = image;
      SlotRebuild to = rebuild;
      assertThat(from != null && to != null).isTrue();
      if (from == null || to == null) {
        return false;
      }
      List<SlotEntry> entries = new ArrayList<>();
      int most = 1 + random.nextInt(8);
      boolean last = from.read(to.last(), (key, value) -> {
        entries.add(new SlotEntry(key, value));
        return entries.size() < most;
      });
      to.write(entries);
      return last && finish(from, to);
    }

    private boolean finish(SlotImage from, SlotRebuild to) throws LogException {
      if (random.nextInt(3) == 0) {
        to.writeHeader(from.summary());
        crash();
        if (isWhole()) {
          assertCopied(from);
          return true;
        }
        begin();
        return false;
      }
      to.finish(from.summary());
      assertCopied(from);
      return true;
    }

    private void assertCopied(SlotImage from) throws LogException {
      assertThat(contents(target, COPIED)).as(toString()).isEqualTo(wanted);
      try (SlotImage copy = target.store().images().take(TABLE, COPIED)) {
        assertThat(copy.summary()).as(toString()).isEqualTo(from.summary());
        assertThat(raw(copy)).as(toString()).isEqualTo(raw(from));
      }
    }

    /** What follows the copy is found after any crash, and nothing from before it. */
    void goOn() throws LogException {
      for (int i = 0; i < 4; i++) {
        write(target, COPIED, 6);
        if (random.nextBoolean()) {
          target.store().flush();
        }
        TreeMap<String, String> before = contents(target, COPIED);
        crash();
        assertThat(isWhole()).as(toString()).isTrue();
        assertThat(contents(target, COPIED)).as(toString()).isEqualTo(before);
      }
    }

    void closeImage() {
      if (image != null) {
        image.close();
      }
    }

    @Override
    public String toString() {
      return "crash " + crashes;
    }
  }

  /** Keys with what they have, also of such as have expired. */
  private static TreeMap<String, String> contents(StoreBench bench, int slot) throws LogException {
    TreeMap<String, String> found = new TreeMap<>();
    long now = bench.nowMs;
    bench.nowMs = 0;
    try {
      List<String> names = bench.keys(TABLE, slot);
      bench.run(TABLE, slot, keys -> {
        assertThat(keys.keys()).isEqualTo(names.size());
        for (String name : names) {
          Entry entry = keys.find(bytes(name));
          assertThat(entry).as(name).isNotNull();
          if (entry != null) {
            found.put(name, entry.type() + " " + entry.expireAtMs() + " "
                + HexFormat.of().formatHex(entry.value()));
          }
        }
      });
    } finally {
      bench.nowMs = now;
    }
    return found;
  }

  private static List<String> raw(SlotImage image) {
    List<String> entries = new ArrayList<>();
    image.read(null, (key, value) -> entries
        .add(HexFormat.of().formatHex(key) + " " + HexFormat.of().formatHex(value)));
    return entries;
  }

  @Test
  void afterAnyCrashTheSlotIsInCopyOrWhatTheSourceHad() throws LogException {
    int crashes = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      SplittableRandom sizes = new SplittableRandom(-seed);
      try (StoreBench source = new StoreBench(directory.resolve("source-" + seed), StoreBench.tiny(sizes));
          StoreBench target = new StoreBench(directory.resolve("target-" + seed), StoreBench.tiny(sizes))) {
        Run run = new Run(source, target, seed);
        run.write(source, COPIED, 60);
        run.write(target, COPIED, 60);
        run.write(target, BYSTANDER, 20);
        run.begin();
        boolean done = false;
        for (int i = 0; i < MOST_STEPS && !done; i++) {
          done = run.step();
        }
        assertThat(done).isTrue();
        run.goOn();
        run.closeImage();
        crashes += run.crashes;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(crashes).isGreaterThan(SEEDS);
  }
}
