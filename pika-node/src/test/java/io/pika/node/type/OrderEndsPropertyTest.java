package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.bytes.Bytes;
import io.pika.node.type.MemberRange.ByRank;
import io.pika.node.type.MemberRange.ByScore;
import io.pika.node.type.MemberRange.ScoreBound;
import io.pika.node.type.ScoreChange.Form;
import io.pika.node.type.ScoreChange.Growth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Sorted sets from whose ends members go, and come back, answer as a sorted list does, large or small. */
class OrderEndsPropertyTest {
  private static final int SEEDS = Integer.getInteger("pika.ends.seeds", 12);
  private static final int STEPS = 200;
  private static final byte[] KEY = {'k'};
  private static final ScoreChange SET = new ScoreChange(Presence.ANY, Growth.ANY, Form.SET);
  private static final Comparator<Scored> ORDER = Comparator.comparingDouble(Scored::score)
      .thenComparing(Scored::member);

  private final InMemoryKeySpace keys = new InMemoryKeySpace(1);
  private final TreeSet<Scored> model = new TreeSet<>(ORDER);
  private final Map<Bytes, Double> scores = new HashMap<>();

  private record Scored(Bytes member, double score) {}

  @Test
  void whatGoesFromTheEndsAndComesBackIsWhereItBelongs() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      keys.clear();
      model.clear();
      scores.clear();
      int most = seed % 4 == 0 ? 1_200 : 20;
      for (int i = 0; i < most; i++) {
        add(random);
      }
      for (int i = 0; i < STEPS; i++) {
        step(random, most);
        assertAlike(random, "seed " + seed + " step " + i);
      }
      keys.assertNoOrphans();
    }
  }

  private void step(Random random, int most) {
    switch (random.nextInt(8)) {
      case 0, 1 -> pop(Direction.UP, 1 + random.nextInt(random.nextBoolean() ? 6 : most / 10));
      case 2, 3 -> pop(Direction.DOWN, 1 + random.nextInt(random.nextBoolean() ? 6 : most / 10));
      case 4 -> removeFirstOrLast(random);
      case 5 -> removeLow(random);
      default -> {
        for (int i = 0; i < most / 10; i++) {
          add(random);
        }
      }
    }
  }

  private void add(Random random) {
    // Few scores, and members that differ only far behind: both ends are among members that begin alike.
    String member = (random.nextBoolean() ? "m" : "long".repeat(20)) + random.nextInt(2_000);
    double score = random.nextInt(4) == 0 ? random.nextGaussian() * 100 : random.nextInt(5);
    SortedSets.change(keys, KEY, SET, List.of(new ScoredMember(Bytes.of(member).array(), score)));
    put(Bytes.of(member), score);
  }

  private void put(Bytes member, double score) {
    Double before = scores.put(member, score);
    if (before != null) {
      model.remove(new Scored(member, before));
    }
    model.add(new Scored(member, score));
  }

  private void forget(Collection<Scored> gone) {
    gone.forEach(each -> scores.remove(each.member));
    gone.forEach(model::remove);
  }

  private void pop(Direction direction, int count) {
    List<Scored> expected = inOrder(direction).stream().limit(count).toList();
    List<Scored> popped = new ArrayList<>();
    SortedSets.pop(keys, KEY, direction, count,
        (member, score) -> popped.add(new Scored(Bytes.of(member), score)));
    assertThat(popped).isEqualTo(expected);
    forget(expected);
  }

  /** As a queue is served by those who first look and then take, or by those who put off what comes first. */
  private void removeFirstOrLast(Random random) {
    for (int i = 0; i < 5 && !model.isEmpty(); i++) {
      Scored gone = random.nextBoolean() ? model.first() : model.last();
      if (random.nextBoolean()) {
        forget(List.of(gone));
        SortedSets.remove(keys, KEY, List.of(gone.member.array()));
      } else {
        double score = random.nextInt(600) - 300;
        SortedSets.change(keys, KEY, SET, List.of(new ScoredMember(gone.member.array(), score)));
        put(gone.member, score);
      }
    }
  }

  private void removeLow(Random random) {
    double max = random.nextInt(20) - 60;
    List<Scored> gone = model.stream().filter(each -> each.score <= max).toList();
    assertThat(SortedSets.removeRange(keys, KEY, below(max))).isEqualTo(gone.size());
    forget(gone);
  }

  private void assertAlike(Random random, String where) {
    assertThat(SortedSets.size(keys, KEY)).as(where).isEqualTo(model.size());
    for (Direction direction : Direction.values()) {
      List<Scored> first = inOrder(direction).stream().limit(20).toList();
      assertThat(read(new ByRank(0, 19), direction)).as(where).isEqualTo(first);
    }
    double max = random.nextInt(400) - 200;
    List<Scored> low = model.stream().filter(each -> each.score <= max).toList();
    assertThat(read(below(max), Direction.UP)).as(where).isEqualTo(low);
    assertThat(SortedSets.count(keys, KEY, below(max))).as(where).isEqualTo(low.size());
    if (!low.isEmpty()) {
      assertThat(SortedSets.rank(keys, KEY, low.getLast().member.array(), Direction.UP)).as(where)
          .hasValue(low.size() - 1);
    }
  }

  private List<Scored> read(MemberRange range, Direction direction) {
    List<Scored> found = new ArrayList<>();
    ElementRun run = SortedSets.range(keys, KEY, range, direction, Slice.WHOLE);
    if (run != null) {
      run.each((name, value) -> found
          .add(new Scored(Bytes.of(SortedSets.memberOf(name)), SortedSets.scoreOf(name))));
      assertThat(run.count()).isEqualTo(found.size());
    }
    return found;
  }

  private List<Scored> inOrder(Direction direction) {
    return List.copyOf(direction == Direction.UP ? model : model.descendingSet());
  }

  private static ByScore below(double max) {
    return new ByScore(new ScoreBound(Double.NEGATIVE_INFINITY, false), new ScoreBound(max, false));
  }
}
