package io.pika.proxy.algebra;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the reading of an operand is: one page of it in memory. */
final class Reading {
  private final Operand operand;
  /** The operand's place among others: sums are made in this order. */
  final int place;
  private List<Member> page = List.of();
  private int at;
  private boolean ended;

  Reading(Operand operand, int place) {
    this.operand = operand;
    this.place = place;
  }

  /** The member that comes next; null: there is none. */
  @Nullable
  Member peek() {
    while (at == page.size() && !ended) {
      page = operand.nextPage();
      at = 0;
      ended = page.isEmpty();
    }
    return ended ? null : page.get(at);
  }

  void step() {
    at++;
  }

  /** The score of a member that is not before the last one asked for. */
  double scoreOf(Member member) {
    for (Member next = peek(); next != null; next = peek()) {
      int order = next.compareTo(member);
      if (order >= 0) {
        return order == 0 ? next.score() : Member.ABSENT;
      }
      step();
    }
    return Member.ABSENT;
  }
}
