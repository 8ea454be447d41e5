package io.pika.node.store;

import static io.pika.node.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.log.LogException;
import io.pika.node.log.LogSearch.Slot;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deletes slots among writes to others, flushes, crashes and losses of power. Each is always as it was, in copy, or like one that
 * was never written; and what is written to it then is found whatever its epoch, and nothing from before.
 */
class SlotErasureSimTest {
  private static final int TABLE = 1;
  private static final int SLOTS = 6;
  private static final int SEEDS = 30;
  private static final int STEPS = 60;

  @TempDir Path directory;

  private static final class Run {
    final StoreBench bench;
    final SplittableRandom random;
    final Map<Integer, List<String>> wanted = new HashMap<>();
    int erased;

    Run(StoreBench bench, long seed) {
      this.bench = bench;
      this.random = new SplittableRandom(seed);
    }

    void step() throws LogException {
      switch (random.nextInt(10)) {
        case 0 -> erase();
        case 1 -> bench.store().flush();
        case 2 -> bench.store().base().flush();
        case 3 -> crash();
        default -> write(random.nextInt(SLOTS));
      }
    }

    void write(int slot) throws LogException {
      if (!SlotRebuild.copied(bench.store(), TABLE, slot).whole()) {
        return;
      }
      for (int i = random.nextInt(5); i >= 0; i--) {
        byte[] key = bytes("key" + random.nextInt(12));
        byte[] value = new byte[random.nextInt(200)];
        bench.run(TABLE, slot, keys -> keys.put(key, Entry.string(value, 0)));
      }
      wanted.put(slot, bench.keys(TABLE, slot));
    }

    /** Slots from one on; one that is needed stays. */
    void erase() throws LogException {
      int from = random.nextInt(SLOTS);
      boolean crashes = random.nextInt(3) == 0;
      if (crashes) {
        for (int slot = from; slot < SLOTS; slot++) {
          SlotRebuild.mark(bench.store(), TABLE, slot, epoch -> true);
        }
        bench.store().log().sync();
        power();
        for (int slot = from; slot < SLOTS; slot++) {
          if (SlotRebuild.copied(bench.store(), TABLE, slot).whole()) {
            continue;
          }
          wanted.remove(slot);
        }
      }
      boolean refused = random.nextInt(4) == 0;
      int count = SlotErasure.erase(bench.store(), TABLE, from, SLOTS - 1, (slot, epoch) -> !refused);
      if (!refused) {
        wanted.keySet().removeIf(slot -> slot >= from);
        erased += count;
        assertThat(SlotErasure.erase(bench.store(), TABLE, from, SLOTS - 1, (slot, epoch) -> true)).isZero();
        for (int slot = from; slot < SLOTS; slot++) {
          assertThat(new Following(bench.store()).isWhole(new Slot(TABLE, slot))).isTrue();
        }
      } else {
        assertThat(count).isZero();
      }
    }

    private void power() {
      bench.crash(random.nextBoolean() ? bench.disk.copy() : bench.disk.afterPowerLoss(random));
    }

    void crash() throws LogException {
      bench.store().log().sync();
      power();
      check();
    }

    void check() throws LogException {
      for (int slot = 0; slot < SLOTS; slot++) {
        if (SlotRebuild.copied(bench.store(), TABLE, slot).whole()) {
          assertThat(bench.keys(TABLE, slot)).as("slot %d", slot)
              .isEqualTo(wanted.getOrDefault(slot, List.of()));
        } else {
          assertThat(wanted).doesNotContainKey(slot);
        }
      }
    }
  }

  @Test
  void aDeletedSlotIsAsItWasInCopyOrEmptyAndNothingComesBack() throws LogException {
    int erased = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (StoreBench bench = new StoreBench(directory.resolve("store-" + seed),
          StoreBench.tiny(new SplittableRandom(-seed)))) {
        Run run = new Run(bench, seed);
        for (int i = 0; i < STEPS; i++) {
          run.step();
        }
        run.check();
        erased += run.erased;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(erased).isGreaterThan(SEEDS);
  }
}
