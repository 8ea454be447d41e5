package io.pika.node.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Tables whose clients are held for a while (Redis: CLIENT PAUSE). Any thread. */
final class Pauses {
  private record Pause(long untilNanos, boolean writesOnly) {}

  private final Map<Integer, Pause> byTable = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  Pauses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** As in Redis, a second pause never shortens the first one, and the stricter mode holds. */
  void pause(int table, long forMs, boolean writesOnly) {
    long until = nanoTime.getAsLong() + forMs * 1_000_000;
    byTable.merge(table, new Pause(until, writesOnly), (before, asked) -> isOver(before)
        ? asked
        : new Pause(before.untilNanos - until > 0 ? before.untilNanos : until,
            before.writesOnly && asked.writesOnly));
  }

  void resume(int table) {
    byTable.remove(table);
  }

  boolean holds(int table, boolean write) {
    if (byTable.isEmpty()) {
      return false;
    }
    Pause pause = byTable.get(table);
    if (pause == null) {
      return false;
    }
    if (isOver(pause)) {
      byTable.remove(table, pause);
      return false;
    }
    return write || !pause.writesOnly;
  }

  private boolean isOver(Pause pause) {
    return pause.untilNanos - nanoTime.getAsLong() <= 0;
  }
}
