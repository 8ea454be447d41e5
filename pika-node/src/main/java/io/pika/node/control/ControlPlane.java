package io.pika.node.control;

import io.pika.core.topology.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything between the node and its manager, wired together: membership and lease, topology and its copy on disk,
 * the data of dropped tables and of slots that are elsewhere now. Works without a manager from the topology on disk; without that, waits for one.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Topology topology;
  private final ManagerClient manager;
  private final Membership membership;
  private final TopologyKeeper keeper;
  private final TopologyFollower follower;
  private final Attachments attachments;
  private final OrderLine orders;
  private final TableSweeper sweeper;
  private final SlotSweeper slotSweeper;
  private final Supplier<NodeReport> report;

  /** @param nanoTime monotonic; {@code lease} counts on the same one */
  public ControlPlane(ManagerClient manager, NodeAddress address, IdentityKeeper identity, Topology topology,
      TopologyCache cache, TableData data, Positions positions, Promises promises, Lease lease,
      Supplier<NodeReport> report,
      long startedAtMs,
      LongSupplier nanoTime) {
    this.topology = topology;
    this.manager = manager;
    this.report = report;
    this.keeper = new TopologyKeeper(topology, cache);
    this.sweeper = new TableSweeper(topology, data);
    this.slotSweeper = new SlotSweeper(topology, keeper::durableVersion, () -> identity.identity().nodeId(),
        promises, data);
    this.membership = new Membership(manager, address, identity, lease, new Facts(), startedAtMs, nanoTime);
    this.attachments = new ManagerAttachments(manager, identity, topology, nanoTime);
    this.orders = new OrderLine(manager, membership, identity, positions, startedAtMs);
    this.follower = new TopologyFollower(manager, membership, identity, topology, keeper, () -> {
      sweeper.dropUnknown();
      slotSweeper.upToDate();
    });
  }

  /**
   * Returns when the node knows a topology: at once with the one on disk, else as soon as a manager has sent one.
   *
   * @throws ManagerRefusal the manager was reached and will never take this node in
   * @throws IOException the topology on disk cannot be read
   */
  public void start() throws ManagerRefusal, IOException, InterruptedException {
    boolean known = keeper.load();
    while (!membership.isRegistered()) {
      try {
        membership.register();
      } catch (ManagerUnreachable unreachable) {
        if (known) {
          LOG.warn("{}; starting with the topology on disk, version {}", unreachable.getMessage(),
              topology.version());
          break;
        }
        LOG.warn("{}; this node has no topology on disk and waits for the manager", unreachable.getMessage());
        Thread.sleep(RETRY);
      }
    }
    CountDownLatch first = new CountDownLatch(1);
    topology.listen(change -> first.countDown());
    topology.listen(sweeper);
    topology.listen(slotSweeper);
    sweeper.start();
    slotSweeper.start();
    membership.start();
    orders.start();
    follower.start();
    if (!known) {
      first.await();
    }
  }

  public Attachments attachments() {
    return attachments;
  }

  /** What an operator should know, one sentence each; empty when all is well. */
  public List<String> troubles() {
    return Stream.of(membership.trouble(), keeper.trouble()).filter(Objects::nonNull).toList();
  }

  /** Slots with data that were deleted because other nodes have them now, since the start. */
  public long deletedSlots() {
    return slotSweeper.deleted();
  }

  public boolean isRegistered() { return membership.isRegistered(); }

  private final class Facts implements Membership.Facts {
    @Override
    public NodeReport report() {
      return report.get();
    }

    @Override
    public long durableTopologyVersion() {
      return keeper.durableVersion();
    }

    @Override
    public Collection<Integer> purgedTables() {
      return sweeper.purged();
    }
  }

  @Override
  public void close() {
    orders.close();
    follower.close();
    membership.close();
    sweeper.close();
    slotSweeper.close();
    manager.close();
  }
}
