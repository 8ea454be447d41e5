package io.pika.tests.bench.run;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** The middle of some figures: one disturbed round does not change it much. */
public final class Median {
  private Median() {}

  public static double of(DoubleStream figures) {
    double[] sorted = figures.toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("there is no median of nothing");
    }
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
