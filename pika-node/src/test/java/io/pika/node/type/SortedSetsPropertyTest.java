package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.bytes.Bytes;
import io.pika.node.type.MemberRange.ByName;
import io.pika.node.type.MemberRange.ByRank;
import io.pika.node.type.MemberRange.ByScore;
import io.pika.node.type.MemberRange.NameBound;
import io.pika.node.type.MemberRange.ScoreBound;
import io.pika.node.type.ScoreChange.Form;
import io.pika.node.type.ScoreChange.Growth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sorted sets that are large enough to have an index answer as a sorted list does, whatever was done to them. */
class SortedSetsPropertyTest {
  private static final byte[] KEY = {'k'};
  private static final byte[] OTHER = {'o'};
  private static final ScoreChange SET = new ScoreChange(Presence.ANY, Growth.ANY, Form.SET);
  private static final int MEMBERS = 3_000;

  private final InMemoryKeySpace keys = new InMemoryKeySpace(1);
  private final Map<Bytes, Double> model = new HashMap<>();

  @Test
  void answersAreThoseOfASortedList() {
    for (long seed = 0; seed < 4; seed++) {
      Random random = new Random(seed);
      keys.clear();
      model.clear();
      addMany(random, 1_200);
      for (int i = 0; i < 60; i++) {
        change(random);
        assertAlike(random, "seed " + seed + " step " + i);
      }
      keys.assertNoOrphans();
    }
  }

  @Test
  void rangesByNameOfManyAreCounted() {
    for (int i = 0; i < MEMBERS; i++) {
      add(Bytes.of("m%05d".formatted(i)), 7);
    }
    ByName range = new ByName(new NameBound.At(bytes("m00100"), true),
        new NameBound.At(bytes("m02900"), false));
    assertThat(SortedSets.count(keys, KEY, range)).isEqualTo(2_800);
    assertThat(read(range, Direction.DOWN, new Slice(2_000, 2)))
        .containsExactly(Bytes.of("m00900"), Bytes.of("m00899"));
    assertThat(SortedSets.removeRange(keys, KEY, range)).isEqualTo(2_800);
    assertThat(SortedSets.size(keys, KEY)).isEqualTo(200);
    assertThat(SortedSets.rank(keys, KEY, bytes("m02901"), Direction.UP)).hasValue(101);
  }

  @Test
  void aScanGivesEveryMemberOnce() {
    addMany(new Random(1), MEMBERS);
    Set<Bytes> seen = new HashSet<>();
    long cursor = 0;
    do {
      cursor = SortedSets.scan(keys, KEY, cursor, new PageBudget(100),
          (member, score) -> assertThat(seen.add(Bytes.of(member))).isTrue());
    } while (cursor != 0);
    assertThat(seen).isEqualTo(model.keySet());
  }

  @Test
  void drawsAreMembersAndDifferentWhereTheyMustBe() {
    addMany(new Random(1), MEMBERS);
    Random random = new Random(2);
    for (int count : new int[]{1, 20, 500, 5_000}) {
      List<Bytes> drawn = new ArrayList<>();
      SortedSets.randomDifferent(keys, KEY, count, random, (member, score) -> drawn.add(Bytes.of(member)));
      assertThat(drawn).doesNotHaveDuplicates().hasSize(Math.min(count, model.size()))
          .allMatch(model::containsKey);
      drawn.clear();
      SortedSets.randomAny(keys, KEY, count, random, (member, score) -> drawn.add(Bytes.of(member)));
      assertThat(drawn).hasSize(count).allMatch(model::containsKey);
    }
  }

  private void change(Random random) {
    long start = random.nextInt(model.size());
    switch (random.nextInt(6)) {
      case 0, 1 -> addMany(random, 150);
      case 2 -> {
        ByRank range = new ByRank(start, start + random.nextInt(250));
        List<Bytes> gone = read(range, Direction.UP, Slice.WHOLE);
        assertThat(SortedSets.removeRange(keys, KEY, range)).isEqualTo(gone.size());
        gone.forEach(model::remove);
      }
      case 3 -> {
        ByScore range = scores(random);
        List<Bytes> gone = expected(range, Direction.UP);
        if (gone.size() < model.size() / 2) {
          assertThat(SortedSets.removeRange(keys, KEY, range)).isEqualTo(gone.size());
          gone.forEach(model::remove);
        }
      }
      case 4 -> {
        List<Bytes> gone = new ArrayList<>();
        Direction direction = random.nextBoolean() ? Direction.UP : Direction.DOWN;
        SortedSets.pop(keys, KEY, direction, 20, (member, score) -> gone.add(Bytes.of(member)));
        assertThat(gone).isEqualTo(sorted(direction).subList(0, 20));
        gone.forEach(model::remove);
      }
      default -> {
        List<Bytes> gone = sorted(Direction.UP).stream().filter(each -> random.nextInt(20) == 0).toList();
        SortedSets.remove(keys, KEY, gone.stream().map(Bytes::array).toList());
        gone.forEach(model::remove);
      }
    }
  }

  private void assertAlike(Random random, String where) {
    assertThat(SortedSets.size(keys, KEY)).as(where).isEqualTo(model.size());
    for (Direction direction : Direction.values()) {
      List<Bytes> all = sorted(direction);
      int start = random.nextInt(all.size());
      int stop = Math.min(start + random.nextInt(300), all.size() - 1);
      assertThat(read(new ByRank(start, stop), direction, Slice.WHOLE)).as(where)
          .isEqualTo(all.subList(start, stop + 1));
      assertThat(SortedSets.rank(keys, KEY, all.get(start).array(), direction)).as(where).hasValue(start);
      ByScore range = scores(random);
      List<Bytes> within = expected(range, direction);
      assertThat(SortedSets.count(keys, KEY, range)).as(where).isEqualTo(within.size());
      int offset = random.nextInt(500);
      int count = random.nextInt(50);
      assertThat(read(range, direction, new Slice(offset, count))).as(where)
          .isEqualTo(within.stream().skip(offset).limit(count).toList());
      assertThat(SortedSets.copy(keys, KEY, range, direction, new Slice(offset, -1), OTHER)).as(where)
          .isEqualTo(Math.max(within.size() - offset, 0)).isEqualTo(SortedSets.size(keys, OTHER));
    }
  }

  private void addMany(Random random, int count) {
    for (int i = 0; i < count; i++) {
      add(Bytes.of("member" + random.nextInt(MEMBERS)), random.nextInt(200) - 100);
    }
  }

  private void add(Bytes member, double score) {
    SortedSets.change(keys, KEY, SET, List.of(new ScoredMember(member.array(), score)));
    model.put(member, score);
  }

  private static ByScore scores(Random random) {
    double min = random.nextInt(220) - 110;
    return new ByScore(new ScoreBound(min, random.nextBoolean()),
        new ScoreBound(min + random.nextInt(60), random.nextBoolean()));
  }

  private List<Bytes> expected(ByScore range, Direction direction) {
    return sorted(direction).stream().filter(member -> {
      double score = model.getOrDefault(member, Double.NaN);
      ScoreBound min = range.min();
      ScoreBound max = range.max();
      return (min.exclusive() ? score > min.score() : score >= min.score())
          && (max.exclusive() ? score < max.score() : score <= max.score());
    }).toList();
  }

  private List<Bytes> sorted(Direction direction) {
    Comparator<Bytes> order = Comparator.<Bytes>comparingDouble(each -> model.getOrDefault(each, Double.NaN))
        .thenComparing(Comparator.naturalOrder());
    return model.keySet().stream().sorted(direction == Direction.UP ? order : order.reversed()).toList();
  }

  private List<Bytes> read(MemberRange range, Direction direction, Slice slice) {
    List<Bytes> found = new ArrayList<>();
    ElementRun run = SortedSets.range(keys, KEY, range, direction, slice);
    if (run != null) {
      run.each((name, value) -> found.add(Bytes.of(SortedSets.memberOf(name))));
      assertThat(run.count()).isEqualTo(found.size());
    }
    return found;
  }

  private static byte[] bytes(String text) {
    return Bytes.of(text).array();
  }
}
