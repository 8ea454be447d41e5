package io.pika.node.control;

import io.pika.core.rpc.HeartbeatReply;
import io.pika.core.rpc.HeartbeatRequest;
import io.pika.core.rpc.RegisterReply;
import io.pika.core.rpc.RegisterRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node a member of its cluster: registers once after the start and whenever the manager has forgotten
 * the node, then sends heartbeats that renew the lease. One virtual thread; never gives up while the process runs.
 */
public final class Membership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final long RETRY_FIRST_MS = 200;
  private static final long RETRY_LONGEST_MS = 5_000;
  private static final long SHORTEST_PATIENCE_MS = 500;

  /** What the node tells about itself each time. */
  public interface Facts {
    NodeReport report();

    /** The topology version that the node serves by and has on its disk. */
    long durableTopologyVersion();

    /** Dropped tables of which no data is left here. */
    Collection<Integer> purgedTables();
  }

  private final ManagerClient manager;
  private final NodeAddress address;
  private final IdentityKeeper keeper;
  private final Lease lease;
  private final Facts facts;
  private final long startedAtMs;
  private final LongSupplier nanoTime;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile int heartbeatMs = 1_000;
  private volatile boolean registered;
  private volatile long announcedVersion;
  private volatile @Nullable String trouble = "not registered with a manager yet";
  private @Nullable Thread thread;

  /**
   * @param facts asked before each heartbeat, on this object's thread
   * @param nanoTime monotonic, the one the lease counts on
   */
  public Membership(ManagerClient manager, NodeAddress address, IdentityKeeper keeper, Lease lease,
      Facts facts, long startedAtMs, LongSupplier nanoTime) {
    this.manager = manager;
    this.address = address;
    this.keeper = keeper;
    this.lease = lease;
    this.facts = facts;
    this.startedAtMs = startedAtMs;
    this.nanoTime = nanoTime;
  }

  /** Registers once, on the caller's thread. Afterwards the identity is on disk and the lease has begun. */
  public void register() throws ManagerRefusal, ManagerUnreachable {
    NodeIdentity identity = keeper.identity();
    long sentAt = nanoTime.getAsLong();
    RegisterReply reply = manager.register(RegisterRequest.newBuilder().setClusterId(identity.clusterId())
        .setNodeId(identity.nodeId()).setStoreId(identity.storeId()).setHost(address.host())
        .setClientPort(address.clientPort()).setPeerPort(address.peerPort()).setAdminPort(address.adminPort())
        .setSoftwareVersion(address.softwareVersion()).setZone(address.zone()).setStartedAtMs(startedAtMs)
        .build());
    keep(identity, reply);
    heartbeatMs = Math.max(10, reply.getHeartbeatMs());
    lease.registeredAt(reply.getTopologyVersion());
    lease.extend(sentAt, reply.getLeaseMs());
    registered = true;
    trouble = null;
    LOG.info("registered as node {} of cluster {} with the manager at {}", reply.getNodeId(),
        reply.getClusterId(),
        manager.address());
  }

  private void keep(NodeIdentity identity, RegisterReply reply) throws ManagerRefusal, ManagerUnreachable {
    if (identity.isRegistered()
        && (identity.nodeId() != reply.getNodeId() || !identity.clusterId().equals(reply.getClusterId()))) {
      throw new ManagerRefusal("this directory belongs to node " + identity.nodeId() + " of cluster "
          + identity.clusterId() + ", but the manager at " + manager.address()
          + " answered as if it were node "
          + reply.getNodeId() + " of cluster " + reply.getClusterId());
    }
    if (!identity.isRegistered()) {
      try {
        keeper.keep(reply.getClusterId(), reply.getNodeId());
      } catch (IOException failure) {
        throw new ManagerUnreachable("the node id could not be written to disk: " + failure.getMessage(),
            failure);
      }
    }
  }

  public synchronized void start() {
    if (thread == null) {
      thread = Thread.ofVirtual().name("membership").start(this::run);
    }
  }

  /** Whether the manager has taken the node in since the process started. */
  public boolean isRegistered() {
    return registered;
  }

  /** The newest topology version that the manager has spoken of. */
  long announcedVersion() {
    return announcedVersion;
  }

  /** Why heartbeats do not get through, or null when they do. */
  public @Nullable String trouble() {
    return trouble;
  }

  private void run() {
    long retryMs = RETRY_FIRST_MS;
    try {
      while (true) {
        boolean answered = registered ? beat() : tryToRegister();
        retryMs = answered ? RETRY_FIRST_MS : Math.min(retryMs * 2, RETRY_LONGEST_MS);
        if (stop.await(answered ? heartbeatMs : Math.min(retryMs, registered ? heartbeatMs : retryMs),
            TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean tryToRegister() {
    try {
      register();
      return true;
    } catch (ManagerRefusal | ManagerUnreachable failure) {
      report(failure.getMessage());
      return false;
    }
  }

  private boolean beat() {
    long sentAt = nanoTime.getAsLong();
    try {
      HeartbeatReply reply = manager.heartbeat(heartbeat(),
          Duration.ofMillis(Math.max(SHORTEST_PATIENCE_MS, 2L * heartbeatMs)));
      lease.extend(sentAt, reply.getLeaseMs());
      announcedVersion = reply.getTopologyVersion();
      if (trouble != null) {
        LOG.info("the manager at {} answers again", manager.address());
        trouble = null;
      }
      return true;
    } catch (ManagerRefusal refusal) {
      lease.drop();
      registered = false;
      report(refusal.getMessage());
      return false;
    } catch (ManagerUnreachable failure) {
      report(failure.getMessage());
      return false;
    }
  }

  /** Says the same thing once, not with every heartbeat. */
  private void report(@Nullable String message) {
    if (message != null && !message.equals(trouble)) {
      LOG.warn("{}", message);
    }
    trouble = message;
  }

  private HeartbeatRequest heartbeat() {
    NodeIdentity identity = keeper.identity();
    // First: what is said of replicas is by this version or a later one.
    long version = facts.durableTopologyVersion();
    NodeReport report = facts.report();
    return HeartbeatRequest.newBuilder().setClusterId(identity.clusterId()).setNodeId(identity.nodeId())
        .setStoreId(identity.storeId()).setAppliedVersion(version)
        .setKeys(report.keys())
        .setDiskUsedBytes(report.diskUsedBytes()).setDiskFreeBytes(report.diskFreeBytes())
        .setMemoryUsedBytes(report.memoryUsedBytes()).setOperations(report.operations())
        .setConnections(report.connections()).setStartedAtMs(startedAtMs).setTrouble(report.trouble())
        .addAllReplicas(report.replicas())
        .addAllPurgedTables(facts.purgedTables()).build();
  }

  @Override
  public synchronized void close() {
    stop.countDown();
    if (thread != null) {
      thread.interrupt();
    }
  }
}
