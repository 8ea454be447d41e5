package io.pika.proxy.routing;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of the router, for the metrics page.
 *
 * @param forwarded sent to other nodes, retries too
 * @param retried refused or not sent, and tried again
 * @param unknownOutcome writes answered that nobody knows whether they were made
 * @param notServed answered that their slot is not served, after waiting
 * @param overflowed refused because too many were waiting
 * @param waiting gauge: requests that wait for their slot
 */
public record RouterStats(LongAdder forwarded, LongAdder retried, LongAdder unknownOutcome,
    LongAdder notServed,
    LongAdder overflowed, LongAdder waiting) {
  public RouterStats() {
    this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(),
        new LongAdder());
  }
}
