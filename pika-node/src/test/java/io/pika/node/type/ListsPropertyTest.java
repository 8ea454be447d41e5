package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is done to a list, it is what a list in memory would be, and so are the counts of its places. */
class ListsPropertyTest {
  private static final long SEED = Long.getLong("pika.lists.seed", System.nanoTime());
  private static final int PROGRAMS = Integer.getInteger("pika.lists.programs", 40);
  private static final int STEPS = 1_500;
  private static final byte[] KEY = {'k'};

  /** From many places for few elements to hardly any. */
  private static final List<ListSpacing> SPACINGS = List.of(ListSpacing.WIDE,
      new ListSpacing(1 << 20, Long.MAX_VALUE, 21, 23), new ListSpacing(16, 1 << 16, 6, 9),
      new ListSpacing(4, 4096, 4, 6), new ListSpacing(2, 2000, 2, 5), new ListSpacing(1, 1500, 3, 4),
      new ListSpacing(300, 1203, 3, 6));

  @Test
  void aListDoesWhatAListInMemoryDoes() {
    for (int i = 0; i < PROGRAMS; i++) {
      long seed = SEED + i;
      ListSpacing spacing = SPACINGS.get(i % SPACINGS.size());
      new Run(spacing, new Random(seed), "-Dpika.lists.seed=" + seed + " and " + spacing).steps();
    }
  }

  private static final class Run {
    private final InMemoryKeySpace keys = new InMemoryKeySpace(1_000);
    private final List<String> model = new ArrayList<>();
    private final Lists lists;
    private final Random random;
    private final String name;
    private final int sizeMax;

    Run(ListSpacing spacing, Random random, String name) {
      this.lists = new Lists(spacing);
      this.random = random;
      this.name = name;
      this.sizeMax = random.nextBoolean() ? 30 : 700;
    }

    void steps() {
      for (int i = 0; i < STEPS; i++) {
        step();
        if (i % 16 == 0) {
          checkAll();
        }
      }
      checkAll();
      keys.assertNoOrphans();
    }

    private void step() {
      boolean full = model.size() > sizeMax;
      switch (random.nextInt(full ? 5 : 12)) {
        case 0 -> pop(ListEnd.LEFT);
        case 1 -> pop(ListEnd.RIGHT);
        case 2 -> remove();
        case 3 -> trim(full);
        case 4 -> rotate();
        case 5 -> push(ListEnd.LEFT);
        case 6 -> push(ListEnd.RIGHT);
        case 7, 8 -> insert(random.nextInt(20));
        case 9 -> insert(3);
        case 10 -> set();
        default -> search();
      }
    }

    private void push(ListEnd end) {
      for (int i = random.nextInt(8); i >= 0; i--) {
        String value = value();
        model.add(end == ListEnd.LEFT ? 0 : model.size(), value);
        assertThat(lists.push(keys, KEY, end, List.of(bytes(value)), Presence.ANY)).as(name)
            .isEqualTo(model.size());
      }
    }

    private void pop(ListEnd end) {
      int count = Math.min(random.nextInt(random.nextInt(20) == 0 ? 300 : 4), model.size());
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        expected.add(model.remove(end == ListEnd.LEFT ? 0 : model.size() - 1));
      }
      List<String> taken = new ArrayList<>();
      lists.pop(keys, KEY, end, count, value -> taken.add(text(value)));
      assertThat(taken).as(name).isEqualTo(expected);
    }

    private void remove() {
      String value = value();
      int most = random.nextInt(3) == 0 ? model.size() + 1 : 1 + random.nextInt(3);
      ListEnd from = random.nextBoolean() ? ListEnd.LEFT : ListEnd.RIGHT;
      int removed = 0;
      while (removed < most && model.contains(value)) {
        model.remove(from == ListEnd.LEFT ? model.indexOf(value) : model.lastIndexOf(value));
        removed++;
      }
      assertThat(lists.remove(keys, KEY, from, most, bytes(value))).as(name).isEqualTo(removed);
    }

    /** Mostly a little; where the list is full, much. */
    private void trim(boolean full) {
      int left = random.nextInt(full ? model.size() : 3);
      int right = random.nextInt(full ? model.size() : 3);
      int end = model.size() - right;
      List<String> kept = left < end ? List.copyOf(model.subList(left, end)) : List.of();
      lists.trim(keys, KEY, left, end - 1 < 0 ? -model.size() - 1 : end - 1);
      model.clear();
      model.addAll(kept);
    }

    private void rotate() {
      ListEnd taken = random.nextBoolean() ? ListEnd.LEFT : ListEnd.RIGHT;
      ListEnd given = random.nextBoolean() ? ListEnd.LEFT : ListEnd.RIGHT;
      byte[] moved = lists.move(keys, KEY, taken, KEY, given);
      if (model.isEmpty()) {
        assertThat(moved).as(name).isNull();
        return;
      }
      String value = model.remove(taken == ListEnd.LEFT ? 0 : model.size() - 1);
      model.add(given == ListEnd.LEFT ? 0 : model.size(), value);
      assertThat(moved).as(name).isEqualTo(bytes(value));
    }

    /** Several beside the same element, now and then. */
    private void insert(int times) {
      String pivot = value();
      for (int i = 0; i < times && model.size() < 1_000; i++) {
        String value = value();
        int at = model.indexOf(pivot);
        ListEnd side = random.nextBoolean() ? ListEnd.LEFT : ListEnd.RIGHT;
        long expected = model.isEmpty() ? 0 : -1;
        if (at >= 0) {
          model.add(side == ListEnd.LEFT ? at : at + 1, value);
          expected = model.size();
        }
        assertThat(lists.insert(keys, KEY, side, bytes(pivot), bytes(value))).as(name).isEqualTo(expected);
      }
    }

    private void set() {
      if (!model.isEmpty()) {
        int index = random.nextInt(model.size());
        String value = value();
        model.set(index, value);
        lists.set(keys, KEY, random.nextBoolean() ? index : index - model.size(), bytes(value));
      }
    }

    private void search() {
      String value = value();
      List<Long> found = new ArrayList<>();
      lists.search(keys, KEY, new Lists.Search(bytes(value), ListEnd.RIGHT, 2, 1, 0), found::add);
      List<String> before = new ArrayList<>(model);
      int last = before.lastIndexOf(value);
      int expected = last < 0 ? -1 : before.subList(0, last).lastIndexOf(value);
      assertThat(found).as(name).isEqualTo(expected < 0 ? List.of() : List.of((long) expected));
    }

    private void checkAll() {
      assertThat(lists.length(keys, KEY)).as(name).isEqualTo(model.size());
      assertThat(keys.find(KEY) == null).as(name).isEqualTo(model.isEmpty());
      assertThat(range(0, -1)).as(name).isEqualTo(model);
      for (int i = 0; i < 5 && !model.isEmpty(); i++) {
        int from = random.nextInt(model.size());
        int to = from + random.nextInt(model.size() - from);
        assertThat(range(from, to)).as(name).isEqualTo(model.subList(from, to + 1));
        assertThat(lists.get(keys, KEY, from)).as(name).isEqualTo(bytes(model.get(from)));
      }
    }

    private List<String> range(long from, long to) {
      List<String> found = new ArrayList<>();
      ElementRun run = lists.range(keys, KEY, from, to);
      if (run != null) {
        run.each((name, value) -> found.add(text(value)));
        assertThat(run.count()).isEqualTo(found.size());
      }
      return found;
    }

    private String value() {
      return Integer.toString(random.nextInt(random.nextInt(3) == 0 ? 40 : 4));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
