package io.pika.node;

import io.netty.util.internal.PlatformDependent;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.topology.Topology;
import io.pika.node.control.NodeReport;
import io.pika.node.log.LogException;
import io.pika.node.replica.Replication;
import io.pika.node.server.NodeServer;
import io.pika.node.store.Store;
import io.pika.node.store.StoreStats;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the node reports about itself: all of it is asked for by the heartbeat's thread, troubles also by /health. */
public final class NodeFacts {
  /** Counting the keys of all slots reads the disk: not with every heartbeat. */
  private static final long KEYS_INTERVAL_NANOS = 15_000_000_000L;
  /** Below this much free disk the operator should hear of it. */
  private static final long LOW_DISK_BYTES = 256L << 20;

  private final Store store;
  private final Path directory;
  private final Topology topology;
  private volatile @Nullable NodeServer server;
  private volatile @Nullable Replication replication;
  private long keys;
  private long keysCountedAtNanos;
  private boolean keysCounted;

  NodeFacts(Store store, Path directory, Topology topology) {
    this.store = store;
    this.directory = directory;
    this.topology = topology;
  }

  /** From now on there are clients. */
  void serving(NodeServer clients) {
    server = clients;
  }

  /** From now on there are followers. */
  void replicating(Replication followers) {
    replication = followers;
  }

  NodeReport report() {
    NodeServer clients = server;
    Replication followers = replication;
    StoreStats stats = store.stats();
    return new NodeReport(clients == null ? 0 : keys(clients.self()), stats.baseBytes() + logBytes(stats),
        freeBytes(),
        usedMemory(), clients == null ? 0 : clients.operations(),
        clients == null ? 0 : clients.connectionCount(),
        followers == null ? List.of() : followers.report(),
        String.join("; ", troubles()));
  }

  private static long logBytes(StoreStats stats) {
    return stats.log().endPosition() - stats.log().startPosition();
  }

  private static long usedMemory() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + Math.max(0, PlatformDependent.usedDirectMemory());
  }

  private synchronized long keys(int self) {
    long now = System.nanoTime();
    if (!keysCounted || now - keysCountedAtNanos > KEYS_INTERVAL_NANOS) {
      long sum = 0;
      for (Table table : topology.tables()) {
        for (SlotRange range : table.ranges()) {
          sum += range.leader() == self ? store.keys(table.id(), range.from(), range.to()) : 0;
        }
      }
      keys = sum;
      keysCountedAtNanos = System.nanoTime();
      keysCounted = true;
    }
    return keys;
  }

  /** Of the file system that the data is on; -1: unknown. */
  public long freeBytes() {
    try {
      FileStore disk = Files.getFileStore(directory);
      return disk.getUsableSpace();
    } catch (IOException unknown) {
      return -1;
    }
  }

  /** One sentence each; empty when the node is well. */
  public List<String> troubles() {
    List<String> found = new ArrayList<>();
    LogException failure = store.log().failure();
    if (failure != null) {
      found.add(failure.getMessage());
    }
    String flush = store.trouble();
    if (flush != null) {
      found.add(flush);
    }
    long free = freeBytes();
    if (free >= 0 && free < LOW_DISK_BYTES) {
      found.add("only " + (free >> 20) + " MB are free on the disk of " + directory);
    }
    return found;
  }
}
