package io.pika.tests.bench.load;

/** Random numbers that cost next to nothing: splitmix64. One thread. */
final class Chance {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private long state;

  Chance(long seed) {
    state = seed;
  }

  long next() {
    state += STEP;
    return mix(state);
  }

  /** From 0 to below the bound; the bias of the method does not matter for bounds below 2^31. */
  int below(int bound) {
    return (int) ((next() >>> 32) * bound >>> 32);
  }

  /** From 0 to below 1. */
  double fraction() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  static long mix(long value) {
    long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}
