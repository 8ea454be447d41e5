package io.pika.node.store;

import static io.pika.node.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.pika.node.log.LogException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random commands, flushes, full disks, kills and power losses against a model. After each crash every slot must be
 * some state out of its own history that is not older than the newest one that was reported safe.
 */
class StoreSimTest {
  private static final int SLOTS = 3;
  private static final int KEYS = 12;
  private static final int SEEDS = 200;

  @TempDir Path directory;

  /** A state of one slot, and the log position after which it is safe. */
  private record Version(TreeMap<String, Entry> content, long position) {}

  private static final class Run {
    final StoreBench bench;
    final SplittableRandom random;
    final long seed;
    final Map<Integer, List<Version>> histories = new HashMap<>();
    long safe;

    Run(StoreBench bench, long seed) {
      this.bench = bench;
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      for (int slot = 0; slot < SLOTS; slot++) {
        List<Version> history = new ArrayList<>();
        history.add(new Version(new TreeMap<>(), 0));
        histories.put(slot, history);
      }
    }

    List<Version> history(int slot) {
      List<Version> history = histories.get(slot);
      if (history == null) {
        throw new IllegalStateException("no such slot");
      }
      return history;
    }

    void step() {
      switch (random.nextInt(24)) {
        case 0 -> bench.store().flush();
        case 1 -> kill();
        case 2 -> powerLoss();
        case 3 -> {
          bench.reopen();
          checkAll(bench.store().log().endPosition());
        }
        case 4 -> bench.nowMs += random.nextInt(50);
        case 5 -> fullDisk();
        case 6 -> drop();
        case 7, 8, 9 -> sync();
        case 10 -> flushOldest();
        default -> write();
      }
    }

    void write() {
      int slot = random.nextInt(SLOTS);
      List<Consumer<KeySpace>> commands = new ArrayList<>();
      TreeMap<String, Entry> content = new TreeMap<>(history(slot).getLast().content());
      boolean refused = false;
      for (int i = random.nextInt(4); i >= 0; i--) {
        commands.add(command(content));
      }
      try {
        bench.run(1, slot, commands);
      } catch (LogException e) {
        refused = true;
      }
      if (!refused) {
        history(slot).add(new Version(content, bench.store().log().endPosition()));
      }
      check(slot, history(slot).getLast().content());
    }

    private Consumer<KeySpace> command(TreeMap<String, Entry> content) {
      String name = "key" + random.nextInt(KEYS);
      byte[] key = bytes(name);
      long now = bench.nowMs;
      switch (random.nextInt(10)) {
        case 0, 1 -> {
          boolean there = isLive(content.get(name), now);
          content.remove(name);
          return keys -> assertThat(keys.delete(key)).as(toString()).isEqualTo(there);
        }
        case 2 -> {
          long at = random.nextBoolean() ? 0 : now + random.nextInt(-5, 60);
          Entry entry = content.get(name);
          boolean there = isLive(entry, now);
          if (there && entry != null) {
            content.put(name, new Entry(entry.type(), at, entry.value()));
            if (at != 0 && at <= now) {
              content.remove(name);
            }
          }
          return keys -> assertThat(keys.expireAt(key, at)).as(toString()).isEqualTo(there);
        }
        case 3 -> {
          if (random.nextInt(4) == 0) {
            content.clear();
            return KeySpace::clear;
          }
          return keys -> {};
        }
        default -> {
          byte[] value = new byte[random.nextInt(120)];
          long at = random.nextInt(3) == 0 ? now + 1 + random.nextInt(60) : 0;
          Entry entry = Entry.string(value, at);
          content.put(name, entry);
          return keys -> keys.put(key, entry);
        }
      }
    }

    static boolean isLive(@Nullable Entry entry, long now) {
      return entry != null && !entry.expiredAt(now);
    }

    void sync() {
      try {
        bench.store().log().sync();
      } catch (LogException e) {
        fail(toString(), e);
      }
      safe = bench.store().log().syncedPosition();
    }

    void flushOldest() {
      try {
        bench.store().flushOldest();
      } catch (LogException | IOException e) {
        fail(toString(), e);
      }
    }

    void fullDisk() {
      bench.disk.room(random.nextInt(300));
      write();
      write();
      bench.disk.room(Long.MAX_VALUE);
    }

    void drop() {
      bench.store().dropTable(1);
      long end = bench.store().log().endPosition();
      safe = end;
      histories.values().forEach(history -> history.add(new Version(new TreeMap<>(), end)));
      assertThat(bench.store().tables()).as(toString()).isEmpty();
      checkAll(end);
    }

    void kill() {
      bench.crash(bench.disk.copy());
      checkAll(bench.store().log().endPosition());
    }

    void powerLoss() {
      safe = Math.max(safe, bench.store().log().syncedPosition());
      bench.crash(bench.disk.afterPowerLoss(random));
      checkAll(safe);
    }

    /** Each slot is one of its states from the given position on; what came after is forgotten. */
    void checkAll(long atLeast) {
      for (int slot = 0; slot < SLOTS; slot++) {
        List<Version> history = history(slot);
        int newest = history.size() - 1;
        while (newest > 0 && !matches(slot, history.get(newest).content())) {
          newest--;
        }
        check(slot, history.get(newest).content());
        boolean newerWasSafe = newest + 1 < history.size() && history.get(newest + 1).position() <= atLeast;
        assertThat(newerWasSafe).as("%s: slot %d lost what was safe", this, slot).isFalse();
        history.subList(newest + 1, history.size()).clear();
      }
      safe = bench.store().log().endPosition();
      long end = safe;
      histories.values().forEach(history -> history.replaceAll(
          version -> new Version(version.content(), Math.min(end, version.position()))));
    }

    private boolean matches(int slot, TreeMap<String, Entry> content) {
      long now = bench.nowMs;
      try {
        check(slot, content);
        return true;
      } catch (AssertionError e) {
        bench.nowMs = now;
        return false;
      }
    }

    void check(int slot, TreeMap<String, Entry> content) {
      long now = bench.nowMs;
      // At the begin of time nothing has expired: everything that is kept shows.
      bench.nowMs = 0;
      checkAt(slot, content);
      bench.nowMs = now;
      checkAt(slot, content);
      assertThat(bench.store().keys(1, slot, slot)).as(toString()).isEqualTo(content.size());
    }

    private void checkAt(int slot, TreeMap<String, Entry> content) {
      List<String> live = content.entrySet().stream().filter(each -> isLive(each.getValue(), bench.nowMs))
          .map(Map.Entry::getKey).toList();
      try {
        assertThat(bench.keys(1, slot)).as(toString()).isEqualTo(live);
        bench.run(1, slot, keys -> checkKeys(content, live, keys));
      } catch (LogException e) {
        fail(toString(), e);
      }
    }

    private void checkKeys(TreeMap<String, Entry> content, List<String> live, KeySpace keys) {
      assertThat(keys.keys()).as(toString()).isEqualTo(content.size());
      for (String name : live) {
        Entry found = keys.find(bytes(name));
        Entry wanted = content.get(name);
        assertThat(found != null && wanted != null && found.expireAtMs() == wanted.expireAtMs()
            && Arrays.equals(found.value(), wanted.value())).as("%s: %s", this, name).isTrue();
      }
      byte[] drawn = keys.randomKey(random);
      if (live.isEmpty()) {
        assertThat(drawn).as(toString()).isNull();
      } else {
        assertThat(drawn).as(toString()).isNotNull();
        assertThat(live).as(toString()).contains(new String(drawn, StandardCharsets.UTF_8));
      }
    }

    @Override
    public String toString() {
      return "seed " + seed;
    }
  }

  @Test
  void everySlotIsAPrefixOfItsHistoryWithAllThatWasSafe() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (StoreBench bench = new StoreBench(directory.resolve("seed-" + seed),
          StoreBench.tiny(new SplittableRandom(-seed)))) {
        Run run = new Run(bench, seed);
        for (int i = 0; i < 60; i++) {
          run.step();
        }
        run.kill();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }
}
