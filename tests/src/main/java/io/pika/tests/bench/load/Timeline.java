package io.pika.tests.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Replies second by second, and the longest time without one. One thread. */
final class Timeline {
  private static final long SECOND_NS = 1_000_000_000L;

  private final LongSupplier rss;
  private final List<Outcome.Second> seconds = new ArrayList<>();
  private final long startNs;
  private long replies;
  private long lastNs;
  private long longestStallNs;

  /** @param rss asked once a second */
  Timeline(long startNs, LongSupplier rss) {
    this.startNs = startNs;
    this.rss = rss;
    lastNs = startNs;
  }

  void replies(int count, long nowNs) {
    longestStallNs = Math.max(longestStallNs, nowNs - lastNs);
    lastNs = nowNs;
    while (nowNs - startNs >= (seconds.size() + 1) * SECOND_NS) {
      seconds.add(new Outcome.Second(replies, rss.getAsLong()));
      replies = 0;
    }
    replies += count;
  }

  /** Nothing was waited for until now: that was no stall. */
  void idleUntil(long nowNs) {
    lastNs = nowNs;
  }

  List<Outcome.Second> seconds() {
    return seconds;
  }

  long longestStallNs() {
    return longestStallNs;
  }
}
