package io.pika.node.type;

/**
 * When ZADD writes a score, and how.
 *
 * @param presence whether the member must be there
 * @param growth how the score must change where there is one
 * @param form what is done with the number given
 */
public record ScoreChange(Presence presence, Growth growth, Form form) {
  /** An old score must change in this way, or it stays. */
  public enum Growth {
    ANY, UP, DOWN;

    boolean admits(double before, double after) {
      return switch (this) {
        case ANY -> true;
        case UP -> after > before;
        case DOWN -> after < before;
      };
    }
  }

  public enum Form {
    /** It is the score. */
    SET,
    /** It is added to the score that there is. */
    ADD
  }

  /** What became of a member. */
  public enum Outcome {
    ADDED, CHANGED,
    /** It has this score already. */
    SAME,
    /** A condition is not met. */
    LEFT_ALONE
  }

  /** @param score the one after it; that of a member that was left alone has no meaning */
  public record Result(Outcome outcome, double score) {}
}
