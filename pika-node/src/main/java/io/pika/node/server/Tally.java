package io.pika.node.server;

import io.pika.proxy.protocol.Command;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The commands whose replies leave together. Those that are alike, as most of a pipeline are, came together, so they took
 * equally long: they are counted in one go, and the clock is read once. A hot path. For one event loop.
 */
final class Tally {
  private final Statistics statistics;
  private final LongSupplier nanoTime;
  /** Of what leaves now. */
  private boolean begun;
  private long nowNanos;
  /** Of those that are not counted yet; null: there are none. */
  private @Nullable Command command;
  private int table;
  private long startedNanos;
  private int times;

  Tally(Statistics statistics, LongSupplier nanoTime) {
    this.statistics = statistics;
    this.nanoTime = nanoTime;
  }

  /** Counts a command whose reply leaves. Returns how many microseconds it took. */
  long ran(PendingReply pending, Command ran, boolean error) {
    if (!begun) {
      begun = true;
      nowNanos = nanoTime.getAsLong();
    }
    if (command != ran || table != pending.table() || startedNanos != pending.startedNanos()) {
      count();
      command = ran;
      table = pending.table();
      startedNanos = pending.startedNanos();
    }
    times++;
    if (error) {
      statistics.failed(table, ran);
    }
    return micros();
  }

  private long micros() {
    return Math.max(0, (nowNanos - startedNanos) / 1000);
  }

  /** No more leave for now. */
  void end() {
    count();
    begun = false;
  }

  private void count() {
    if (command != null) {
      statistics.ran(table, command, times, micros());
    }
    command = null;
    times = 0;
  }
}
