package io.pika.node.type;

/**
 * How much of a collection one page of a scan looks at: about as many elements as the client asks for, but within
 * bounds, for the slot is locked meanwhile and the page is held in memory. A small collection comes in one page, as from
 * Redis.
 */
public final class PageBudget {
  private static final int SMALL = 128;
  private static final int ELEMENTS_MAX = 10_000;
  private static final long BYTES_MAX = 1 << 20;

  private final long count;
  private long elements;
  private long bytes;

  /** @param count what the client asks for, above 0 */
  public PageBudget(long count) {
    this.count = Math.min(count, ELEMENTS_MAX);
  }

  /** For a scan that begins or goes on in a collection of so many elements. */
  PageBudget in(long size) {
    return size <= SMALL ? new PageBudget(SMALL) : this;
  }

  void take(int elementBytes) {
    elements++;
    bytes += elementBytes;
  }

  boolean isSpent() { return elements >= count || bytes >= BYTES_MAX; }
}
