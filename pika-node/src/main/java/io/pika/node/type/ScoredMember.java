package io.pika.node.type;

import java.util.Arrays;
import java.util.Comparator;

/** A member of a sorted set. Compare by {@link #ORDER}: the array compares by identity. */
public record ScoredMember(byte[] member, double score) {
  /** By score, 0 and -0 being one, and then by member. */
  public static final Comparator<ScoredMember> ORDER = (one, other) -> one.score == other.score
      ? Arrays.compareUnsigned(one.member, other.member)
      : Double.compare(one.score, other.score);
}
