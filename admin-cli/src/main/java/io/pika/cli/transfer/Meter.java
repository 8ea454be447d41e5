package io.pika.cli.transfer;

import java.util.concurrent.atomic.AtomicLong;

/** How far the reading is, for whoever shows it. Safe for all threads. */
public final class Meter {
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong totalBytes = new AtomicLong();
  private final AtomicLong lagBytes = new AtomicLong(-1);

  /** Of the source, from its start. */
  public long bytes() {
    return bytes.get();
  }

  public void bytes(long read) {
    bytes.set(read);
  }

  /** 0: not known. */
  public long totalBytes() {
    return totalBytes.get();
  }

  public void totalBytes(long total) {
    totalBytes.set(total);
  }

  /** How far the table is behind a source that goes on; negative: it is not followed. */
  public long lagBytes() {
    return lagBytes.get();
  }

  public void lagBytes(long lag) {
    lagBytes.set(lag);
  }
}
