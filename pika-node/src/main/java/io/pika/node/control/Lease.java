package io.pika.node.control;

import java.util.function.LongSupplier;

/**
 * The manager's word that nobody else leads this node's slots until the lease has run out. Counted on this node's
 * own monotonic clock from the moment the request for it was <em>sent</em>: the manager counts from when it
 * arrived, so the node always lets go first. Any thread may ask; one thread extends.
 */
public final class Lease {
  private final LongSupplier nanoTime;
  private volatile long endNanos;

  /** @param nanoTime a monotonic clock in nanoseconds, such as {@link System#nanoTime} */
  public Lease(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.endNanos = nanoTime.getAsLong();
  }

  public boolean isHeld() { return endNanos - nanoTime.getAsLong() > 0; }

  /** Milliseconds until the lease runs out; negative when it has. */
  public long remainingMs() {
    return (endNanos - nanoTime.getAsLong()) / 1_000_000;
  }

  /** Never shortens: an answer that comes late to an older request is worth no more than the newer one. */
  void extend(long sentAtNanos, long leaseMs) {
    long end = sentAtNanos + leaseMs * 1_000_000;
    if (end - endNanos > 0) {
      endNanos = end;
    }
  }

  /** Lets go at once: the manager no longer knows this node. */
  void drop() {
    endNanos = nanoTime.getAsLong();
  }
}
