package io.pika.tests.bench.run;

import java.util.List;
import org.HdrHistogram.Histogram;

/** What the turns of one server come to. */
public record Figures(List<Turn> turns, Histogram latency) {
  private static final double MILLION = 1e6;

  public Figures {
    turns = List.copyOf(turns);
  }

  public static Figures of(List<Turn> turns) {
    Histogram all = turns.getFirst().outcome().latency().copy();
    turns.stream().skip(1).forEach(turn -> all.add(turn.outcome().latency()));
    return new Figures(turns, all);
  }

  /** Requests; median of the turns. */
  public double perSecond() {
    return Median.of(turns.stream().mapToDouble(Turn::perSecond));
  }

  public double latencyMs(double percentile) {
    return latency.getValueAtPercentile(percentile) / MILLION;
  }

  /** Of the server's processes, for a million requests. */
  public double cpuSecondsPerMillion() {
    return turns.stream().mapToDouble(Turn::cpuSeconds).sum() * MILLION / requests();
  }

  public long rssBytes() {
    return turns.stream().mapToLong(Turn::rssBytes).max().orElse(0);
  }

  /** Bytes that went to the disk for each byte that the client sent. */
  public double writtenPerSent() {
    return (double) turns.stream().mapToLong(Turn::writtenBytes).sum()
        / turns.stream().mapToLong(turn -> turn.outcome().sentBytes()).sum();
  }

  public double longestStallMs() {
    return turns.stream().mapToLong(turn -> turn.outcome().longestStallNs()).max().orElse(0) / MILLION;
  }

  private long requests() {
    return turns.stream().mapToLong(turn -> turn.outcome().requests()).sum();
  }
}
