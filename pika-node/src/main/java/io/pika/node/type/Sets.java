package io.pika.node.type;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What set commands mean (Redis 7.0 {@code t_set.c}). A member is an element without a value, named as
 * {@link MemberHash} says. An absent key is a set without members; a key of another type is refused. Commands that give
 * many members hand them on one by one.
 */
public final class Sets {
  private static final byte[] NO_VALUE = {};
  private static final long HASHES = 1L << 32;
  /** A random member is found by one seek. */
  private static final int RANDOM_STEPS = 16;
  /** Redis keeps no more numbers sorted. */
  private static final int NUMBERS_MAX = 512;

  private Sets() {}

  public static long size(KeySpace keys, byte[] key) {
    CollectionKey set = find(keys, key);
    return set == null ? 0 : set.size();
  }

  public static boolean contains(KeySpace keys, byte[] key, byte[] member) {
    CollectionKey set = find(keys, key);
    return set != null && has(set, MemberHash.name(member));
  }

  /** Hands on whether each is a member, in their order. */
  public static void contains(KeySpace keys, byte[] key, List<byte[]> members, Consumer<Boolean> sink) {
    CollectionKey set = find(keys, key);
    for (byte[] member : members) {
      sink.accept(set != null && has(set, MemberHash.name(member)));
    }
  }

  /** Hands on all members. */
  public static void each(KeySpace keys, byte[] key, Consumer<byte[]> sink) {
    CollectionKey set = find(keys, key);
    if (set != null) {
      eachName(set, name -> sink.accept(MemberHash.member(name)));
    }
  }

  /** All members, see {@link #memberOf}; null: there is no such key. */
  public static @Nullable ElementRun all(KeySpace keys, byte[] key) {
    CollectionKey set = find(keys, key);
    return set == null ? null : ElementRun.all(set.elements(), Elements.FROM_START, null, set.size());
  }

  /** The member that an element's name says. */
  public static byte[] memberOf(byte[] name) {
    return MemberHash.member(name);
  }

  /** Returns how many were no members. */
  public static int add(KeySpace keys, byte[] key, List<byte[]> members) {
    CollectionKey set = CollectionKey.findOrMake(keys, key, Entry.SET);
    int added = 0;
    for (byte[] member : members) {
      byte[] name = MemberHash.name(member);
      if (!has(set, name)) {
        set.elements().put(name, NO_VALUE);
        added++;
      }
    }
    grow(set, added);
    return added;
  }

  /** Returns how many were members. */
  public static int remove(KeySpace keys, byte[] key, List<byte[]> members) {
    CollectionKey set = find(keys, key);
    return set == null ? 0 : removeNames(set, members.stream().map(MemberHash::name).toList());
  }

  private static int removeNames(CollectionKey set, List<byte[]> names) {
    int removed = 0;
    for (byte[] name : names) {
      if (has(set, name)) {
        set.elements().delete(name);
        removed++;
      }
    }
    grow(set, -removed);
    return removed;
  }

  /** Takes a member out of one set and puts it into another; false if it is no member. */
  public static boolean move(KeySpace keys, byte[] from, byte[] to, byte[] member) {
    CollectionKey source = find(keys, from);
    if (source == null) {
      return false;
    }
    find(keys, to);
    if (!has(source, MemberHash.name(member))) {
      return false;
    }
    if (!Arrays.equals(from, to)) {
      remove(keys, from, List.of(member));
      add(keys, to, List.of(member));
    }
    return true;
  }

  /** Some member; null if there is none. */
  public static byte @Nullable [] random(KeySpace keys, byte[] key, RandomGenerator random) {
    byte[][] drawn = new byte[1][];
    randomAny(keys, key, 1, random, member -> drawn[0] = member);
    return drawn[0];
  }

  /** Hands on so many different members, or all of them. */
  public static void randomDifferent(KeySpace keys, byte[] key, long count, RandomGenerator random,
      Consumer<byte[]> sink) {
    CollectionKey set = find(keys, key);
    if (set != null) {
      draws(set, random).different(count, (name, value) -> sink.accept(MemberHash.member(name)));
    }
  }

  /** Hands on so many members, each drawn from all; they may come in the order in which they lie. */
  public static void randomAny(KeySpace keys, byte[] key, int count, RandomGenerator random,
      Consumer<byte[]> sink) {
    CollectionKey set = find(keys, key);
    if (set != null) {
      draws(set, random).any(count, (name, value) -> sink.accept(MemberHash.member(name)));
    }
  }

  /** Takes out so many random members, or all of them, and hands them on. */
  public static void pop(KeySpace keys, byte[] key, long count, RandomGenerator random,
      Consumer<byte[]> sink) {
    CollectionKey set = find(keys, key);
    if (set == null || count == 0) {
      return;
    }
    if (count >= set.size()) {
      eachName(set, name -> sink.accept(MemberHash.member(name)));
      keys.delete(key);
      return;
    }
    List<byte[]> names = new ArrayList<>();
    draws(set, random).different(count, (name, value) -> {
      names.add(name);
      sink.accept(MemberHash.member(name));
    });
    removeNames(set, names);
  }

  private static RandomElements draws(CollectionKey set, RandomGenerator random) {
    return new RandomElements(set.elements(), set.size(), random,
        dice -> MemberHash.from(dice.nextLong(HASHES)), RANDOM_STEPS);
  }

  /**
   * A page of members, all of a small set. Returns the cursor of the next page; 0: that was all. Members of one hash
   * come together, so the cursor is the next one's hash.
   *
   * @param cursor 0 for the first page; what no set has given, is beyond the end
   */
  public static long scan(KeySpace keys, byte[] key, long cursor, PageBudget budget,
      Consumer<byte[]> sink) {
    CollectionKey set = find(keys, key);
    if (set == null || cursor < 0 || cursor >= HASHES) {
      return 0;
    }
    PageBudget left = budget.in(set.size());
    long last = -1;
    try (ElementWalk walk = set.elements().walk(MemberHash.from(cursor), null)) {
      while (walk.next()) {
        long hash = MemberHash.hash(walk.name());
        if (left.isSpent() && hash != last) {
          return hash;
        }
        last = hash;
        left.take(walk.name().length);
        sink.accept(MemberHash.member(walk.name()));
      }
    }
    return 0;
  }

  /** Hands on each member of any of the sets once. Remembers them meanwhile: the sink must bound their number. */
  public static void union(KeySpace keys, List<byte[]> sources, Consumer<byte[]> sink) {
    Set<Bytes> seen = new HashSet<>();
    for (CollectionKey set : present(keys, sources)) {
      eachName(set, name -> {
        if (seen.add(Bytes.of(name))) {
          sink.accept(MemberHash.member(name));
        }
      });
    }
  }

  /** Hands on the members of the first set that are in none of the others. */
  public static void difference(KeySpace keys, List<byte[]> sources, Consumer<byte[]> sink) {
    eachOfDifference(keys, sources, name -> sink.accept(MemberHash.member(name)));
  }

  /** Hands on the members that all sets have. */
  public static void intersection(KeySpace keys, List<byte[]> sources, Consumer<byte[]> sink) {
    eachOfIntersection(keys, sources, name -> {
      sink.accept(MemberHash.member(name));
      return true;
    });
  }

  /** How many members all sets have; counted no further than the limit. @param limit 0: none */
  public static long intersectionSize(KeySpace keys, List<byte[]> sources, long limit) {
    long[] count = new long[1];
    eachOfIntersection(keys, sources, name -> ++count[0] != limit);
    return count[0];
  }

  /** Puts the union in the place of a key; returns its size. */
  public static long storeUnion(KeySpace keys, byte[] target, List<byte[]> sources) {
    CollectionKey result = CollectionKey.make(keys, target, Entry.SET);
    for (CollectionKey set : present(keys, sources)) {
      boolean first = result.size() == 0;
      eachName(set, name -> {
        if (first || !has(result, name)) {
          append(result, name);
        }
      });
    }
    return stored(keys, target, result);
  }

  /** Puts the difference in the place of a key; returns its size. */
  public static long storeDifference(KeySpace keys, byte[] target, List<byte[]> sources) {
    CollectionKey result = CollectionKey.make(keys, target, Entry.SET);
    eachOfDifference(keys, sources, name -> append(result, name));
    return stored(keys, target, result);
  }

  /** Puts the intersection in the place of a key; returns its size. */
  public static long storeIntersection(KeySpace keys, byte[] target, List<byte[]> sources) {
    CollectionKey result = CollectionKey.make(keys, target, Entry.SET);
    eachOfIntersection(keys, sources, name -> {
      append(result, name);
      return true;
    });
    return stored(keys, target, result);
  }

  private static void append(CollectionKey result, byte[] name) {
    result.elements().put(name, NO_VALUE);
    result.grow(1);
  }

  private static long stored(KeySpace keys, byte[] target, CollectionKey result) {
    if (result.size() == 0) {
      keys.delete(target);
    } else {
      result.save();
    }
    return result.size();
  }

  private static void eachOfDifference(KeySpace keys, List<byte[]> sources, Consumer<byte[]> sink) {
    List<@Nullable CollectionKey> sets = open(keys, sources);
    CollectionKey first = sets.getFirst();
    if (first == null) {
      return;
    }
    List<CollectionKey> others = present(sets.subList(1, sets.size()));
    List<AscendingLookup> lookups = AscendingLookup.in(others, first.size());
    try {
      eachName(first, name -> {
        if (lookups.stream().noneMatch(each -> each.has(name))) {
          sink.accept(name);
        }
      });
    } finally {
      lookups.forEach(AscendingLookup::close);
    }
  }

  /** @param sink says whether to go on */
  private static void eachOfIntersection(KeySpace keys, List<byte[]> sources, Predicate<byte[]> sink) {
    List<CollectionKey> sets = present(keys, sources);
    if (sets.size() < sources.size()) {
      return;
    }
    sets.sort(Comparator.comparingLong(CollectionKey::size));
    CollectionKey smallest = sets.getFirst();
    List<AscendingLookup> lookups = AscendingLookup.in(sets.subList(1, sets.size()), smallest.size());
    try (ElementWalk walk = smallest.elements().walk(Elements.FROM_START, null)) {
      while (walk.next()) {
        byte[] name = walk.name();
        if (lookups.stream().allMatch(each -> each.has(name)) && !sink.test(name)) {
          return;
        }
      }
    } finally {
      lookups.forEach(AscendingLookup::close);
    }
  }

  private static List<CollectionKey> present(KeySpace keys, List<byte[]> sources) {
    return present(open(keys, sources));
  }

  private static List<CollectionKey> present(List<@Nullable CollectionKey> sets) {
    List<CollectionKey> present = new ArrayList<>();
    for (CollectionKey set : sets) {
      if (set != null) {
        present.add(set);
      }
    }
    return present;
  }

  /** All are looked at before anything is done: one of another type refuses the command. */
  private static List<@Nullable CollectionKey> open(KeySpace keys, List<byte[]> sources) {
    List<@Nullable CollectionKey> sets = new ArrayList<>();
    for (byte[] source : sources) {
      sets.add(find(keys, source));
    }
    return sets;
  }

  /** Whether Redis would keep it as sorted numbers. */
  static boolean isOfNumbers(KeySpace keys, byte[] key) {
    CollectionKey set = find(keys, key);
    if (set == null || set.size() > NUMBERS_MAX) {
      return false;
    }
    try (ElementWalk walk = set.elements().walk(Elements.FROM_START, null)) {
      while (walk.next()) {
        if (!Numbers.isLong(MemberHash.member(walk.name()))) {
          return false;
        }
      }
    }
    return true;
  }

  private static void eachName(CollectionKey set, Consumer<byte[]> sink) {
    try (ElementWalk walk = set.elements().walk(Elements.FROM_START, null)) {
      while (walk.next()) {
        sink.accept(walk.name());
      }
    }
  }

  private static boolean has(CollectionKey set, byte[] name) {
    return set.elements().get(name) != null;
  }

  private static void grow(CollectionKey set, int by) {
    if (by != 0) {
      set.grow(by);
      set.save();
    }
  }

  private static @Nullable CollectionKey find(KeySpace keys, byte[] key) {
    return CollectionKey.find(keys, key, Entry.SET);
  }
}
