package io.pika.node.type;

/** Which members of a sorted set are meant. A range whose end lies before its beginning is empty. */
public sealed interface MemberRange {
  MemberRange ALL = new ByRank(0, -1);

  /**
   * Places in the order of reading, both included: 0 is the first, -1 the last, -2 the one before it. Read downwards, the
   * greatest is the first.
   */
  record ByRank(long start, long stop) implements MemberRange {}

  record ByScore(ScoreBound min, ScoreBound max) implements MemberRange {}

  /** Means something only where all scores are the same; else it is about the members of the lowest score. */
  record ByName(NameBound min, NameBound max) implements MemberRange {}

  /** @param score not NaN */
  record ScoreBound(double score, boolean exclusive) {}

  /** An end of a range of names. */
  sealed interface NameBound {
    /** Before all names. */
    record Least() implements NameBound {}

    /** After all names. */
    record Greatest() implements NameBound {}

    record At(byte[] member, boolean exclusive) implements NameBound {}
  }
}
