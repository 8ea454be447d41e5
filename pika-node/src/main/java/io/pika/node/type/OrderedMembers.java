package io.pika.node.type;

import io.pika.proxy.algebra.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of a set or sorted set, in the order of their hash. */
interface OrderedMembers {
  long size();

  /** The members behind one, so many or as many as there are. @param last null: from the first */
  List<Member> after(@Nullable Member last, int most);

  /** A member's score, or {@link Member#ABSENT}; that of a set's is 1. */
  double score(byte[] member);
}
