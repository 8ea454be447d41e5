package io.pika.cli.transfer;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way. Batches end in any order; the place that is reached is the one before the first that has not
 * ended. Safe for all threads.
 */
final class Ledger {
  /** A batch on its way. */
  static final class Entry {
    private final @Nullable Place after;
    private boolean done;

    private Entry(@Nullable Place after) {
      this.after = after;
    }
  }

  private final ArrayDeque<Entry> open = new ArrayDeque<>();
  private @Nullable Place reached;

  synchronized Entry begin(@Nullable Place after) {
    Entry entry = new Entry(after);
    open.add(entry);
    return entry;
  }

  synchronized void end(Entry entry) {
    entry.done = true;
    while (!open.isEmpty() && open.getFirst().done) {
      Entry first = open.removeFirst();
      reached = first.after == null ? reached : first.after;
    }
    notifyAll();
  }

  /** Somebody has to look whether there was trouble. */
  synchronized void wake() {
    notifyAll();
  }

  synchronized boolean isEmpty() { return open.isEmpty(); }

  synchronized void await(long millis) throws InterruptedException {
    if (!open.isEmpty()) {
      wait(millis);
    }
  }

  /** Null: nothing has ended yet. */
  synchronized @Nullable Place reached() {
    return reached;
  }
}
