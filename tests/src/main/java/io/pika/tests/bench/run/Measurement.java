package io.pika.tests.bench.run;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Both servers at the same thing, in turns.
 *
 * @param askedPerSecond the rate at which requests came; zero: as fast as they were answered
 */
public record Measurement(Case subject, double askedPerSecond, Figures ours, Figures theirs) {
  /** Requests per second of the node for each of redis-server's; median of the rounds. */
  public double ratio() {
    return Median.of(ratios());
  }

  public double lowestRatio() {
    return ratios().min().orElseThrow();
  }

  public double highestRatio() {
    return ratios().max().orElseThrow();
  }

  /** Processor time of a request, the node's for each of redis-server's. */
  public double cpuRatio() {
    return ours.cpuSecondsPerMillion() / theirs.cpuSecondsPerMillion();
  }

  private DoubleStream ratios() {
    return IntStream.range(0, ours.turns().size())
        .mapToDouble(round -> ours.turns().get(round).perSecond() / theirs.turns().get(round).perSecond());
  }
}
