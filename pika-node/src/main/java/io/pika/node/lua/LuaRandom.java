package io.pika.node.lua;

/** The generator of Redis' rand.c, that of drand48: the same numbers in every run. */
final class LuaRandom {
  private static final long LOW = 0x330E;
  private static final long START = 0x1234ABCD330EL;
  private static final long MASK = (1L << 48) - 1;
  static final int MAX = Integer.MAX_VALUE;

  private long x = START;

  void seed(int seed) {
    x = (seed & 0xffffffffL) << 16 | LOW;
  }

  /** 31 bits. */
  int next() {
    x = (x * 0x5DEECE66DL + 0xB) & MASK;
    return (int) (x >>> 17);
  }
}
