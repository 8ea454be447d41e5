package io.pika.node.type;

import org.jspecify.annotations.Nullable;

/**
 * How XCLAIM takes entries over.
 *
 * @param minIdleMs those that were delivered after that stay
 * @param deliveredMs what counts as the time of delivery, Unix time in milliseconds; null: now
 * @param deliveries their count from then on; null: one more, or with {@code justId} the same
 * @param force also entries that are pending for nobody
 * @param justId the caller wants no fields: not a delivery
 * @param lastId the group has read up to there at least
 */
public record StreamClaim(long minIdleMs, @Nullable Long deliveredMs, @Nullable Long deliveries,
    boolean force,
    boolean justId, StreamId lastId) {

  long deliveredMs(long nowMs) {
    return deliveredMs == null || deliveredMs < 0 || deliveredMs > nowMs ? nowMs : deliveredMs;
  }

  long deliveries(long before) {
    if (deliveries != null) {
      return deliveries;
    }
    return justId ? before : before + 1;
  }
}
