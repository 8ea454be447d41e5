package io.pika.testkit.differential;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * All randomness of one program. It also hands out times to live: each only once in a program and far from the
 * others, so that neither a slow machine nor the order of two instants decides a reply.
 */
public final class Dice {
  private static final int DELAYS = 200;

  private final Random random;
  private final List<Long> delaysSeconds = new ArrayList<>();

  public Dice(long seed) {
    this.random = new Random(seed);
    for (long i = 1; i <= DELAYS; i++) {
      delaysSeconds.add(i * 10_000);
    }
    Collections.shuffle(delaysSeconds, random);
  }

  /** From 0 to bound - 1. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  public boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  public long anyLong() {
    return random.nextLong();
  }

  public <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  public <T> List<T> shuffled(List<T> values) {
    List<T> order = new ArrayList<>(values);
    Collections.shuffle(order, random);
    return order;
  }

  public byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A time to live that no other key of the program has. */
  public long freshDelaySeconds() {
    return delaysSeconds.removeLast();
  }
}
