package io.pika.node.server;

import io.pika.core.settings.NodeMemory;
import io.pika.core.topology.Topology;
import io.pika.node.control.ControlPlane;
import io.pika.node.control.Lease;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.Workers;
import io.pika.node.pubsub.ChannelKind;
import io.pika.node.pubsub.PubSub;
import io.pika.node.pubsub.Subscriptions;
import io.pika.node.replica.Replication;
import io.pika.node.store.Store;
import io.pika.node.store.StoreStats;
import io.pika.proxy.peer.PeerStats;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What {@link AdminHttp} answers: metrics from everywhere in the node, its health, and whether it serves yet. */
public final class NodeAdmin implements AutoCloseable {
  /**
   * Where the answers come from.
   *
   * @param troubles of the node itself
   * @param freeBytes of the disk
   * @param memory how it is shared out
   */
  public record Sources(NodeServer server, Store store, Topology topology, ControlPlane control, Lease lease,
      Replication replication, PeerStats out, PeerStats in, Supplier<List<String>> troubles,
      LongSupplier freeBytes, NodeMemory memory) {}

  private final AdminHttp http;
  private volatile @Nullable Sources sources;
  private volatile @Nullable NodeMetrics metrics;

  /** Listens at once: until {@link #serve} the node is not ready and says so. */
  public NodeAdmin(InetSocketAddress address, @Nullable String token) throws IOException {
    http = new AdminHttp(address, token).text("/metrics", this::scrape).json("/health", this::health)
        .json("/ready", this::ready);
    http.start();
  }

  /** The node serves. */
  public void serve(Sources from) {
    metrics = metrics(from);
    sources = from;
  }

  private String scrape() {
    NodeMetrics now = metrics;
    return now == null ? "" : now.scrape();
  }

  private AdminHttp.Page ready() {
    boolean serving = sources != null;
    return new AdminHttp.Page(serving, Map.of("ready", serving, "reason",
        serving ? "" : "waiting for the manager's topology"));
  }

  private AdminHttp.Page health() {
    Sources from = sources;
    if (from == null) {
      return new AdminHttp.Page(false, Map.of("status", "starting", "troubles",
          List.of("waiting for the manager's topology")));
    }
    List<String> troubles = new ArrayList<>(from.troubles.get());
    troubles.addAll(from.control.troubles());
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", troubles.isEmpty() ? "ok" : "trouble");
    body.put("troubles", troubles);
    body.put("node", from.server.self());
    body.put("cluster", from.store.identity().clusterId());
    body.put("registered", from.control.isRegistered());
    body.put("topologyVersion", from.topology.version());
    body.put("leaseRemainingMs", Math.max(0, from.lease.remainingMs()));
    body.put("freeDiskBytes", from.freeBytes.getAsLong());
    return new AdminHttp.Page(troubles.isEmpty(), body);
  }

  private static NodeMetrics metrics(Sources from) {
    Statistics statistics = from.server.statistics();
    NodeMetrics metrics = new NodeMetrics(statistics.node());
    metrics.gauge("pika.connections", "Clients connected", from.server::connectionCount)
        .counter("pika.connections.accepted", "Clients that connected", statistics.connectionsAccepted::sum)
        .counter("pika.connections.rejected", "Clients refused by maxclients",
            statistics.connectionsRejected::sum)
        .counter("pika.connections.cut", "Clients disconnected by a limit", statistics.connectionsCut::sum)
        .counter("pika.long.replies", "Replies made here in pieces", from.server::longReplies)
        .counter("pika.long.replies.not.fetched", "Clients disconnected because they did not fetch one",
            statistics.longRepliesNotFetched::sum)
        .counter("pika.long.replies.broken", "Clients disconnected because one could not be completed",
            statistics.longRepliesBroken::sum)
        .counter("pika.protocol.errors", "Clients disconnected for bytes that are no RESP",
            statistics.protocolErrors::sum)
        .counter("pika.passwords.refused", "Logins refused", statistics.passwordsRefused::sum)
        .counter("pika.commands.denied", "Commands that a user may not run", statistics.commandsDenied::sum)
        .counter("pika.received.bytes", "Bytes of requests", statistics.bytesIn::sum)
        .gauge("pika.requests.buffered.bytes", "Bytes of requests read and not answered",
            from.server::bufferedRequestBytes)
        .gauge("pika.topology.version", "Version of the topology served by", from.topology::version)
        .gauge("pika.tables", "Tables known", () -> from.topology.tables().size())
        .counter("pika.replicas.deleted",
            "Replicas with data that were deleted: other nodes have their slots now",
            from.control::deletedSlots)
        .gauge("pika.lease.remaining.seconds", "Until the lease runs out; negative: it has",
            () -> from.lease.remainingMs() / 1e3)
        .gauge("pika.disk.free.bytes", "Free on the disk of the data", from.freeBytes::getAsLong)
        .gauge("pika.troubles", "Things an operator should look at",
            () -> from.troubles.get().size() + from.control.troubles().size());
    longCommands(metrics, from.server.executor());
    messages(metrics, from.server.pubSub());
    memory(metrics, from.memory);
    store(metrics, from.store);
    replicas(metrics, from.replication);
    peers(metrics, "pika.peers.out", "to other nodes", from.out);
    peers(metrics, "pika.peers.in", "from other nodes", from.in);
    return metrics;
  }

  private static void longCommands(NodeMetrics metrics, SlotExecutor executor) {
    Workers workers = executor.workers();
    metrics.gauge("pika.long.busy", "Threads that run a long command", workers::busy)
        .gauge("pika.long.waiting", "Long commands that wait for a thread", workers::waiting)
        .gauge("pika.long.standing", "Commands that wait because a long one holds their slot",
            executor::standing)
        .counter("pika.long.done", "Long commands that were run", workers::done)
        .counter("pika.long.refused", "Long commands refused because too many wait", workers::refused);
  }

  private static void messages(NodeMetrics metrics, PubSub pubSub) {
    Subscriptions subscriptions = pubSub.subscriptions();
    metrics
        .gauge("pika.pubsub.channels", "Channels that clients of this node are subscribed to",
            () -> subscriptions.size(ChannelKind.CHANNEL) + subscriptions.size(ChannelKind.SHARD))
        .gauge("pika.pubsub.patterns", "Patterns that they are subscribed to",
            () -> subscriptions.size(ChannelKind.PATTERN))
        .counter("pika.pubsub.published", "Messages published here or sent here by other nodes",
            subscriptions::published)
        .counter("pika.pubsub.delivered", "Messages given to subscribers of this node",
            subscriptions::delivered)
        .counter("pika.pubsub.dropped", "Messages that another node did not get because it was too slow",
            pubSub::dropped);
  }

  private static void memory(NodeMetrics metrics, NodeMemory shares) {
    metrics.gauge("pika.memory.budget.bytes", "Memory that the process may take", shares::budgetBytes)
        .gauge("pika.memory.heap.limit.bytes", "Of that, the heap", shares::heapBytes)
        .gauge("pika.memory.direct.limit.bytes", "Of that, requests and replies outside of the heap",
            shares::directBytes)
        .gauge("pika.memory.data.limit.bytes", "Of that, data outside of the heap", shares::dataBytes)
        .gauge("pika.memory.resident.bytes", "Memory that the process has, as the operating system counts",
            ProcessMemory::residentBytes);
  }

  private static void store(NodeMetrics metrics, Store store) {
    gauge(metrics, store, "pika.log.end.position", "End of the node log", stats -> stats.log().endPosition());
    gauge(metrics, store, "pika.log.synced.position", "End of what of it is on the disk",
        stats -> stats.log().syncedPosition());
    gauge(metrics, store, "pika.log.lag.bytes", "Bytes of it that are not on the disk yet",
        stats -> stats.log().endPosition() - stats.log().syncedPosition());
    gauge(metrics, store, "pika.log.segments", "Files of it", stats -> stats.log().segments());
    gauge(metrics, store, "pika.tier.bytes", "Effects in memory that RocksDB does not have yet",
        StoreStats::tierBytes);
    metrics.gauge("pika.snapshots", "Long replies that are being read", () -> store.snapshots().count())
        .gauge("pika.snapshots.bytes", "Effects kept in memory for them", () -> store.snapshots().bytes())
        .counter("pika.snapshots.abandoned", "Long replies given up because nobody fetched them",
            () -> store.snapshots().abandoned());
    gauge(metrics, store, "pika.store.bytes", "Files of RocksDB", StoreStats::baseBytes);
    gauge(metrics, store, "pika.store.memtable.bytes", "Memtables of RocksDB", StoreStats::memtableBytes);
    gauge(metrics, store, "pika.store.cache.bytes", "Block cache of RocksDB in use",
        StoreStats::blockCacheBytes);
    gauge(metrics, store, "pika.store.slots", "Slots touched since the start", StoreStats::slots);
    metrics.counter("pika.log.appends", "Frames appended", () -> store.stats().log().appends())
        .counter("pika.log.appends.failed", "Frames that could not be",
            () -> store.stats().log().failedAppends())
        .counter("pika.log.syncs", "Times the log was forced to the disk", () -> store.stats().log().syncs())
        .counter("pika.log.sync.seconds", "Time spent in that", () -> store.stats().log().syncNanos() / 1e9)
        .counter("pika.tier.flushes", "Times the tier was written to RocksDB", () -> store.stats().flushes())
        .counter("pika.tier.flushes.failed", "Times that failed", () -> store.stats().failedFlushes());
    readTier(metrics, store);
  }

  private static void replicas(NodeMetrics metrics, Replication replication) {
    metrics
        .gauge("pika.replicas.followed", "Replicas here that follow their leaders",
            () -> replication.stats().followed())
        .gauge("pika.replicas.need.copy", "Replicas here that cannot go on from their leaders' logs",
            () -> replication.stats().needCopy())
        .gauge("pika.replicas.shipped", "Replicas on other nodes of slots led here that are connected",
            () -> replication.stats().shipped())
        .gauge("pika.replicas.in.step", "Of those, which have the newest records, or are about to",
            () -> replication.stats().inStep())
        .counter("pika.replicas.diverged", "Times that a replica here had records which its leader has not",
            () -> replication.stats().diverged())
        .counter("pika.replicas.diverged.records", "Records that were in them",
            () -> replication.stats().divergedRecords())
        .counter("pika.replicas.different",
            "Times that a replica here had its leader's position and other contents",
            () -> replication.stats().different())
        .gauge("pika.replicas.copying", "Replicas here that wait for a copy of their leaders', or get it",
            () -> replication.stats().copying())
        .counter("pika.replicas.copied", "Replicas here that were copied",
            () -> replication.stats().copied())
        .counter("pika.replicas.copies.failed", "Copies that came to nothing, and were tried again",
            () -> replication.stats().copiesFailed())
        .counter("pika.replicas.copied.bytes", "Contents of slots that were copied, to here and from here",
            () -> replication.stats().copiedBytes())
        .gauge("pika.acks.waiting", "Slots, or ranges of them, for which replies wait for followers",
            () -> replication.acknowledgements().stats().waiting())
        .counter("pika.acks.late", "Replies that waited in vain for followers (acks-timeout)",
            () -> replication.acknowledgements().stats().late())
        .counter("pika.acks.refused", "Writes that were refused for too few followers in step",
            () -> replication.acknowledgements().stats().refused());
  }

  private static void readTier(NodeMetrics metrics, Store store) {
    gauge(metrics, store, "pika.read.tier.bytes", "Memory of the read tier: what RocksDB has of keys in use",
        stats -> stats.reads().reservedBytes());
    gauge(metrics, store, "pika.read.tier.entries", "Keys and elements in it",
        stats -> stats.reads().entries());
    metrics.counter("pika.read.tier.hits", "Look-ups that it answered", () -> store.stats().reads().hits())
        .counter("pika.read.tier.misses", "Look-ups that went on to RocksDB",
            () -> store.stats().reads().misses())
        .counter("pika.read.tier.evictions", "Entries that made room for others",
            () -> store.stats().reads().evictions());
  }

  private static void gauge(NodeMetrics metrics, Store store, String name, String help,
      ToDoubleFunction<StoreStats> value) {
    metrics.gauge(name, help, () -> value.applyAsDouble(store.stats()));
  }

  private static void peers(NodeMetrics metrics, String prefix, String which, PeerStats stats) {
    metrics.counter(prefix + ".requests", "Requests " + which, stats.requests()::sum)
        .counter(prefix + ".refused", "Requests " + which + " that were refused", stats.refused()::sum)
        .counter(prefix + ".unknown", "Requests " + which + " that were never answered", stats.unknown()::sum)
        .gauge(prefix + ".connections", "Connections " + which, stats.connections()::sum)
        .gauge(prefix + ".pending", "Requests " + which + " without an answer", stats.inFlight()::sum);
  }

  @Override
  public void close() {
    http.close();
    NodeMetrics now = metrics;
    if (now != null) {
      now.close();
    }
  }
}
