package io.pika.node.type;

import io.pika.node.store.KeySpace;
import io.pika.node.type.MemberRange.ByRank;
import io.pika.node.type.ScoreChange.Form;
import io.pika.node.type.ScoreChange.Outcome;
import io.pika.node.type.ScoreChange.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What commands on one sorted set mean (Redis 7.0 {@code t_zset.c}). An absent key is an empty set; a key of another type
 * is refused. Members are handed out as they are found, so that no set need fit into memory.
 */
public final class SortedSets {
  /** How many members a change added, and to how many it gave another score. */
  public record Changes(int added, int changed) {}

  /** Redis keeps a set with no more members than this, and no longer ones, in one piece. */
  private static final int COMPACT_MEMBERS = 128;
  private static final int COMPACT_MEMBER_BYTES = 64;

  private static final long HASH_MAX = (1L << 32) - 1;

  private SortedSets() {}

  /** Whether Redis would keep the set in one piece after it was loaded. */
  public static boolean isCompact(KeySpace keys, byte[] key) {
    SortedSet set = SortedSet.find(keys, key);
    return set != null && set.size() <= COMPACT_MEMBERS && set.longestMember() <= COMPACT_MEMBER_BYTES;
  }

  public static long size(KeySpace keys, byte[] key) {
    SortedSet set = SortedSet.find(keys, key);
    return set == null ? 0 : set.size();
  }

  /** The scores of members; empty where there is no such member. */
  public static List<OptionalDouble> scores(KeySpace keys, byte[] key, List<byte[]> members) {
    SortedSet set = SortedSet.find(keys, key);
    List<OptionalDouble> scores = new ArrayList<>(members.size());
    for (byte[] member : members) {
      double score = set == null ? SortedSet.ABSENT : set.score(member);
      scores.add(Double.isNaN(score) ? OptionalDouble.empty() : OptionalDouble.of(score));
    }
    return scores;
  }

  public static OptionalDouble score(KeySpace keys, byte[] key, byte[] member) {
    return scores(keys, key, List.of(member)).getFirst();
  }

  /** Writes scores, one after the other. */
  public static Changes change(KeySpace keys, byte[] key, ScoreChange change, List<ScoredMember> members) {
    SortedSet set = SortedSet.findOrMake(keys, key);
    int added = 0;
    int changed = 0;
    for (ScoredMember each : members) {
      switch (change(set, change, each).outcome()) {
        case ADDED -> added++;
        case CHANGED -> changed++;
        case SAME, LEFT_ALONE -> {
        }
      }
    }
    set.save(added > 0);
    return new Changes(added, changed);
  }

  /** Writes one score. */
  public static Result change(KeySpace keys, byte[] key, ScoreChange change, ScoredMember member) {
    SortedSet set = SortedSet.findOrMake(keys, key);
    Result result = change(set, change, member);
    set.save(result.outcome() == Outcome.ADDED);
    return result;
  }

  private static Result change(SortedSet set, ScoreChange change, ScoredMember given) {
    double before = set.score(given.member());
    boolean present = !Double.isNaN(before);
    if (!change.presence().admits(present)) {
      return new Result(Outcome.LEFT_ALONE, before);
    }
    double after = present && change.form() == Form.ADD ? before + given.score() : given.score();
    if (Double.isNaN(after)) {
      throw Refusals.NOT_A_SCORE;
    }
    if (present && !change.growth().admits(before, after)) {
      return new Result(Outcome.LEFT_ALONE, before);
    }
    if (present && before == after) {
      return new Result(Outcome.SAME, after);
    }
    set.put(given.member(), after, before);
    return new Result(present ? Outcome.CHANGED : Outcome.ADDED, after);
  }

  /** Takes members out; returns how many there were. */
  public static int remove(KeySpace keys, byte[] key, List<byte[]> members) {
    SortedSet set = SortedSet.find(keys, key);
    if (set == null) {
      return 0;
    }
    int removed = 0;
    for (byte[] member : members) {
      removed += set.remove(member) ? 1 : 0;
    }
    if (removed > 0) {
      set.save();
    }
    return removed;
  }

  /** A member's place in the order of reading, from 0; empty: it is no member. */
  public static OptionalLong rank(KeySpace keys, byte[] key, byte[] member, Direction direction) {
    SortedSet set = SortedSet.find(keys, key);
    double score = set == null ? SortedSet.ABSENT : set.score(member);
    if (set == null || Double.isNaN(score)) {
      return OptionalLong.empty();
    }
    long rank = set.rank(member, score);
    return OptionalLong.of(direction == Direction.UP ? rank : set.size() - 1 - rank);
  }

  public static long count(KeySpace keys, byte[] key, MemberRange range) {
    SortedSet set = SortedSet.find(keys, key);
    return set == null ? 0 : set.count(range);
  }

  /**
   * The members of a range, see {@link #memberOf} and {@link #scoreOf}; null: there is no such key.
   *
   * @param slice what of it; of a range of places always the whole
   */
  public static @Nullable ElementRun range(KeySpace keys, byte[] key, MemberRange range, Direction direction,
      Slice slice) {
    SortedSet set = SortedSet.find(keys, key);
    return set == null ? null : set.run(range, direction, slice);
  }

  /** The member that an element's name says. */
  public static byte[] memberOf(byte[] name) {
    return SortedSet.memberOf(name);
  }

  /** The score that an element's name says. */
  public static double scoreOf(byte[] name) {
    return SortedSet.scoreOf(name);
  }

  /** Makes a sorted set of the members of a range of another one, in place of what the key has; returns its size. */
  public static long copy(KeySpace keys, byte[] from, MemberRange range, Direction direction, Slice slice,
      byte[] to) {
    SortedSet source = SortedSet.find(keys, from);
    return store(keys, to, target -> {
      if (source != null) {
        source.each(range, direction, slice, target);
      }
    });
  }

  /** Takes the members of a range out; returns how many there were. */
  public static long removeRange(KeySpace keys, byte[] key, MemberRange range) {
    SortedSet set = SortedSet.find(keys, key);
    long count = set == null ? 0 : set.count(range);
    if (set != null && count > 0) {
      removeRange(keys, key, set, range, count);
    }
    return count;
  }

  private static void removeRange(KeySpace keys, byte[] key, SortedSet set, MemberRange range, long count) {
    if (count == set.size()) {
      keys.delete(key);
    } else {
      set.removeAll(range, count);
      set.save();
    }
  }

  /** Takes the first members out, read in a direction, and hands them out: as many as there are, up to a count. */
  public static void pop(KeySpace keys, byte[] key, Direction direction, long count, ScoredMembers out) {
    SortedSet set = SortedSet.find(keys, key);
    if (set == null || count == 0) {
      return;
    }
    long taken = Math.min(count, set.size());
    if (taken == set.size()) {
      set.each(new ByRank(0, -1), direction, Slice.WHOLE, out);
      keys.delete(key);
    } else {
      set.take(taken, direction, out);
      set.save();
    }
  }

  /** Makes a sorted set of what is handed out, in place of what the key has; returns its size. Each member comes once. */
  public static long store(KeySpace keys, byte[] key, Consumer<ScoredMembers> source) {
    SortedSet made = SortedSet.make(keys, key);
    source.accept((member, score) -> made.put(member, score, SortedSet.ABSENT));
    if (made.size() == 0) {
      keys.delete(key);
    } else {
      made.save();
    }
    return made.size();
  }

  /** Hands out so many different members, or all of them. */
  public static void randomDifferent(KeySpace keys, byte[] key, long count, RandomGenerator random,
      ScoredMembers out) {
    SortedSet set = SortedSet.find(keys, key);
    if (set != null && count > 0) {
      new RandomMembers(set, random).different(count, out);
    }
  }

  /** Hands out so many members, each drawn from all; they may come in their order. */
  public static void randomAny(KeySpace keys, byte[] key, int count, RandomGenerator random,
      ScoredMembers out) {
    SortedSet set = SortedSet.find(keys, key);
    if (set != null) {
      new RandomMembers(set, random).any(count, out);
    }
  }

  /**
   * Hands out a page of members in no order; one that stays meanwhile comes in some page, and may come again.
   *
   * @param cursor 0 begins; else what the page before returned
   * @return where to go on; 0: that was the last page
   */
  public static long scan(KeySpace keys, byte[] key, long cursor, PageBudget budget, ScoredMembers out) {
    SortedSet set = SortedSet.find(keys, key);
    return set == null || cursor < 0 || cursor > HASH_MAX ? 0 : set.scan(cursor, budget, out);
  }
}
