package io.pika.proxy.algebra;

/** What becomes of a member's scores in ZUNION, ZINTER and their like. */
public enum Aggregate {
  SUM, MIN, MAX;

  public double of(double one, double other) {
    return switch (this) {
      case SUM -> orZero(one + other);
      case MIN -> other < one ? other : one;
      case MAX -> other > one ? other : one;
    };
  }

  /** What is no number, such as infinity less infinity, counts as 0. */
  public static double orZero(double score) {
    return Double.isNaN(score) ? 0 : score;
  }
}
