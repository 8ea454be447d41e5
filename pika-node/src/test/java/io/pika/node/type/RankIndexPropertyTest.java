package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.ElementWalk;
import io.pika.node.type.RankIndex.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Ranks are those of a sorted list, and the tree keeps its form, through random changes. Its parts are tiny, so that few
 * names make many levels.
 */
class RankIndexPropertyTest {
  private static final int SEEDS = Integer.getInteger("pika.ranks.seeds", 40);
  private static final int CHANGES = 400;
  private static final byte NAMES = 's';
  private static final byte PART = 'c';

  private final TreeMap<Bytes, byte[]> stored = new TreeMap<>();
  private final InMemoryElements elements = new InMemoryElements(stored);
  private final NavigableSet<Bytes> model = new TreeSet<>();

  @Test
  void ranksAreThoseOfASortedListThroughAllChanges() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      stored.clear();
      model.clear();
      Shape shape = new Shape(random.nextInt(2, 12), random.nextInt(4, 9), random.nextInt(4, 7));
      RankIndex index = new RankIndex(elements, NAMES, PART, shape, new OrderEnds(NAMES, new byte[0]));
      for (int i = 0; i < CHANGES; i++) {
        // Now it grows and then it shrinks, so that all heights come up and go down again.
        change(index, random, i / 100 % 2 == 0 ? 80 : 30);
        assertForm(shape, seed, i);
        assertRanks(index, random, seed, i);
      }
    }
  }

  private void change(RankIndex index, Random random, int growthPercent) {
    if (model.isEmpty() || random.nextInt(100) < growthPercent) {
      add(index, name(random));
    } else if (random.nextInt(12) == 0) {
      removeRange(index, random);
    } else if (random.nextInt(3) == 0) {
      move(index, any(random), name(random));
    } else {
      Bytes gone = any(random);
      model.remove(gone);
      stored.remove(gone);
      index.removed(gone.array(), model.size());
    }
  }

  private void add(RankIndex index, Bytes name) {
    if (model.add(name)) {
      elements.put(name.array(), new byte[0]);
      index.added(name.array(), model.size());
    }
  }

  private void move(RankIndex index, Bytes from, Bytes to) {
    if (model.add(to)) {
      model.remove(from);
      elements.put(to.array(), new byte[0]);
      elements.delete(from.array());
      index.moved(from.array(), to.array(), model.size());
    }
  }

  private void removeRange(RankIndex index, Random random) {
    List<Bytes> names = new ArrayList<>(model);
    int from = random.nextInt(names.size());
    int count = 1 + random.nextInt(Math.min(names.size() - from, 1 + random.nextInt(60)));
    byte[] start = random.nextInt(5) == 0 && from == 0 ? new byte[]{NAMES} : names.get(from).array();
    byte[] end = from + count < names.size() ? names.get(from + count).array() : new byte[]{NAMES + 1};
    index.removing(start, end, count, names.size());
    List<Bytes> gone = names.subList(from, from + count);
    gone.forEach(stored::remove);
    gone.forEach(model::remove);
  }

  /** Many begin alike, some are the beginning of others. */
  private static Bytes name(Random random) {
    String text = "s" + "aab".substring(random.nextInt(3)) + Integer.toString(random.nextInt(2000), 3);
    return Bytes.of(random.nextInt(50) == 0 ? "s" : text);
  }

  private Bytes any(Random random) {
    Bytes found = model.ceiling(name(random));
    return found == null ? model.first() : found;
  }

  private void assertRanks(RankIndex index, Random random, long seed, int step) {
    Bytes bound = random.nextInt(20) == 0 ? Bytes.of(random.nextBoolean() ? "s" : "t") : name(random);
    assertThat(index.rank(bound.array(), model.size())).as("seed %d step %d", seed, step)
        .isEqualTo(model.headSet(bound, false).size());
    if (!model.isEmpty()) {
      int rank = random.nextInt(model.size());
      assertThat(Bytes.of(index.nameAt(rank, model.size()))).as("seed %d step %d", seed, step)
          .isEqualTo(List.copyOf(model).get(rank));
    }
    Bytes other = name(random);
    if (bound.compareTo(other) < 0) {
      assertThat(index.count(bound.array(), other.array(), model.size())).as("seed %d step %d", seed, step)
          .isEqualTo(model.subSet(bound, other).size());
    }
  }

  /** Every block's count and children are what lies in it, and no block is larger than it may be. */
  private void assertForm(Shape shape, long seed, int step) {
    byte[] root = elements.get(new byte[]{PART});
    if (root == null) {
      assertThat(model.size()).isLessThanOrEqualTo(shape.unindexed());
      assertThat(countOf(new byte[]{PART}, new byte[]{PART + 1})).isZero();
      return;
    }
    assertThat(model.size()).isGreaterThan(shape.unindexed() / 4);
    int levels = root[0];
    assertThat(countOf(key(levels, new byte[0]), key(levels + 1, new byte[0])))
        .as("seed %d step %d", seed, step)
        .isEqualTo(ByteBuffer.wrap(root).getInt(1)).isLessThanOrEqualTo(shape.blocks());
    for (int level = 1; level <= levels; level++) {
      assertLevel(shape, level, "seed %d step %d level %d".formatted(seed, step, level));
    }
  }

  private void assertLevel(Shape shape, int level, String where) {
    List<byte[]> firsts = new ArrayList<>();
    List<byte[]> values = new ArrayList<>();
    try (ElementWalk walk = elements.walk(key(level, new byte[0]), key(level + 1, new byte[0]))) {
      while (walk.next()) {
        firsts.add(java.util.Arrays.copyOfRange(walk.name(), 2, walk.name().length));
        values.add(walk.value());
      }
    }
    assertThat(firsts.getFirst()).as(where).isEmpty();
    for (int i = 0; i < firsts.size(); i++) {
      byte @org.jspecify.annotations.Nullable [] end = i + 1 < firsts.size() ? firsts.get(i + 1) : null;
      ByteBuffer value = ByteBuffer.wrap(values.get(i));
      assertThat(value.getLong()).as(where).isEqualTo(countOf(name(firsts.get(i)),
          end == null ? new byte[]{NAMES + 1} : name(end)));
      int children = value.getInt();
      assertThat(children).as(where).isLessThanOrEqualTo(shape.most(level));
      if (level > 1) {
        assertThat(children).as(where).isEqualTo(countOf(key(level - 1, firsts.get(i)),
            end == null ? key(level, new byte[0]) : key(level - 1, end)));
        assertThat(elements.get(key(level - 1, firsts.get(i)))).as(where).isNotNull();
      }
    }
  }

  private int countOf(byte[] from, byte[] to) {
    return stored.subMap(Bytes.of(from), Bytes.of(to)).size();
  }

  private static byte[] name(byte[] first) {
    return joined(new byte[]{NAMES}, first);
  }

  private static byte[] key(int level, byte[] first) {
    return joined(new byte[]{PART, (byte) level}, first);
  }

  private static byte[] joined(byte[] head, byte[] tail) {
    return Bytes
        .of(new String(head, StandardCharsets.ISO_8859_1) + new String(tail, StandardCharsets.ISO_8859_1))
        .array();
  }
}
