package io.pika.node.control;

import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the data of dropped tables and remembers which ones are gone, for the heartbeat. A table is dropped when
 * the topology says so, or when it is in the store but no longer in a topology that came from the manager (this
 * node slept through the drop). One virtual thread; a drop that fails is tried again.
 */
final class TableSweeper implements Topology.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TableSweeper.class);
  private static final long RETRY_MS = 2_000;

  private final Topology topology;
  private final TableData data;
  private final Set<Integer> purged = ConcurrentHashMap.newKeySet();
  /** Bounded by the number of tables: one entry each, at most. */
  private final Set<Integer> queued = ConcurrentHashMap.newKeySet();
  private final LinkedBlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
  private @Nullable Thread thread;

  TableSweeper(Topology topology, TableData data) {
    this.topology = topology;
    this.data = data;
  }

  synchronized void start() {
    if (thread == null) {
      topology.tables().stream().filter(table -> table.state() == TableState.DROPPING)
          .forEach(this::dropLater);
      thread = Thread.ofVirtual().name("table-sweeper").start(this::run);
    }
  }

  /** Dropped tables without data here that the manager has not forgotten yet. */
  Collection<Integer> purged() {
    return List.copyOf(purged);
  }

  @Override
  public void topologyChanged(TopologyChange change) {
    change.tables().stream().filter(table -> table.state() == TableState.DROPPING).forEach(this::dropLater);
    change.removedTables().forEach(this::dropLater);
    purged.removeIf(table -> topology.table(table) == null);
    if (change.snapshot()) {
      dropUnknown();
    }
  }

  /**
   * Drops what the store has and the topology does not. Only right while the topology is the manager's newest: one
   * from the disk may be older than the newest table here.
   */
  void dropUnknown() {
    data.tables().stream().filter(table -> topology.table(table) == null).forEach(this::dropLater);
  }

  private void dropLater(Table table) {
    dropLater(Integer.valueOf(table.id()));
  }

  private void dropLater(Integer table) {
    if (!purged.contains(table) && queued.add(table)) {
      queue.add(table);
    }
  }

  private void run() {
    try {
      while (true) {
        Integer table = queue.take();
        if (drop(table)) {
          queued.remove(table);
        } else {
          TimeUnit.MILLISECONDS.sleep(RETRY_MS);
          queue.add(table);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean drop(int table) {
    try {
      data.drop(table);
      Table known = topology.table(table);
      if (known != null && known.state() == TableState.DROPPING) {
        purged.add(table);
      }
      LOG.info("deleted the data of dropped table {}", table);
      return true;
    } catch (IOException | RuntimeException failure) {
      LOG.warn("the data of dropped table {} could not be deleted, will try again", table, failure);
      return false;
    }
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
