package io.pika.proxy.algebra;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Merging operands page by page gives what sets in memory give, whatever their sizes and pages are. */
class AlgebraPropertyTest {
  private static final int ROUNDS = 400;

  @Test
  void resultsAreThoseOfSetsInMemoryAndInOrder() {
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<Map<String, Double>> sets = new ArrayList<>();
      int count = 1 + random.nextInt(5);
      for (int i = 0; i < count; i++) {
        sets.add(set(random));
      }
      assertUnion(random, sets);
      assertIntersection(random, sets);
      assertDifference(random, sets);
    }
  }

  @Test
  void noMoreIsReadThanIsWanted() {
    Pages endless = new Pages(new Random(1), Map.of("a", 1.0, "b", 1.0, "c", 1.0, "d", 1.0));
    List<Member> found = new ArrayList<>();
    Algebra.intersection(List.of(endless), Weighing.plain(1), member -> {
      found.add(member);
      return false;
    });
    assertThat(found).hasSize(1);
  }

  /** Some are so much greater than others that they are asked instead of read. */
  private static Map<String, Double> set(Random random) {
    int size = random.nextInt(random.nextInt(3) == 0 ? 600 : 20);
    Map<String, Double> set = new HashMap<>();
    for (int i = 0; i < size; i++) {
      set.put("m" + random.nextInt(size < 20 ? 30 : 800), random.nextInt(20) - 10.0);
    }
    return set;
  }

  private static void assertUnion(Random random, List<Map<String, Double>> sets) {
    Map<String, Double> expected = new HashMap<>();
    sets.forEach(set -> set.forEach((member, score) -> expected.merge(member, score, Double::sum)));
    List<Member> found = new ArrayList<>();
    Algebra.union(operands(random, sets), Weighing.plain(sets.size()), found::add);
    assertAlike(found, expected);
  }

  private static void assertIntersection(Random random, List<Map<String, Double>> sets) {
    Map<String, Double> expected = new HashMap<>();
    Set<String> common = new TreeSet<>(sets.getFirst().keySet());
    sets.forEach(set -> common.retainAll(set.keySet()));
    common.forEach(
        member -> expected.put(member,
            sets.stream().mapToDouble(set -> set.get(member)).max().orElseThrow()));
    List<Member> found = new ArrayList<>();
    Weighing greatest = new Weighing(Weighing.plain(sets.size()).weights(), Aggregate.MAX);
    Algebra.intersection(operands(random, sets), greatest, found::add);
    assertAlike(found, expected);
  }

  private static void assertDifference(Random random, List<Map<String, Double>> sets) {
    Map<String, Double> expected = new HashMap<>(sets.getFirst());
    sets.subList(1, sets.size()).forEach(set -> expected.keySet().removeAll(set.keySet()));
    List<Member> found = new ArrayList<>();
    Algebra.difference(operands(random, sets), found::add);
    assertAlike(found, expected);
  }

  private static void assertAlike(List<Member> found, Map<String, Double> expected) {
    assertThat(found).isSortedAccordingTo(Member::compareTo);
    Map<String, Double> scores = new HashMap<>();
    found.forEach(member -> scores.put(new String(member.bytes(), UTF_8),
        member.score()));
    assertThat(scores).isEqualTo(expected).hasSize(found.size());
  }

  private static List<Pages> operands(Random random, List<Map<String, Double>> sets) {
    return sets.stream().map(set -> new Pages(random, set)).toList();
  }

  /** A set in memory that is read in pages of any size. */
  private static final class Pages implements Operand {
    private final Random random;
    private final Map<String, Double> set;
    private final List<Member> left;

    Pages(Random random, Map<String, Double> set) {
      this.random = random;
      this.set = set;
      this.left = new ArrayList<>(set.entrySet().stream().map(each -> Member
          .of(each.getKey().getBytes(UTF_8), each.getValue())).sorted()
          .toList());
    }

    @Override
    public long size() {
      return set.size();
    }

    @Override
    public List<Member> nextPage() {
      List<Member> next = left.subList(0, Math.min(left.size(), 1 + random.nextInt(7)));
      List<Member> page = List.copyOf(next);
      next.clear();
      return page;
    }

    @Override
    public double[] scores(List<Member> members) {
      return members.stream().mapToDouble(each -> set.getOrDefault(
          new String(each.bytes(), UTF_8), Member.ABSENT)).toArray();
    }
  }
}
