package io.pika.node.control;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the data of slots that this node has no replica of any more, some at a time, on a virtual thread of its own. It does so by a
 * topology only that
 * <ul>
 * <li>has been the manager's newest since this process started: one from the disk may be from before this node got the replica;
 * <li>is on the disk: a restart must not bring back one by which this node has the replica, without its data;
 * <li>knows of an epoch that is not smaller than those of the slot's records, and of what this process has promised in elections: else
 * the manager has forgotten something, and what is here may be the only copy.
 * </ul>
 * When the manager takes a replica away, others have all that was acknowledged: until then it stays in the topology, as a learner.
 */
final class SlotSweeper implements Topology.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotSweeper.class);
  private static final long RETRY_MS = 2_000;
  /** Between two rounds, and two parts of one: the disk is there for clients. */
  private static final long PAUSE_MS = 500;

  private final Topology topology;
  private final LongSupplier durableVersion;
  private final IntSupplier self;
  private final Promises promises;
  private final TableData data;
  private final Semaphore due = new Semaphore(0);
  private final LongAdder deleted = new LongAdder();
  private volatile boolean upToDate;
  private @Nullable Thread thread;

  /**
   * @param durableVersion of the topology that a restart would find
   * @param self this node's id; asked once the topology is up to date
   */
  SlotSweeper(Topology topology, LongSupplier durableVersion, IntSupplier self, Promises promises,
      TableData data) {
    this.topology = topology;
    this.durableVersion = durableVersion;
    this.self = self;
    this.promises = promises;
    this.data = data;
  }

  synchronized void start() {
    if (thread == null) {
      thread = Thread.ofVirtual().name("slot-sweeper").start(this::run);
    }
  }

  /** Slots with data that were deleted, since the start. */
  long deleted() {
    return deleted.sum();
  }

  /** The topology is the manager's newest. */
  void upToDate() {
    upToDate = true;
    due.release();
  }

  @Override
  public void topologyChanged(TopologyChange change) {
    upToDate |= change.snapshot();
    if (!change.tables().isEmpty()) {
      due.release();
    }
  }

  private void run() {
    try {
      while (true) {
        due.acquire();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        due.drainPermits();
        if (upToDate && !sweep()) {
          TimeUnit.MILLISECONDS.sleep(RETRY_MS);
          due.release();
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** False: there may be more to do. */
  private boolean sweep() throws InterruptedException {
    if (durableVersion.getAsLong() < topology.version()) {
      return false;
    }
    try {
      for (int id : data.tables()) {
        Table table = topology.table(id);
        if (table != null && table.state() != TableState.DROPPING) {
          sweep(table);
        }
      }
      return true;
    } catch (IOException | RuntimeException failure) {
      LOG.warn("the data of slots that other nodes have now could not be deleted, will try again", failure);
      return false;
    }
  }

  private void sweep(Table table) throws IOException, InterruptedException {
    long before = deleted.sum();
    for (SlotRange range : table.ranges()) {
      if (!range.replicas().contains(self.getAsInt())) {
        sweep(table.id(), range);
      }
    }
    long now = deleted.sum() - before;
    if (now > 0) {
      LOG.info("deleted the data of {} slots of table {}: other nodes have them now", now, table.id());
    }
  }

  private void sweep(int table, SlotRange range) throws IOException, InterruptedException {
    while (true) {
      int erased = data.erase(table, range.from(), range.to(),
          (slot, epoch) -> isUnneeded(table, slot, epoch));
      if (erased == 0) {
        return;
      }
      deleted.add(erased);
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
  }

  private boolean isUnneeded(int table, int slot, long epoch) {
    Table now = topology.table(table);
    if (now == null || now.state() == TableState.DROPPING || slot >= now.slots()) {
      return false;
    }
    SlotRange range = now.range(slot);
    return !range.replicas().contains(self.getAsInt()) && epoch <= range.epoch()
        && promises.allow(table, slot, range.epoch());
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
