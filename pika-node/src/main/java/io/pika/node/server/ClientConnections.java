package io.pika.node.server;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The clients that are connected to this node. Any thread. */
final class ClientConnections {
  private final Map<Long, ClientConnection> byId = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();
  private final AtomicInteger count = new AtomicInteger();
  private volatile int most;

  /** @param most connections at a time (maxclients) */
  ClientConnections(int most) {
    this.most = most;
  }

  void most(int connections) {
    most = connections;
  }

  int most() {
    return most;
  }

  long nextId() {
    return lastId.incrementAndGet();
  }

  /** False when there are too many already; the connection is then not counted. */
  boolean add(ClientConnection connection) {
    if (count.incrementAndGet() > most) {
      count.decrementAndGet();
      return false;
    }
    byId.put(connection.id(), connection);
    return true;
  }

  /** Does nothing for one that was not added. */
  void remove(ClientConnection connection) {
    if (byId.remove(connection.id()) != null) {
      count.decrementAndGet();
    }
  }

  int size() {
    return count.get();
  }

  Collection<ClientConnection> all() {
    return byId.values();
  }

  /** Those that are on a table, the oldest first. */
  List<ClientConnection> on(int table) {
    return byId.values().stream().filter(connection -> connection.session().table() == table)
        .sorted(Comparator.comparingLong(ClientConnection::id)).toList();
  }
}
