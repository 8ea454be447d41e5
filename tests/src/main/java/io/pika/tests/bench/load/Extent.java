package io.pika.tests.bench.load;

import java.time.Duration;

/** How long load goes on: until the time is over or so many requests were sent, whichever comes first. */
public record Extent(Duration time, long requests) {
  private static final Duration LONGEST = Duration.ofHours(12);

  public static Extent of(Duration time) {
    return new Extent(time, Long.MAX_VALUE);
  }

  /** Rounded up to whole batches. */
  public static Extent of(long requests) {
    return new Extent(LONGEST, requests);
  }
}
