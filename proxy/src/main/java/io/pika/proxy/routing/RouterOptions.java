package io.pika.proxy.routing;

import io.pika.proxy.protocol.Reply;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long requests wait inside the cluster, and how many.
 *
 * @param timeout from a request's arrival to its last chance
 * @param broadcastTimeout the same for a command over a whole table
 * @param maxWaitingPerSlot requests that wait until their slot is served
 * @param maxWaitingBytes of all requests that wait for any slot
 * @param maxReplyBytes longest merged reply of KEYS
 * @param maxValuesBytes of all values together that one MGET gives
 * @param firstBackOff before a slot's requests are tried again although the topology has not changed; doubled
 *        up to {@code maxBackOff}
 */
public record RouterOptions(Duration timeout, Duration broadcastTimeout, int maxWaitingPerSlot,
    long maxWaitingBytes,
    long maxReplyBytes, LongSupplier maxValuesBytes, Duration firstBackOff, Duration maxBackOff) {
  public static final RouterOptions DEFAULTS = new RouterOptions(Duration.ofSeconds(5),
      Duration.ofSeconds(60), 16_384,
      256L << 20, 64L << 20, () -> 512L << 20, Duration.ofMillis(10), Duration.ofMillis(200));

  public RouterOptions {
    boolean sound = maxWaitingPerSlot > 0 && maxWaitingBytes > 0 && maxReplyBytes > 0
        && firstBackOff.isPositive()
        && maxBackOff.compareTo(firstBackOff) >= 0 && timeout.isPositive() && broadcastTimeout.isPositive();
    if (!sound) {
      throw new IllegalArgumentException("router limits must be positive");
    }
  }

  /** What MGET answers when there is more than {@code maxValuesBytes}, at a leader or merged. */
  public static Reply.Err valuesTooLong(long maxValuesBytes) {
    return Reply
        .error("ERR the reply would be longer than " + maxValuesBytes + " bytes (proto-max-bulk-len)");
  }

  /** What KEYS answers when there is more than {@code maxReplyBytes}, at a leader or merged. */
  public static Reply.Err replyTooLong(long maxReplyBytes) {
    return Reply.error("ERR the reply would be longer than " + maxReplyBytes + " bytes; use SCAN");
  }
}
