package io.pika.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A layer against a sorted map and a set of covered keys: random puts, deletes, deleted ranges and all of them taken back in
 * any number, with walks in between or only at the end.
 */
class LayerPropertyTest {
  private static final int SEEDS = Integer.getInteger("pika.layer.seeds", 60);
  private static final int STEPS = 1500;

  /** Sorted keys; ranges begin and end at one of them. */
  private static final class Run {
    final SplittableRandom random;
    final long seed;
    final List<byte[]> keys;
    final boolean walks;
    final Layer layer = new Layer();
    TreeMap<byte[], byte[]> entries = new TreeMap<>(Layout.ORDER);
    BitSet covered = new BitSet();
    final List<Undo> undos = new ArrayList<>();

    Run(long seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.walks = random.nextBoolean();
      TreeMap<byte[], byte[]> distinct = new TreeMap<>(Layout.ORDER);
      int count = random.nextInt(2, random.nextInt(4) == 0 ? 3000 : 300);
      for (int i = 0; i < count; i++) {
        distinct.put(key(), Layout.NO_VALUE);
      }
      keys = new ArrayList<>(distinct.keySet());
    }

    private byte[] key() {
      int length = random.nextInt(500) == 0 ? random.nextInt(40_000) : random.nextInt(1, 24);
      byte[] key = new byte[length];
      for (int i = 0; i < length; i++) {
        key[i] = (byte) (random.nextInt(3) * 120);
      }
      return key;
    }

    private byte[] value() {
      int length = switch (random.nextInt(30)) {
        case 0 -> 0;
        case 1 -> random.nextInt(2000, 5000);
        case 2 -> random.nextInt(300);
        default -> random.nextInt(24);
      };
      byte[] value = new byte[length];
      Arrays.fill(value, (byte) random.nextInt());
      return value;
    }

    void step() {
      int at = random.nextInt(keys.size());
      switch (random.nextInt(200)) {
        case 0 -> deleteRange(at, random.nextInt(at, keys.size()));
        case 1 -> takeBack(random.nextInt(undos.size() + 1));
        case 2, 3, 4 -> takeBack(Math.min(random.nextInt(4), undos.size()));
        case 5 -> undos.clear();
        default -> put(keys.get(at), random.nextInt(4) == 0 ? Layer.DELETED : value());
      }
      checkKey(random.nextInt(keys.size()));
      if (walks && random.nextInt(20) == 0) {
        checkWalk();
      }
    }

    private record Undo(TreeMap<byte[], byte[]> entries, BitSet covered, Runnable undo) {}

    private void put(byte[] key, byte[] value) {
      TreeMap<byte[], byte[]> entriesBefore = new TreeMap<>(entries);
      byte[] before = layer.put(key, value);
      assertSame(before, entries.put(key, value));
      undos.add(new Undo(entriesBefore, covered, () -> layer.restore(key, before)));
    }

    private void deleteRange(int from, int to) {
      if (from == to) {
        return;
      }
      TreeMap<byte[], byte[]> entriesBefore = new TreeMap<>(entries);
      BitSet coveredBefore = covered;
      Layer.Removed removed = layer.deleteRange(keys.get(from), keys.get(to));
      entries.subMap(keys.get(from), keys.get(to)).clear();
      covered = (BitSet) covered.clone();
      covered.set(from, to);
      undos.add(new Undo(entriesBefore, coveredBefore, () -> layer.restore(removed)));
    }

    private void takeBack(int count) {
      for (int i = 0; i < count; i++) {
        Undo undo = undos.removeLast();
        undo.undo().run();
        entries = undo.entries();
        covered = undo.covered();
      }
    }

    void checkKey(int at) {
      byte[] key = keys.get(at);
      byte[] wanted = entries.get(key);
      assertSame(layer.get(key), wanted == null && covered.get(at) ? Layer.DELETED : wanted);
      byte[] end = layer.coveredTo(key);
      assertThat(end).as(toString()).isEqualTo(covered.get(at) ? keys.get(covered.nextClearBit(at)) : null);
    }

    private void checkWalk() {
      int from = random.nextInt(keys.size());
      int to = random.nextInt(from, keys.size());
      checkWalk(new LayerWalk(layer, keys.get(from), keys.get(to)),
          entries.subMap(keys.get(from), true, keys.get(to), false), keys.get(random.nextInt(from, to + 1)));
    }

    /** Steps in one direction, in which what was passed is written again, or jumps. */
    private void checkWalk(LayerWalk walk, NavigableMap<byte[], byte[]> wanted, byte[] start) {
      boolean up = random.nextBoolean();
      byte[] at = up ? walk.ceiling(start) : walk.lower(start);
      assertThat(at).as(toString()).isEqualTo(up ? wanted.ceilingKey(start) : wanted.lowerKey(start));
      for (int i = random.nextInt(40); at != null && i > 0; i--) {
        if (random.nextInt(3) == 0) {
          put(at, random.nextInt(2) == 0 ? Layer.DELETED : value());
        }
        up = random.nextInt(10) == 0 ? !up : up;
        byte[] next = up ? walk.higher(at) : walk.lower(at);
        assertThat(next).as(toString()).isEqualTo(up ? wanted.higherKey(at) : wanted.lowerKey(at));
        at = next;
      }
    }

    void checkAll() {
      for (int i = 0; i < keys.size(); i++) {
        checkKey(i);
      }
      checkEntries(layer, entries);
      int from = random.nextInt(keys.size());
      int to = random.nextInt(from, keys.size());
      checkEntries(layer.part(keys.get(from), keys.get(to)),
          entries.subMap(keys.get(from), true, keys.get(to), false));
      assertThat(layer.isEmpty()).isEqualTo(entries.isEmpty() && covered.isEmpty());
    }

    private void checkEntries(Layer checked, Map<byte[], byte[]> wanted) {
      assertThat(checked.size()).as(toString()).isEqualTo(wanted.size());
      List<byte[]> found = new ArrayList<>();
      checked.forEach((key, value) -> {
        found.add(key);
        assertSame(value, wanted.get(key));
      });
      assertThat(found.toArray(byte[][]::new)).as(toString())
          .isDeepEqualTo(wanted.keySet().toArray(byte[][]::new));
    }

    /** {@link Layer#DELETED} is told from an empty value. */
    private void assertSame(byte @Nullable [] found, byte @Nullable [] wanted) {
      assertThat(found).as(toString()).isEqualTo(wanted);
      assertThat(found == Layer.DELETED).as(toString()).isEqualTo(wanted == Layer.DELETED);
    }

    @Override
    public String toString() {
      return "seed " + seed;
    }
  }

  @Test
  void sameAsASortedMapWhateverIsTakenBack() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Run run = new Run(seed);
      for (int i = 0; i < STEPS; i++) {
        run.step();
      }
      run.checkAll();
    }
  }

  @Test
  void growthThatIsToldIsTheMemoryInUse() {
    Layer layer = new Layer();
    SplittableRandom random = new SplittableRandom(7);
    long told = 0;
    for (int i = 0; i < 20_000; i++) {
      layer.put(StoreBench.bytes("key" + random.nextInt(500)), new byte[random.nextInt(4000)]);
      told += layer.takeGrowth();
    }
    assertThat(told).isEqualTo(layer.bytes()).isEqualTo(layer.toldBytes());
    assertThat(told).isBetween(500L * 2000, 500L * 4500);
  }

  @Test
  void oneKeyThatIsWrittenAgainAndAgainTakesNoMoreMemory() {
    Layer layer = new Layer();
    for (int i = 0; i < 100_000; i++) {
      layer.put(StoreBench.bytes("counter"), new byte[i % 700]);
    }
    assertThat(layer.bytes()).isLessThan(20_000);
  }

  @Test
  void slotWithOneKeyTakesSomeHundredBytes() {
    Layer layer = new Layer();
    layer.put(StoreBench.bytes("key"), new byte[20]);
    assertThat(layer.bytes()).isLessThan(700);
  }

  @Test
  void memoryOfManySmallEntriesIsMostlyTheirBytes() {
    Layer layer = new Layer();
    for (int i = 0; i < 100_000; i++) {
      layer.put(StoreBench.bytes("key:%012d".formatted(i)), new byte[100]);
    }
    layer.entries().order();
    assertThat(layer.bytes() / 100_000).isLessThan(100 + 16 + 35);
  }
}
