package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.node.type.MemberRange.ByName;
import io.pika.node.type.MemberRange.ByRank;
import io.pika.node.type.MemberRange.ByScore;
import io.pika.node.type.MemberRange.NameBound;
import io.pika.node.type.MemberRange.ScoreBound;
import io.pika.proxy.algebra.Member;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sorted set, opened by one command: where its members lie.
 *
 * <pre>
 * | 'm' | hash u32 | member |   -> | score f64 |    by member; the hash is for even draws and scans
 * | 's' | order u64 | member |  -> nothing          by score and then by member
 * | 'c' | ... |                                     how many there are where: see RankIndex
 * </pre>
 *
 * <p>The order of a score is its bits, turned so that they compare as unsigned bytes. -0 is kept as 0, for the two are the
 * same place in the order.
 */
final class SortedSet implements OrderedMembers {
  /** The score of what is no member. */
  static final double ABSENT = Double.NaN;

  private static final byte RANKS = 'c';
  private static final byte MEMBERS = 'm';
  private static final byte ORDER = 's';
  private static final int ORDER_BYTES = 1 + Long.BYTES;
  private static final byte[] MEMBERS_FROM = {MEMBERS};
  private static final byte[] MEMBERS_TO = {MEMBERS + 1};
  private static final byte[] ORDER_FROM = {ORDER};
  private static final byte[] ORDER_TO = {ORDER + 1};
  private static final byte[] NO_VALUE = {};
  /** What is not worth a look into the index, or a range to delete. */
  private static final int FEW = 128;
  /** What is taken out member by member: the index has few blocks to change. */
  private static final int ONE_BY_ONE = 4;

  private final CollectionKey key;
  private final Elements elements;
  private final OrderEnds ends;
  private final RankIndex ranks;

  /** A piece of the order: names from one to another, exclusive. */
  private record Stretch(byte[] from, byte[] to) {
    boolean isEmpty() { return Arrays.compareUnsigned(from, to) >= 0; }

    boolean contains(byte[] name) {
      return Arrays.compareUnsigned(name, from) >= 0 && Arrays.compareUnsigned(name, to) < 0;
    }
  }

  private SortedSet(CollectionKey key) {
    this.key = key;
    this.elements = key.elements();
    this.ends = new OrderEnds(ORDER, key.own());
    this.ranks = new RankIndex(elements, ORDER, RANKS, RankIndex.Shape.DEFAULT, ends);
  }

  /** The sorted set of a live key; null: there is none. A key of another type is refused. */
  static @Nullable SortedSet find(KeySpace keys, byte[] key) {
    CollectionKey found = CollectionKey.find(keys, key, Entry.ZSET);
    return found == null ? null : new SortedSet(found);
  }

  /** An empty one, which becomes a key, in place of whatever it was, when it is saved with members. */
  static SortedSet make(KeySpace keys, byte[] key) {
    return new SortedSet(CollectionKey.make(keys, key, Entry.ZSET));
  }

  static SortedSet findOrMake(KeySpace keys, byte[] key) {
    return new SortedSet(CollectionKey.findOrMake(keys, key, Entry.ZSET));
  }

  @Override
  public long size() {
    return key.size();
  }

  /** Writes size and metadata, after all changes. */
  void save() {
    if (size() > 0 && ends.areChanged()) {
      ends.find(elements);
      key.own(ends.encode());
    }
    key.save();
  }

  /** The same, after changes of scores. @param added whether there are more members */
  void save(boolean added) {
    if (added || ends.areChanged()) {
      save();
    }
  }

  /** A member's score, or {@link #ABSENT}. */
  @Override
  public double score(byte[] member) {
    byte[] found = elements.get(memberName(member));
    return found == null ? ABSENT : ByteBuffer.wrap(found).getDouble();
  }

  /** Writes a member's score. @param before the score that it has, or {@link #ABSENT} */
  void put(byte[] member, double score, double before) {
    double kept = score == 0 ? 0 : score;
    byte[] name = orderName(kept, member);
    elements.put(memberName(member), ByteBuffer.allocate(Double.BYTES).putDouble(kept).array());
    elements.put(name, NO_VALUE);
    ends.added(name);
    if (Double.isNaN(before)) {
      key.grow(1);
      ranks.added(name, size());
    } else {
      byte[] old = orderName(before, member);
      elements.delete(old);
      ends.removed(old);
      ranks.moved(old, name, size());
    }
  }

  /** Takes a member out; false: it is none. */
  boolean remove(byte[] member) {
    double score = score(member);
    if (Double.isNaN(score)) {
      return false;
    }
    removeName(orderName(score, member));
    return true;
  }

  private void removeName(byte[] name) {
    elements.delete(memberName(memberOf(name)));
    elements.delete(name);
    ends.removed(name);
    key.grow(-1);
    ranks.removed(name, size());
  }

  /** Takes the first members out, read in a direction, and hands them out; but not all: that is for the key to go. */
  void take(long count, Direction direction, ScoredMembers out) {
    ByRank first = new ByRank(0, count - 1);
    if (count > ONE_BY_ONE) {
      each(first, direction, Slice.WHOLE, out);
      removeAll(direction == Direction.UP ? first : new ByRank(-count, -1), count);
      return;
    }
    List<byte[]> names = new ArrayList<>();
    run(first, direction).each((name, value) -> names.add(name));
    for (byte[] name : names) {
      out.take(memberOf(name), scoreOf(name));
      removeName(name);
    }
  }

  /** How many members come before this one, which has this score. */
  long rank(byte[] member, double score) {
    return ranks.rank(orderName(score, member), size());
  }

  long count(MemberRange range) {
    return switch (range) {
      case ByRank places -> length(places);
      case ByScore scores -> count(stretch(scores));
      case ByName names -> count(stretch(names));
    };
  }

  private long count(Stretch stretch) {
    return stretch.isEmpty() ? 0 : ranks.count(stretch.from, stretch.to, size());
  }

  /** Hands out the members of a range, in order. */
  void each(MemberRange range, Direction direction, Slice slice, ScoredMembers out) {
    run(range, direction, slice).each((name, value) -> out.take(memberOf(name), scoreOf(name)));
  }

  /** The members of a range, in order. @param slice what of it; of a range of places always the whole */
  ElementRun run(MemberRange range, Direction direction, Slice slice) {
    return switch (range) {
      case ByRank places -> run(places, direction);
      case ByScore scores -> run(stretch(scores), direction, slice);
      case ByName names -> run(stretch(names), direction, slice);
    };
  }

  /** Takes a member; false: that was enough. */
  @FunctionalInterface
  interface Visitor {
    boolean take(byte[] member, double score);
  }

  /** Hands out all members, in order, until one is enough. */
  void eachWhile(Visitor out) {
    eachWhile(whole(), out);
  }

  /** Hands out the members of a range, in order, until one is enough. */
  void eachWhile(ByScore range, Visitor out) {
    eachWhile(stretch(range), out);
  }

  private void eachWhile(Stretch stretch, Visitor out) {
    try (ElementWalk walk = elements.walk(stretch.from, stretch.to)) {
      while (walk.next() && out.take(memberOf(walk.name()), scoreOf(walk.name()))) {
        continue;
      }
    }
  }

  /** Hands out the member at a place. @param place from 0, below the size */
  void at(long place, ScoredMembers out) {
    byte[] name = ranks.nameAt(place, size());
    out.take(memberOf(name), scoreOf(name));
  }

  /**
   * Hands out members by hash, from one on, until a page is full; those of one hash come together.
   *
   * @param cursor a hash; 0 begins
   * @return the hash to go on with; 0: that was all
   */
  long scan(long cursor, PageBudget budget, ScoredMembers out) {
    PageBudget left = budget.in(size());
    long last = -1;
    try (ElementWalk walk = elements.walk(joined(MEMBERS_FROM, MemberHash.from(cursor)), MEMBERS_TO)) {
      while (walk.next()) {
        byte[] hashed = Arrays.copyOfRange(walk.name(), 1, walk.name().length);
        long hash = MemberHash.hash(hashed);
        if (left.isSpent() && hash != last) {
          return hash;
        }
        last = hash;
        left.take(hashed.length);
        out.take(MemberHash.member(hashed), ByteBuffer.wrap(walk.value()).getDouble());
      }
    }
    return 0;
  }

  @Override
  public List<Member> after(@Nullable Member last, int most) {
    List<Member> members = new ArrayList<>();
    byte[] from = last == null ? MEMBERS_FROM : after(memberName(last.bytes()));
    try (ElementWalk walk = elements.walk(from, MEMBERS_TO)) {
      while (members.size() < most && walk.next()) {
        ByteBuffer name = ByteBuffer.wrap(walk.name(), 1, walk.name().length - 1);
        int hash = name.getInt();
        byte[] member = new byte[name.remaining()];
        name.get(member);
        members.add(new Member(hash, member, ByteBuffer.wrap(walk.value()).getDouble()));
      }
    }
    return members;
  }

  /** Bytes of the longest member; looks at all. */
  int longestMember() {
    int longest = 0;
    try (ElementWalk walk = elements.walk(ends.from(), ends.to())) {
      while (walk.next()) {
        longest = Math.max(longest, walk.name().length - ORDER_BYTES);
      }
    }
    return longest;
  }

  private ElementRun run(ByRank places, Direction direction) {
    long length = length(places);
    if (length == 0) {
      return ElementRun.none(elements);
    }
    long start = start(places);
    Stretch rest = start == 0 ? whole() : restFrom(start, whole(), direction);
    return new ElementRun(elements, rest.from, rest.to, direction, 0, length, length, () -> length);
  }

  private ElementRun run(Stretch stretch, Direction direction, Slice slice) {
    if (slice.isEmpty() || stretch.isEmpty() || slice.offset() >= size()) {
      return ElementRun.none(elements);
    }
    long most = slice.count() < 0 ? Long.MAX_VALUE : slice.count();
    if (slice.offset() <= FEW) {
      return run(stretch, direction, slice.offset(), most);
    }
    long before = direction == Direction.UP
        ? ranks.rank(stretch.from, size())
        : size() - ranks.rank(stretch.to, size());
    return before + slice.offset() < size()
        ? run(restFrom(before + slice.offset(), stretch, direction), direction, 0, most)
        : ElementRun.none(elements);
  }

  private ElementRun run(Stretch stretch, Direction direction, long skip, long most) {
    return stretch.isEmpty()
        ? ElementRun.none(elements)
        : new ElementRun(elements, stretch.from, stretch.to, direction, skip, most, ElementRun.UNKNOWN,
            () -> count(stretch));
  }

  /** What is left of a stretch, read from a place in the order of reading; empty if that lies outside. */
  private Stretch restFrom(long place, Stretch stretch, Direction direction) {
    byte[] first = ranks.nameAt(direction == Direction.UP ? place : size() - 1 - place, size());
    if (!stretch.contains(first)) {
      return new Stretch(ORDER_FROM, ORDER_FROM);
    }
    return direction == Direction.UP
        ? new Stretch(first, stretch.to)
        : new Stretch(stretch.from, after(first));
  }

  /**
   * Takes the members of a range out, but not all that there are: that is for the key to go. Each costs a step, for it
   * lies in two places.
   *
   * @param count how many there are in the range
   */
  void removeAll(MemberRange range, long count) {
    Stretch stretch = switch (range) {
      case ByRank places -> placed(start(places), count);
      case ByScore scores -> stretch(scores);
      case ByName names -> stretch(names);
    };
    ends.removedRange(stretch.from, stretch.to);
    ranks.removing(stretch.from, stretch.to, count, size());
    boolean each = count <= FEW;
    try (ElementWalk walk = elements.walk(stretch.from, stretch.to)) {
      while (walk.next()) {
        byte[] name = walk.name();
        elements.delete(memberName(memberOf(name)));
        if (each) {
          elements.delete(name);
        }
      }
    }
    if (!each) {
      elements.deleteRange(stretch.from, stretch.to);
    }
    key.grow(-count);
  }

  private Stretch placed(long start, long count) {
    byte[] from = start == 0 ? ends.from() : ranks.nameAt(start, size());
    return new Stretch(from, start + count == size() ? ends.to() : ranks.nameAt(start + count, size()));
  }

  /** The range's first place, from 0. */
  private long start(ByRank places) {
    return places.start() < 0 ? Math.max(size() + places.start(), 0) : places.start();
  }

  private long length(ByRank places) {
    long stop = places.stop() < 0
        ? Math.max(size() + places.stop(), -1)
        : Math.min(places.stop(), size() - 1);
    return Math.max(stop - start(places) + 1, 0);
  }

  private Stretch stretch(ByScore range) {
    ScoreBound min = range.min();
    ScoreBound max = range.max();
    long from = order(min.score()) + (min.exclusive() ? 1 : 0);
    long to = order(max.score()) + (max.exclusive() ? 0 : 1);
    return clipped(prefix(from), prefix(to));
  }

  /** All scores are the same, that of the first member. */
  private Stretch stretch(ByName range) {
    try (ElementWalk walk = elements.walk(ends.from(), ends.to())) {
      if (!walk.next()) {
        return new Stretch(ORDER_FROM, ORDER_FROM);
      }
      byte[] prefix = Arrays.copyOf(walk.name(), ORDER_BYTES);
      byte[] from = place(prefix, range.min(), true);
      return clipped(from, place(prefix, range.max(), false));
    }
  }

  private Stretch whole() {
    return new Stretch(ends.from(), ends.to());
  }

  /** What lies between two bounds, without what lies before the first member and behind the last. */
  private Stretch clipped(byte[] from, byte[] to) {
    Stretch stretch = new Stretch(ends.clippedFrom(from), ends.clippedTo(to));
    return stretch.isEmpty() ? new Stretch(ORDER_FROM, ORDER_FROM) : stretch;
  }

  /** @param excludes whether a bound that is exclusive lies behind its member, as the lower one does */
  private static byte[] place(byte[] prefix, NameBound bound, boolean excludes) {
    return switch (bound) {
      case NameBound.Least _ -> ORDER_FROM;
      case NameBound.Greatest _ -> ORDER_TO;
      case NameBound.At(byte[] member, boolean exclusive) -> {
        byte[] name = joined(prefix, member);
        yield exclusive == excludes ? after(name) : name;
      }
    };
  }

  private static byte[] memberName(byte[] member) {
    return joined(MEMBERS_FROM, MemberHash.name(member));
  }

  private static byte[] orderName(double score, byte[] member) {
    return joined(prefix(order(score)), member);
  }

  private static byte[] prefix(long order) {
    return ByteBuffer.allocate(ORDER_BYTES).put(ORDER).putLong(order).array();
  }

  static byte[] memberOf(byte[] orderName) {
    return Arrays.copyOfRange(orderName, ORDER_BYTES, orderName.length);
  }

  static double scoreOf(byte[] orderName) {
    return scoreOf(ByteBuffer.wrap(orderName).getLong(1));
  }

  /** Bits that have, unsigned, the order of the scores. The one after that of infinity is no score's. */
  private static long order(double score) {
    long bits = Double.doubleToRawLongBits(score == 0 ? 0 : score);
    return bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
  }

  private static double scoreOf(long order) {
    return Double.longBitsToDouble(order < 0 ? order ^ Long.MIN_VALUE : ~order);
  }

  /** The least name that is greater than this one. */
  private static byte[] after(byte[] name) {
    return Arrays.copyOf(name, name.length + 1);
  }

  private static byte[] joined(byte[] head, byte[] tail) {
    byte[] whole = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, whole, head.length, tail.length);
    return whole;
  }
}
