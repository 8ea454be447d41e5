package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.ReplyReader;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many keys of each type a table has: counted by walking over all of them when somebody asks for it (SCANDB, INFO
 * KEYSPACE 1 of Pika), and told later (INFO KEYSPACE). One count of a table at a time; the newest one is remembered here,
 * at the node that was asked. Any thread.
 */
final class KeyCountsByType {
  /** In the order in which leaders tell their counts, see {@code TypeCounts}; the names are Pika's. */
  private static final List<String> TYPES = List.of("Strings", "Hashes", "Lists", "Sets", "Zsets", "Streams");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
      .withZone(ZoneOffset.UTC);
  private static final long UNKNOWN = -1;

  /**
   * @param durationMs {@link #UNKNOWN}: it goes on
   * @param counts keys and those that will expire, of each type in turn; null: there are none, it failed
   */
  private record Scan(Instant startedAt, long durationMs, long @Nullable [] counts) {
    boolean isRunning() { return durationMs == UNKNOWN; }
  }

  private final KeyCounts.Counting counting;
  private final InstantSource clock;
  private final Map<Integer, Scan> newest = new ConcurrentHashMap<>();

  KeyCountsByType(KeyCounts.Counting counting, InstantSource clock) {
    this.counting = counting;
    this.clock = clock;
  }

  /** SCANDB. */
  void run(ClientConnection connection, Request request, PendingReply reply) {
    Table table = connection.table();
    if (table != null) {
      start(table);
    }
    reply.complete(Reply.OK);
  }

  /** Begins to count, unless it is being done. The counts of before are told meanwhile. */
  void start(Table table) {
    boolean[] begins = new boolean[1];
    Scan begun = newest.compute(table.id(), (id, last) -> {
      begins[0] = last == null || !last.isRunning();
      return last != null && last.isRunning()
          ? last
          : new Scan(clock.instant(), UNKNOWN, last == null ? null : last.counts);
    });
    if (begins[0]) {
      counting.count(table, reply -> ended(table.id(), begun, reply));
    }
  }

  private void ended(int table, Scan begun, Reply reply) {
    long[] counts = counts(reply);
    long durationMs = clock.millis() - begun.startedAt.toEpochMilli();
    newest.computeIfPresent(table, (id, last) -> new Scan(begun.startedAt, durationMs, counts));
  }

  private static long @Nullable [] counts(Reply reply) {
    if (!(reply instanceof Reply.Array(List<Reply> numbers)) || numbers.size() != 2 * TYPES.size()) {
      reply.release();
      return null;
    }
    return numbers.stream().map(ReplyReader::open)
        .mapToLong(number -> number instanceof Reply.Int(long value) ? value : 0).toArray();
  }

  /** Lines of INFO KEYSPACE, in Pika's form. */
  String lines(Table table) {
    Scan scan = newest.get(table.id());
    if (scan == null) {
      return "# Use \"info keyspace 1\" to count the keys of each type\r\n";
    }
    StringBuilder lines = new StringBuilder("# Time:").append(TIME.format(scan.startedAt)).append("\r\n")
        .append("# Duration: ").append(duration(scan)).append("\r\n");
    long[] counts = scan.counts;
    for (int type = 0; counts != null && type < TYPES.size(); type++) {
      lines.append(table.name()).append(' ').append(TYPES.get(type)).append("_keys=").append(counts[2 * type])
          .append(", expires=").append(counts[2 * type + 1]).append(", invalid_keys=0\r\n");
    }
    return lines.toString();
  }

  private static String duration(Scan scan) {
    if (scan.isRunning()) {
      return "In Processing";
    }
    return scan.counts == null ? "Failed" : scan.durationMs / 1000 + "s";
  }

  /** The table is gone. */
  void forget(int table) {
    newest.remove(table);
  }
}
