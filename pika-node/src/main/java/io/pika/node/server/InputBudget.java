package io.pika.node.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of requests that the whole node holds for its clients: read and not answered yet. One client alone is
 * bounded by client-query-buffer-limit; this bounds all of them together. Any thread.
 */
final class InputBudget {
  /** What every client may hold however full the node is, so that small commands go on. */
  static final long ALWAYS_BYTES = 64 << 10;

  private final AtomicLong used = new AtomicLong();
  private volatile long limit;

  InputBudget(long limitBytes) {
    this.limit = limitBytes;
  }

  void limit(long bytes) {
    limit = bytes;
  }

  /**
   * Counts a change of what one client holds. False when it grows beyond {@link #ALWAYS_BYTES} while the node is over
   * its limit: that client is the one to go. The change is counted all the same, and is taken back when it is gone.
   */
  boolean change(long before, long after) {
    long now = used.addAndGet(after - before);
    return after <= before || after <= ALWAYS_BYTES || now <= limit;
  }

  long used() {
    return used.get();
  }
}
