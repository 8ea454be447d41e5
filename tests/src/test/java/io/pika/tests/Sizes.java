package io.pika.tests;

/**
 * How much a suite does: enough to catch a mistake on every run, or the acceptance figures with
 * {@code -Dpika.full=true}. {@code -Dpika.seed} repeats a run that failed.
 */
public final class Sizes {
  private static final boolean FULL = Boolean.getBoolean("pika.full");

  private Sizes() {}

  public static int of(int everyday, int full) {
    return FULL ? full : everyday;
  }

  /** A new seed each run, printed so that a failure can be repeated. */
  public static long seed(String suite) {
    long seed = Long.getLong("pika.seed", System.nanoTime());
    System.out.println(suite + ": -Dpika.seed=" + seed);
    return seed;
  }
}
