package io.pika.node.type;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Draws elements of one collection. A draw goes to a random place and takes one of the next few elements there, which
 * evens out the gaps between names; where so many are wanted that one walk over all costs less, it is one walk, and
 * exactly even. What is drawn is handed on as name and value, and may be refused there by an exception.
 */
final class RandomElements {
  /** Of no more elements one is drawn by counting them. */
  private static final int FEW = 128;
  /** Among so many behind a random place one is drawn. */
  private static final int NEAR = 16;
  /** Draws for each element that is wanted, when what was drawn before does not count. */
  private static final int DRAWS_MAX = 4;

  private final Elements elements;
  private final long size;
  private final RandomGenerator random;
  private final Function<RandomGenerator, byte[]> places;
  /** A draw costs as much as walking over so many elements, about. */
  private final int drawSteps;

  /**
   * @param size how many there are, at least one
   * @param places gives a random place in the order of names
   * @param placeSteps what a place costs: as much as walking over so many elements, about
   */
  RandomElements(Elements elements, long size, RandomGenerator random,
      Function<RandomGenerator, byte[]> places, int placeSteps) {
    this.elements = elements;
    this.size = size;
    this.random = random;
    this.places = places;
    this.drawSteps = NEAR + placeSteps;
  }

  /** One element. */
  void one(BiConsumer<byte[], byte[]> sink) {
    boolean few = size <= FEW;
    byte[] place = few ? Elements.FROM_START : places.apply(random);
    int left = walkOn(place, 1 + random.nextInt(few ? (int) size : NEAR), sink);
    if (left > 0) {
      walkOn(Elements.FROM_START, left, sink);
    }
  }

  /** Hands on the element that lies so many steps from a place; returns the steps that there were too few elements for. */
  private int walkOn(byte[] from, int steps, BiConsumer<byte[], byte[]> sink) {
    int left = steps;
    try (ElementWalk walk = elements.walk(from, null)) {
      while (left > 0 && walk.next()) {
        left--;
      }
      if (left == 0) {
        sink.accept(walk.name(), walk.value());
      }
    }
    return left;
  }

  /** So many different elements, all of them if there are not more. */
  void different(long count, BiConsumer<byte[], byte[]> sink) {
    Set<Bytes> drawn = new HashSet<>();
    if (count < size / drawSteps) {
      for (long i = count * DRAWS_MAX; i > 0 && drawn.size() < count; i--) {
        one((name, value) -> {
          if (drawn.add(Bytes.of(name))) {
            sink.accept(name, value);
          }
        });
      }
    }
    choose(count - drawn.size(), drawn, sink);
  }

  /** Selection sampling (Knuth, volume 2, 3.4.2, algorithm S): each subset is equally likely. */
  private void choose(long count, Set<Bytes> except, BiConsumer<byte[], byte[]> sink) {
    long wanted = Math.min(count, size - except.size());
    long left = size - except.size();
    if (wanted == 0) {
      return;
    }
    try (ElementWalk walk = elements.walk(Elements.FROM_START, null)) {
      while (wanted > 0 && walk.next()) {
        if (!except.isEmpty() && except.contains(Bytes.of(walk.name()))) {
          continue;
        }
        if (wanted == left || random.nextLong(left) < wanted) {
          sink.accept(walk.name(), walk.value());
          wanted--;
        }
        left--;
      }
    }
  }

  /** So many elements, each drawn from all. They may come in the order of their names. @param count what an array holds */
  void any(int count, BiConsumer<byte[], byte[]> sink) {
    if (count < size / drawSteps) {
      for (int i = 0; i < count; i++) {
        one(sink);
      }
      return;
    }
    long[] ranks = random.longs(count, 0, size).toArray();
    Arrays.sort(ranks);
    try (ElementWalk walk = elements.walk(Elements.FROM_START, null)) {
      int at = 0;
      for (long rank = 0; at < count && walk.next(); rank++) {
        for (; at < count && ranks[at] == rank; at++) {
          sink.accept(walk.name(), walk.value());
        }
      }
    }
  }
}
