package io.pika.node.control;

import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.pika.core.rpc.TopologyUpdate;
import io.pika.core.rpc.WatchTopologyRequest;
import io.pika.core.settings.HostPort;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the manager's stream of topology changes, from the version that the node has. One virtual thread. A
 * stream that broke, ran into its deadline, or fell behind what heartbeats announce is opened anew, and one of a manager that heartbeats
 * have left for another one.
 */
final class TopologyFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopologyFollower.class);
  private static final long TICK_MS = 1_000;
  private static final long RETRY_MS = 500;
  /** Ticks that the stream may be behind the version of the heartbeats before it is given up. */
  private static final int PATIENCE_TICKS = 3;

  private final ManagerClient manager;
  private final Membership membership;
  private final IdentityKeeper identity;
  private final Topology topology;
  private final TopologyKeeper keeper;
  private final Runnable whenUpToDate;
  private volatile boolean stopped;
  private boolean upToDate;
  private @Nullable Thread thread;

  /** @param whenUpToDate run once, when the topology is known to be the manager's newest */
  TopologyFollower(ManagerClient manager, Membership membership, IdentityKeeper identity, Topology topology,
      TopologyKeeper keeper, Runnable whenUpToDate) {
    this.manager = manager;
    this.membership = membership;
    this.identity = identity;
    this.topology = topology;
    this.keeper = keeper;
    this.whenUpToDate = whenUpToDate;
  }

  synchronized void start() {
    if (thread == null) {
      thread = Thread.ofVirtual().name("topology").start(this::run);
    }
  }

  private void run() {
    try {
      while (!stopped) {
        if (membership.isRegistered()) {
          follow();
        }
        Thread.sleep(RETRY_MS);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() throws InterruptedException {
    BlockingClientCall<?, TopologyUpdate> stream = manager.watch(WatchTopologyRequest.newBuilder()
        .setClusterId(identity.identity().clusterId()).setNodeId(identity.identity().nodeId())
        .setFromVersion(topology.version()).build());
    try {
      read(stream);
    } catch (StatusException broken) {
      if (!stopped) {
        LOG.info("the topology stream from {} ended, opening it again: {}", manager.address(),
            broken.getStatus());
      }
    } catch (IllegalArgumentException malformed) {
      LOG.error("the manager at {} sent a topology that this version cannot read: {}", manager.address(),
          malformed.getMessage());
    } finally {
      stream.cancel("no longer read", null);
    }
  }

  private void read(BlockingClientCall<?, TopologyUpdate> stream)
      throws InterruptedException, StatusException {
    HostPort address = manager.address();
    TopologyAssembly assembly = new TopologyAssembly();
    int ticksBehind = 0;
    while (ticksBehind < PATIENCE_TICKS) {
      TopologyUpdate update;
      try {
        update = stream.read(TICK_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException quiet) {
        if (!address.equals(manager.address())) {
          return;
        }
        ticksBehind = tick() ? ticksBehind + 1 : 0;
        continue;
      }
      if (update == null) {
        return;
      }
      TopologyChange change = assembly.add(update);
      if (change != null) {
        if (!keeper.accept(change)) {
          return;
        }
      }
    }
    LOG.warn("the topology stream from {} is at version {}, the manager at {}: opening it again",
        manager.address(), topology.version(), membership.announcedVersion());
  }

  /** What is due while nothing comes. True when the manager has spoken of a version that has not arrived. */
  private boolean tick() {
    keeper.catchUp();
    long announced = membership.announcedVersion();
    if (!upToDate && announced > 0 && topology.version() == announced) {
      upToDate = true;
      whenUpToDate.run();
    }
    return topology.version() < announced;
  }

  @Override
  public synchronized void close() {
    stopped = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
