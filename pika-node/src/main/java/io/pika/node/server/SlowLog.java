package io.pika.node.server;

import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The slowest commands of each table (Redis: SLOWLOG), the newest first. The time is from the moment a command was read
 * to the moment its reply was ready to leave, so waiting for the disk or for another node counts. Any thread.
 */
final class SlowLog {
  private static final int MAX_ARGUMENTS = 32;
  private static final int MAX_ARGUMENT_BYTES = 128;

  private record Entry(long id, long atSeconds, long micros, List<byte[]> arguments, String address,
      String name) {}

  private final Map<Integer, Deque<Entry>> byTable = new ConcurrentHashMap<>();
  private final AtomicLong nextId = new AtomicLong();
  private volatile long thresholdMicros;
  private volatile int maxLength;

  /** @param thresholdMicros -1: nothing is kept; 0: everything */
  SlowLog(long thresholdMicros, int maxLength) {
    this.thresholdMicros = thresholdMicros;
    this.maxLength = maxLength;
  }

  void threshold(long micros) {
    thresholdMicros = micros;
  }

  void maxLength(int entries) {
    maxLength = entries;
  }

  boolean isSlow(long micros) {
    return thresholdMicros >= 0 && micros >= thresholdMicros;
  }

  void add(int table, Request request, long micros, long nowMs, String address, String clientName) {
    Entry entry = new Entry(nextId.getAndIncrement(), nowMs / 1000, micros, shorten(request), address,
        clientName);
    byTable.compute(table, (any, entries) -> {
      Deque<Entry> log = entries == null ? new ArrayDeque<>() : entries;
      log.addFirst(entry);
      while (log.size() > maxLength) {
        log.removeLast();
      }
      return log.isEmpty() ? null : log;
    });
  }

  private static List<byte[]> shorten(Request request) {
    List<byte[]> arguments = new ArrayList<>();
    int shown = request.size() > MAX_ARGUMENTS ? MAX_ARGUMENTS - 1 : request.size();
    for (int i = 0; i < shown; i++) {
      int length = request.argLength(i);
      byte[] argument = request.arg(i);
      if (length > MAX_ARGUMENT_BYTES) {
        byte[] note = ("... (" + (length - MAX_ARGUMENT_BYTES) + " more bytes)")
            .getBytes(StandardCharsets.US_ASCII);
        byte[] cut = Arrays.copyOf(argument, MAX_ARGUMENT_BYTES + note.length);
        System.arraycopy(note, 0, cut, MAX_ARGUMENT_BYTES, note.length);
        argument = cut;
      }
      arguments.add(argument);
    }
    if (shown < request.size()) {
      arguments
          .add(("... (" + (request.size() - shown) + " more arguments)").getBytes(StandardCharsets.US_ASCII));
    }
    return arguments;
  }

  /** @param count most entries; -1: all */
  Reply get(int table, long count) {
    List<Reply> entries = new ArrayList<>();
    byTable.computeIfPresent(table, (any, log) -> {
      Iterator<Entry> newestFirst = log.iterator();
      while (newestFirst.hasNext() && (count < 0 || entries.size() < count)) {
        entries.add(toReply(newestFirst.next()));
      }
      return log;
    });
    return Reply.array(entries);
  }

  private static Reply toReply(Entry entry) {
    return Reply.array(Reply.of(entry.id), Reply.of(entry.atSeconds), Reply.of(entry.micros),
        Reply.array(entry.arguments.stream().map(Reply::bulk).toList()), Reply.bulk(entry.address),
        Reply.bulk(entry.name));
  }

  int length(int table) {
    int[] length = new int[1];
    byTable.computeIfPresent(table, (any, log) -> {
      length[0] = log.size();
      return log;
    });
    return length[0];
  }

  void reset(int table) {
    byTable.remove(table);
  }
}
