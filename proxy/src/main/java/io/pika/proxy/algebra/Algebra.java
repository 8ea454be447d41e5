package io.pika.proxy.algebra;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Unions, intersections and differences of operands of any size, with a page of each in memory: all are read in the same
 * order, and what comes out is in that order too, each member once. An operand that is far greater than the one whose
 * members are wanted is not read but asked for them. Scores are summed as Redis 7.0 does it, from the smallest operand on,
 * for it shows in their last digits.
 */
public final class Algebra {
  /** A member that is asked for costs as much as so many that are read, about. */
  private static final int STEPS = 8;

  private Algebra() {}

  /** Hands out what is in any operand. @param out says whether to go on */
  public static void union(List<? extends Operand> operands, Weighing weighing, Predicate<Member> out) {
    Comparator<Reading> order = Comparator.comparing(Algebra::next);
    PriorityQueue<Reading> readings = new PriorityQueue<>(order.thenComparingInt(each -> each.place));
    List<Integer> smallestFirst = smallestFirst(operands);
    for (int place = 0; place < smallestFirst.size(); place++) {
      Reading reading = new Reading(operands.get(smallestFirst.get(place)), place);
      if (reading.peek() != null) {
        readings.add(reading);
      }
    }
    while (!readings.isEmpty()) {
      Member member = next(readings.element());
      double score = Member.ABSENT;
      while (!readings.isEmpty() && next(readings.element()).compareTo(member) == 0) {
        Reading reading = readings.remove();
        double own = Aggregate
            .orZero(weighing.weights()[smallestFirst.get(reading.place)] * next(reading).score());
        score = Double.isNaN(score) ? own : weighing.aggregate().of(score, own);
        reading.step();
        if (reading.peek() != null) {
          readings.add(reading);
        }
      }
      if (!out.test(member.scored(score))) {
        return;
      }
    }
  }

  private static Member next(Reading reading) {
    Member next = reading.peek();
    if (next == null) {
      throw new IllegalStateException("a reading that has ended is in no queue");
    }
    return next;
  }

  /** Hands out what is in all operands. @param out says whether to go on */
  public static void intersection(List<? extends Operand> operands, Weighing weighing,
      Predicate<Member> out) {
    List<Integer> smallestFirst = smallestFirst(operands);
    Operand smallest = operands.get(smallestFirst.getFirst());
    List<Other> others = new ArrayList<>();
    for (int place : smallestFirst.subList(1, smallestFirst.size())) {
      others.add(new Other(operands.get(place), smallest.size(), weighing.weights()[place]));
    }
    double weight = weighing.weights()[smallestFirst.getFirst()];
    for (List<Member> page = smallest.nextPage(); !page.isEmpty(); page = smallest.nextPage()) {
      List<Member> left = page.stream()
          .map(each -> each.scored(Aggregate.orZero(weight * each.score()))).toList();
      for (Other other : others) {
        left = other.inBoth(left, weighing.aggregate());
      }
      for (Member each : left) {
        if (!out.test(each)) {
          return;
        }
      }
    }
  }

  /** Hands out what is in the first operand and in no other. @param out says whether to go on */
  public static void difference(List<? extends Operand> operands, Predicate<Member> out) {
    Operand first = operands.getFirst();
    List<Other> others = operands.subList(1, operands.size()).stream()
        .map(each -> new Other(each, first.size(), 1)).toList();
    for (List<Member> page = first.nextPage(); !page.isEmpty(); page = first.nextPage()) {
      List<Member> left = page;
      for (Other other : others) {
        left = other.without(left);
      }
      for (Member each : left) {
        if (!out.test(each)) {
          return;
        }
      }
    }
  }

  private static List<Integer> smallestFirst(List<? extends Operand> operands) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingLong(place -> operands.get(place).size()));
    return order;
  }

  /** An operand that another one's members are looked for in, in their order. */
  private static final class Other {
    private final Operand operand;
    private final double weight;
    private final @Nullable Reading reading;

    Other(Operand operand, long wanted, double weight) {
      this.operand = operand;
      this.weight = weight;
      this.reading = operand.size() / STEPS <= wanted ? new Reading(operand, 0) : null;
    }

    List<Member> inBoth(List<Member> members, Aggregate aggregate) {
      double[] scores = scores(members);
      List<Member> both = new ArrayList<>();
      for (int i = 0; i < scores.length; i++) {
        if (!Double.isNaN(scores[i])) {
          Member member = members.get(i);
          both.add(member.scored(aggregate.of(member.score(), weight * scores[i])));
        }
      }
      return both;
    }

    List<Member> without(List<Member> members) {
      double[] scores = scores(members);
      List<Member> left = new ArrayList<>();
      for (int i = 0; i < scores.length; i++) {
        if (Double.isNaN(scores[i])) {
          left.add(members.get(i));
        }
      }
      return left;
    }

    private double[] scores(List<Member> members) {
      if (members.isEmpty()) {
        return new double[0];
      }
      return reading == null
          ? operand.scores(members)
          : members.stream().mapToDouble(reading::scoreOf).toArray();
    }
  }
}
