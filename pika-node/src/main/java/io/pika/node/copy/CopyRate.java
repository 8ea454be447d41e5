package io.pika.node.copy;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How many bytes a second all copies of a node may take together. Any thread. */
public final class CopyRate {
  private final LongSupplier nanoTime;
  private long bytesPerSecond;
  /** When all that was reserved will have gone. */
  private long freeAtNanos;

  /** @param bytesPerSecond zero: without a bound */
  public CopyRate(long bytesPerSecond, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
    this.freeAtNanos = nanoTime.getAsLong();
  }

  /** What was reserved before keeps its time. */
  public synchronized void set(long newBytesPerSecond) {
    bytesPerSecond = newBytesPerSecond;
  }

  /** Takes a place for so many bytes; returns the nanoseconds until they may go. Unused time is not saved up. */
  public synchronized long reserve(long bytes) {
    long now = nanoTime.getAsLong();
    long wait = Math.max(0, freeAtNanos - now);
    long takes = bytesPerSecond == 0
        ? 0
        : (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
    freeAtNanos = now + wait + takes;
    return wait;
  }
}
