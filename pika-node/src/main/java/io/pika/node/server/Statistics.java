package io.pika.node.server;

import io.pika.proxy.protocol.Command;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The node's counters and each table's, which are all that a table's clients may see. Any thread. */
final class Statistics {
  private final Counters node = new Counters(true);
  private final Map<Integer, Counters> tables = new ConcurrentHashMap<>();
  final LongAdder connectionsAccepted = new LongAdder();
  final LongAdder connectionsRejected = new LongAdder();
  final LongAdder connectionsCut = new LongAdder();
  /** Clients that were cut because they did not fetch a long reply; they are among those. */
  final LongAdder longRepliesNotFetched = new LongAdder();
  /** Clients that were cut because a long reply could not be completed. */
  final LongAdder longRepliesBroken = new LongAdder();
  final LongAdder protocolErrors = new LongAdder();
  final LongAdder passwordsRefused = new LongAdder();
  final LongAdder commandsDenied = new LongAdder();
  final LongAdder bytesIn = new LongAdder();
  final LongAdder bytesOut = new LongAdder();

  Counters node() {
    return node;
  }

  Counters of(int table) {
    Counters counters = tables.get(table);
    return counters != null ? counters : tables.computeIfAbsent(table, any -> new Counters(false));
  }

  /** A command that ran so many times, and each time took so long. */
  void ran(int table, Command command, int times, long tookMicros) {
    node.ran(command, times, tookMicros);
    of(table).ran(command, times, tookMicros);
  }

  /** One of those that ran has ended in an error. */
  void failed(int table, Command command) {
    node.failed(command);
    of(table).failed(command);
  }

  /** The table is gone. */
  void forget(int table) {
    tables.remove(table);
  }
}
