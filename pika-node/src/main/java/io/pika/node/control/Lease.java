package io.pika.node.control;

import java.util.function.LongSupplier;

/**
 * The manager's word that nobody else leads this node's slots until the lease has run out. Counted on this node's
 * own monotonic clock from the moment the request for it was <em>sent</em>: the manager counts from when it
 * arrived, so the node always lets go first. Any thread may ask; one thread extends.
 *
 * <p>Leases have numbers: when one has run out, what comes next is another one. Who has read a number, then done something, and then
 * finds that lease still held, has done it under the lease, however long the process was stopped meanwhile.
 */
public final class Lease {
  private final LongSupplier nanoTime;
  private volatile long number;
  private volatile long endNanos;
  /** Version of the topology at which this process registered; before that it leads nothing that needs a lease. */
  private volatile long registeredAt = Long.MAX_VALUE;

  /** @param nanoTime a monotonic clock in nanoseconds, such as {@link System#nanoTime} */
  public Lease(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.endNanos = nanoTime.getAsLong();
  }

  public boolean isHeld() { return endNanos - nanoTime.getAsLong() > 0; }

  /** Of the lease that is held, or was held last; 0: there was none. */
  public long number() {
    return number;
  }

  /** Whether a lease has not run out since {@link #number()} gave its number. */
  public boolean isHeld(long asNumber) {
    // In this order: a new end is written after its number.
    return isHeld() && number == asNumber;
  }

  /** Whether this process may lead by a decision of that version of the topology. */
  public boolean covers(long since) {
    return since > registeredAt;
  }

  /** Milliseconds until the lease runs out; negative when it has. */
  public long remainingMs() {
    return (endNanos - nanoTime.getAsLong()) / 1_000_000;
  }

  /** Never shortens: an answer that comes late to an older request is worth no more than the newer one. */
  public void extend(long sentAtNanos, long leaseMs) {
    long end = sentAtNanos + leaseMs * 1_000_000;
    if (end - endNanos > 0) {
      if (!isHeld()) {
        number++;
      }
      endNanos = end;
    }
  }

  /** What was decided before is not for this process. Another registration of the same process changes nothing. */
  public void registeredAt(long topologyVersion) {
    registeredAt = registeredAt == Long.MAX_VALUE
        ? topologyVersion
        : Math.max(registeredAt, topologyVersion);
  }

  /** Lets go at once: the manager no longer knows this node. */
  void drop() {
    endNanos = nanoTime.getAsLong();
  }
}
