package io.pika.proxy.algebra;

import java.util.List;

/** A set or sorted set that is read once, from its first member to its last. One thread. */
public interface Operand {
  /** About how many members it has. */
  long size();

  /** The next members, in their order; empty: that was all. */
  List<Member> nextPage();

  /** The scores of members in it, {@link Member#ABSENT} where it has none. Independent of the reading. */
  double[] scores(List<Member> members);
}
