package io.pika.tests.bench.load;

import java.nio.ByteBuffer;

/** Bytes of values that no compression makes smaller: pieces of a pool of random bytes. One thread. */
final class Values {
  private static final int POOL_BYTES = 4 << 20;

  private final ByteBuffer pool;
  private final Chance chance;

  Values(long seed) {
    chance = new Chance(seed);
    pool = ByteBuffer.allocateDirect(POOL_BYTES);
    while (pool.hasRemaining()) {
      pool.putLong(chance.next());
    }
  }

  void put(ByteBuffer buffer, int at, int bytes) {
    if (bytes > POOL_BYTES) {
      throw new IllegalArgumentException("a value of more than " + POOL_BYTES + " bytes");
    }
    buffer.put(at, pool, chance.below(POOL_BYTES - bytes + 1), bytes);
  }
}
