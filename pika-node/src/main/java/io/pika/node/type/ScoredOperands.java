package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.proxy.algebra.Aggregate;
import io.pika.proxy.algebra.Weighing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The sets and sorted sets that ZUNION, ZINTER and ZDIFF work on (Redis 7.0 {@code zunionInterDiffGenericCommand}). A
 * member of a set has the score 1, an absent key no members. Members of the result are handed out as they are found, once
 * each and in no order; nothing is remembered meanwhile, for the other operands are asked instead. Sums are made in the
 * order of Redis, from the smallest operand on, for it shows in their last digits.
 */
public final class ScoredOperands {
  private sealed interface Operand {
    long size();

    /** {@link SortedSet#ABSENT} if it is no member. */
    double score(byte[] member);

    /** Goes on until there is no member left or no more is wanted. */
    void each(SortedSet.Visitor out);
  }

  private record None() implements Operand {
    @Override
    public long size() {
      return 0;
    }

    @Override
    public double score(byte[] member) {
      return SortedSet.ABSENT;
    }

    @Override
    public void each(SortedSet.Visitor out) {
      // There are none.
    }
  }

  private record Scored(SortedSet set) implements Operand {
    @Override
    public long size() {
      return set.size();
    }

    @Override
    public double score(byte[] member) {
      return set.score(member);
    }

    @Override
    public void each(SortedSet.Visitor out) {
      set.eachWhile(out);
    }
  }

  private record Plain(CollectionKey set) implements Operand {
    @Override
    public long size() {
      return set.size();
    }

    @Override
    public double score(byte[] member) {
      return set.elements().get(MemberHash.name(member)) == null ? SortedSet.ABSENT : 1;
    }

    @Override
    public void each(SortedSet.Visitor out) {
      try (ElementWalk walk = set.elements().walk(Elements.FROM_START, null)) {
        while (walk.next() && out.take(MemberHash.member(walk.name()), 1)) {
          continue;
        }
      }
    }
  }

  private final List<Operand> operands;

  private ScoredOperands(List<Operand> operands) {
    this.operands = operands;
  }

  /** The operands of these keys; keys of other types are refused. */
  public static ScoredOperands open(KeySpace keys, List<byte[]> sources) {
    List<Operand> operands = new ArrayList<>(sources.size());
    for (byte[] key : sources) {
      operands.add(operand(keys, key));
    }
    return new ScoredOperands(operands);
  }

  private static Operand operand(KeySpace keys, byte[] key) {
    Entry entry = keys.find(key);
    if (entry == null) {
      return new None();
    }
    if (entry.type() == Entry.SET) {
      CollectionKey set = CollectionKey.find(keys, key, Entry.SET);
      return set == null ? new None() : new Plain(set);
    }
    SortedSet set = SortedSet.find(keys, key);
    return set == null ? new None() : new Scored(set);
  }

  public int count() {
    return operands.size();
  }

  /** Hands out what is in any operand. */
  public void union(Weighing weighing, ScoredMembers out) {
    List<Integer> order = smallestFirst();
    for (int at = 0; at < order.size(); at++) {
      int place = at;
      operands.get(order.get(at)).each((member, score) -> {
        if (!isInAny(member, order.subList(0, place))) {
          double first = Aggregate.orZero(weighing.weights()[order.get(place)] * score);
          out.take(member, aggregated(member, first, order.subList(place + 1, order.size()), weighing));
        }
        return true;
      });
    }
  }

  private boolean isInAny(byte[] member, List<Integer> places) {
    return places.stream().anyMatch(place -> isMember(operands.get(place).score(member)));
  }

  private double aggregated(byte[] member, double first, List<Integer> others, Weighing weighing) {
    double result = first;
    for (int place : others) {
      double score = operands.get(place).score(member);
      if (isMember(score)) {
        result = weighing.aggregate().of(result, Aggregate.orZero(weighing.weights()[place] * score));
      }
    }
    return result;
  }

  /** Hands out what is in all operands. */
  public void intersection(Weighing weighing, ScoredMembers out) {
    List<Integer> order = smallestFirst();
    List<Integer> others = order.subList(1, order.size());
    int smallest = order.getFirst();
    operands.get(smallest).each((member, score) -> {
      double result = Aggregate.orZero(weighing.weights()[smallest] * score);
      for (int place : others) {
        double other = operands.get(place).score(member);
        if (!isMember(other)) {
          return true;
        }
        result = weighing.aggregate().of(result, weighing.weights()[place] * other);
      }
      out.take(member, result);
      return true;
    });
  }

  /** How many are in all operands. @param limit where to stop counting; 0: nowhere */
  public long intersectionSize(long limit) {
    List<Integer> order = smallestFirst();
    List<Integer> others = order.subList(1, order.size());
    long[] count = {0};
    operands.get(order.getFirst()).each((member, score) -> {
      boolean inAll = others.stream().allMatch(place -> isMember(operands.get(place).score(member)));
      count[0] += inAll ? 1 : 0;
      return limit == 0 || count[0] < limit;
    });
    return count[0];
  }

  /** Hands out what is in the first operand and in no other. */
  public void difference(ScoredMembers out) {
    List<Operand> others = operands.subList(1, operands.size());
    operands.getFirst().each((member, score) -> {
      if (others.stream().noneMatch(other -> isMember(other.score(member)))) {
        out.take(member, score);
      }
      return true;
    });
  }

  private List<Integer> smallestFirst() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingLong(place -> operands.get(place).size()));
    return order;
  }

  private static boolean isMember(double score) {
    return !Double.isNaN(score);
  }
}
