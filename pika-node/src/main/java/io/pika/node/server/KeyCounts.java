package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.proxy.peer.PeerTimer;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.routing.ReplySink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * How many keys a table has on all nodes, for INFO, which clients ask for when they connect: asked of the cluster at
 * most once in a while, and never waited for long. Any thread.
 */
final class KeyCounts {
  private static final long FRESH_MS = 2_000;
  private static final long PATIENCE_MS = 500;
  private static final long UNKNOWN = -1;

  private record Count(long keys, long atMs) {}

  /** Asks the leaders of a table for their counts. */
  interface Counting {
    void count(Table table, ReplySink sink);
  }

  private final Counting counting;
  private final PeerTimer timer;
  private final Map<Integer, Count> known = new ConcurrentHashMap<>();

  KeyCounts(Counting counting, PeerTimer timer) {
    this.counting = counting;
    this.timer = timer;
  }

  /** Tells the count, or the last one that was known, or -1; once, on any thread. */
  void get(Table table, LongConsumer then) {
    Count last = known.get(table.id());
    if (last != null && timer.nowMs() - last.atMs < FRESH_MS) {
      then.accept(last.keys);
      return;
    }
    AtomicBoolean told = new AtomicBoolean();
    timer.after(PATIENCE_MS, () -> {
      if (told.compareAndSet(false, true)) {
        then.accept(last == null ? UNKNOWN : last.keys);
      }
    });
    counting.count(table, reply -> {
      long keys = last == null ? UNKNOWN : last.keys;
      if (reply instanceof Reply.Int(long counted)) {
        keys = counted;
        known.put(table.id(), new Count(counted, timer.nowMs()));
      }
      reply.release();
      if (told.compareAndSet(false, true)) {
        then.accept(keys);
      }
    });
  }

  /** The table is gone. */
  void forget(int table) {
    known.remove(table);
  }
}
