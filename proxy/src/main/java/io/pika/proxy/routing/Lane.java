package io.pika.proxy.routing;

import io.pika.core.model.SlotRange;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What is under way in one slot: how many requests are at a peer, which one, and which wait behind them. Exists
 * only while there is something. Guarded by its stripe of {@link Lanes}.
 */
final class Lane {
  final int table;
  final int slot;
  /** Oldest first: a refused request goes back to its place. */
  final PriorityQueue<Routed> waiting = new PriorityQueue<>(
      Comparator.comparingLong(routed -> routed.sequence));
  long nextSequence;
  /** Requests at the peer {@link #node}, under {@link #epoch}. */
  int inFlight;
  int node;
  long epoch;
  /** Some of what was in flight came back: nothing is sent before all of it has. */
  boolean turnedBack;
  /** Waiting requests are being executed here, one after the other. */
  boolean executing;
  /** Not tried before, unless the topology changes. */
  long retryAtMs = Long.MIN_VALUE;
  long backOffMs;
  /** The next look at what waits; {@link Long#MAX_VALUE}: none is due. */
  long wakesAtMs = Long.MAX_VALUE;

  Lane(int table, int slot, long backOffMs) {
    this.table = table;
    this.slot = slot;
    this.backOffMs = backOffMs;
  }

  boolean isIdle() { return inFlight == 0 && waiting.isEmpty() && !executing; }

  /** A new request need not wait. */
  boolean admits(SlotRange range) {
    return waiting.isEmpty() && !executing && mayFollow(range);
  }

  /** Nothing that is under way could be overtaken on the way to this leader. */
  boolean mayFollow(SlotRange range) {
    return inFlight == 0 || !turnedBack && isAimedAt(range);
  }

  /** The last try goes to this leader. */
  void aim(SlotRange range) {
    node = range.leader();
    epoch = range.epoch();
  }

  boolean isAimedAt(@Nullable SlotRange range) {
    return range != null && node == range.leader() && epoch == range.epoch();
  }
}
