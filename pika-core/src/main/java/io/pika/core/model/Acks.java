package io.pika.core.model;

/**
 * How many followers must have a record before its client is answered.
 *
 * @param followers so many, or all that count where there are fewer; 0 with {@code majority}
 * @param majority so many that they and the leader are more than half of the replicas that count
 */
public record Acks(int followers, boolean majority) {
  public static final Acks NONE = new Acks(0, false);
  public static final Acks MAJORITY = new Acks(0, true);

  public Acks {
    if (followers < 0 || majority && followers > 0) {
      throw new IllegalArgumentException(
          "acks of " + followers + " followers" + (majority ? " and a majority" : ""));
    }
  }

  public static Acks of(int followers) {
    return new Acks(followers, false);
  }

  /** @param counting replicas that count, with the leader */
  public int needed(int counting) {
    return majority ? counting / 2 : Math.min(followers, counting - 1);
  }
}
