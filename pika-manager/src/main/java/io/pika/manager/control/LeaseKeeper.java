package io.pika.manager.control;

import io.pika.core.meta.Lease;
import io.pika.core.meta.MetadataException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a lease alive, and knows by this process's own clock how long it is sure to run: from the moment before it was asked
 * for, not from the answer, and a tenth less, in case the store's clock goes faster. The store's word is not needed to stop in
 * time, and comes too late to a process that was stopped or cut off.
 */
final class LeaseKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
  /** Renewals in the time of one lease; one that fails is repeated sooner. */
  private static final int RENEWALS = 4;
  private static final int HURRIED_RENEWALS = 20;

  private final Lease lease;
  private final LongSupplier nanoTime;
  private final long sureNanos;
  private volatile long sureUntil;
  private volatile boolean over;
  /** Told once, not with every attempt; used by the keeping thread only. */
  private boolean troubleTold;
  private volatile Runnable whenLost = () -> {};

  /** @param begun by the clock, before the lease was asked for */
  LeaseKeeper(Lease lease, Duration timeToLive, LongSupplier nanoTime, long begun) {
    this.lease = lease;
    this.nanoTime = nanoTime;
    this.sureNanos = timeToLive.toNanos() / 10 * 9;
    this.sureUntil = begun + sureNanos;
  }

  boolean isSure() { return !over && sureUntil - nanoTime.getAsLong() > 0; }

  /** What is to be done, once or more often, when it is sure no more; at once when that is so already. */
  void whenLost(Runnable action) {
    whenLost = action;
    if (!isSure()) {
      action.run();
    }
  }

  /** Until it is interrupted, or the lease is lost. */
  void keep() {
    try {
      long pause = sureNanos / RENEWALS;
      while (isSure()) {
        TimeUnit.NANOSECONDS.sleep(Math.min(pause, Math.max(0, sureUntil - nanoTime.getAsLong())));
        pause = sureNanos / (renew() ? RENEWALS : HURRIED_RENEWALS);
      }
    } catch (InterruptedException termIsOver) {
      return;
    }
    over = true;
    whenLost.run();
  }

  /** False: it is not known to run on. */
  private boolean renew() {
    long begun = nanoTime.getAsLong();
    try {
      if (!lease.keepAlive()) {
        over = true;
        return false;
      }
      if (isSure()) {
        sureUntil = begun + sureNanos;
      }
      troubleTold = false;
      return true;
    } catch (MetadataException trouble) {
      if (!troubleTold) {
        LOG.warn("could not renew the lease at the metadata store: {}", trouble.getMessage());
        troubleTold = true;
      }
      return false;
    }
  }
}
