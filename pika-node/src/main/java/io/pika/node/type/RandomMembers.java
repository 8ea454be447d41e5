package io.pika.node.type;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Draws members of a sorted set by their places, which are known: each member is exactly as likely as any other. Where so
 * many are wanted that one walk over all costs less, it is one walk.
 */
final class RandomMembers {
  /** To find a place costs as much as walking over so many members, about. */
  private static final int PLACE_STEPS = 64;

  private final SortedSet set;
  private final RandomGenerator random;

  /** @param set not empty */
  RandomMembers(SortedSet set, RandomGenerator random) {
    this.set = set;
    this.random = random;
  }

  /** So many different members, all of them if there are not more. */
  void different(long count, ScoredMembers out) {
    if (count >= set.size() / PLACE_STEPS) {
      choose(count, out);
      return;
    }
    Set<Long> drawn = new HashSet<>();
    while (drawn.size() < count) {
      long place = random.nextLong(set.size());
      if (drawn.add(place)) {
        set.at(place, out);
      }
    }
  }

  /** Selection sampling (Knuth, volume 2, 3.4.2, algorithm S): each subset is equally likely. */
  private void choose(long count, ScoredMembers out) {
    long[] left = {set.size(), Math.min(count, set.size())};
    set.eachWhile((member, score) -> {
      if (left[1] == left[0] || random.nextLong(left[0]) < left[1]) {
        out.take(member, score);
        left[1]--;
      }
      left[0]--;
      return left[1] > 0;
    });
  }

  /** So many members, each drawn from all. They may come in their order. @param count what an array holds */
  void any(int count, ScoredMembers out) {
    if (count < set.size() / PLACE_STEPS || count == 1) {
      for (int i = 0; i < count; i++) {
        set.at(random.nextLong(set.size()), out);
      }
      return;
    }
    long[] places = random.longs(count, 0, set.size()).toArray();
    Arrays.sort(places);
    int[] at = {0};
    long[] place = {0};
    set.eachWhile((member, score) -> {
      for (; at[0] < count && places[at[0]] == place[0]; at[0]++) {
        out.take(member, score);
      }
      place[0]++;
      return at[0] < count;
    });
  }
}
