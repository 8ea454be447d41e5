package io.pika.tests.bench.load;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What came of some load.
 *
 * @param requests that were answered
 * @param sentBytes of them
 * @param seconds from the first request to the last reply
 * @param latency in nanoseconds, one value for each request
 * @param timeline what happened in each whole second
 * @param longestStallNs between two replies while some were waited for
 */
public record Outcome(long requests, long sentBytes, double seconds, Histogram latency, List<Second> timeline,
    long longestStallNs) {
  /**
   * @param replies that came in this second
   * @param rssBytes of the server at its end
   */
  public record Second(long replies, long rssBytes) {}

  public Outcome {
    timeline = List.copyOf(timeline);
  }

  public double perSecond() {
    return requests / seconds;
  }
}
