package io.pika.node.server;

import io.pika.core.model.NodeInfo;
import io.pika.core.model.Table;
import io.pika.core.settings.Settings;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.node.control.Lease;
import io.pika.node.control.Promises;
import io.pika.node.control.TopologyLeadership;
import io.pika.node.engine.Expirer;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.Workers;
import io.pika.node.log.FsyncMode;
import io.pika.node.log.LogOptions;
import io.pika.node.replica.Replication;
import io.pika.node.settings.NodeSettings;
import io.pika.node.store.Store;
import io.pika.node.store.StoreOptions;
import io.pika.proxy.peer.ClusterSecret;
import io.pika.proxy.peer.PeerOptions;
import io.pika.proxy.peer.PeerPool;
import io.pika.proxy.peer.PeerServer;
import io.pika.proxy.peer.PeerStreams;
import io.pika.proxy.peer.PeerTransport;
import io.pika.proxy.peer.WheelTimer;
import io.pika.testkit.wire.RespConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Nodes in this process, connected by the real protocol, with a topology that the test makes. Node 1 leads all slots
 * of both tables.
 */
final class ServedCluster implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ClusterSecret SECRET = new ClusterSecret(
      "secret-of-this-cluster".getBytes(StandardCharsets.UTF_8));
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(),
      0);
  /** Longer than any test. */
  private static final long LEASE_MS = 3_600_000;

  private final PeerTransport transport = PeerTransport.start(3, "served-cluster");
  private final WheelTimer timer = new WheelTimer();
  private final List<Node> nodes = new ArrayList<>();
  private final List<NodeInfo> places = new ArrayList<>();
  private final List<RespConnection> connections = new ArrayList<>();

  private final class Node {
    final Topology topology = new Topology();
    final Store store;
    final PeerPool pool;
    final NodeServer server;
    final PeerServer peers;
    final Replication replication;
    final Expirer expirer;
    final Workers workers;
    final InetSocketAddress clients;

    Node(int id, Path directory, String... assignments) throws IOException, InterruptedException {
      store = Store.open(directory,
          StoreOptions.DEFAULT.withLog(new LogOptions(FsyncMode.NO, 8 << 20, false)),
          Clock.systemUTC());
      Lease lease = new Lease(System::nanoTime);
      lease.registeredAt(0);
      lease.extend(System.nanoTime(), LEASE_MS);
      TopologyLeadership leadership = new TopologyLeadership(topology, lease, new Promises(), id);
      pool = new PeerPool(id, topology, SECRET, PeerOptions.DEFAULTS, transport, timer, RANDOM);
      Settings settings = Settings.of(NodeSettings.SPEC, assignments);
      replication = new Replication(id, topology, leadership, store,
          new PeerStreams(id, SECRET, PeerOptions.DEFAULTS, transport, timer, RANDOM), timer, directory,
          () -> settings.get(NodeSettings.ACKS_TIMEOUT));
      workers = new Workers("long-commands", 2, 256);
      SlotExecutor executor = new SlotExecutor(store, leadership, replication.acknowledgements(), workers);
      expirer = new Expirer(executor, Clock.systemUTC());
      server = new NodeServer(
          new NodeServer.Parts(id, settings, topology, leadership,
              store, executor, transport, pool, timer, Clock.systemUTC(),
              System::nanoTime, RANDOM, attachments));
      peers = new PeerServer(id, SECRET, PeerOptions.DEFAULTS, transport, timer, RANDOM,
          server.peerService(), replication);
      places.add(new NodeInfo(id, "127.0.0.1", 0, peers.start(ANY_PORT).getPort(), 0, ""));
      clients = server.listen(ANY_PORT);
      server.start();
      expirer.start();
      replication.start();
    }

    void stop() throws InterruptedException {
      expirer.close();
      server.close();
      workers.close();
      replication.close();
      pool.close();
      peers.close();
    }
  }

  private final LocalAttachments attachments = new LocalAttachments(
      () -> nodes.stream().map(node -> node.topology).toList());

  ServedCluster(Path directory, int size, String... assignments) throws IOException, InterruptedException {
    for (int id = 1; id <= size; id++) {
      nodes.add(new Node(id, directory.resolve("node" + id), assignments));
    }
    publishTopology();
  }

  private void publishTopology() {
    long version = nodes.getFirst().topology.version() + 1;
    List<Table> tables = List.of(ServedNode.table(0, "default", 16, ""),
        ServedNode.table(ServedNode.SHOP, "shop", 16, ""));
    nodes.forEach(
        node -> node.topology
            .apply(new TopologyChange(version, false, places, tables, List.of(), List.of())));
  }

  /** One more node in everybody's topology, at a port where anything may be. */
  void addPlace(int port) {
    places.add(new NodeInfo(places.size() + 1, "127.0.0.1", 0, port, 0, ""));
    publishTopology();
  }

  void put(Table table) {
    long version = nodes.getFirst().topology.version() + 1;
    nodes.forEach(node -> node.topology
        .apply(new TopologyChange(version, false, List.of(), List.of(table), List.of(), List.of())));
  }

  void drop(int table) {
    long version = nodes.getFirst().topology.version() + 1;
    nodes.forEach(node -> node.topology
        .apply(new TopologyChange(version, false, List.of(), List.of(), List.of(), List.of(table))));
  }

  NodeServer server(int node) {
    return nodes.get(node - 1).server;
  }

  Replication replication(int node) {
    return nodes.get(node - 1).replication;
  }

  Store store(int node) {
    return nodes.get(node - 1).store;
  }

  /** A client of one node, from 1. */
  RespConnection connect(int node) throws IOException {
    RespConnection connection = RespConnection.open("127.0.0.1", nodes.get(node - 1).clients.getPort(),
        Duration.ofSeconds(20));
    connections.add(connection);
    return connection;
  }

  /** Its clients and peers are disconnected; it stays in the topology. */
  void stop(int node) throws InterruptedException {
    nodes.get(node - 1).stop();
  }

  /** A client of one node that has sent a command of subscribing and read its replies. */
  RespConnection subscriber(int node, String... command) throws IOException {
    RespConnection connection = connect(node);
    connection.send(command);
    connection.flush();
    for (int i = 1; i < command.length; i++) {
      long count = connection.read().items().getLast().number();
      if (count != i) {
        throw new AssertionError("subscribed to " + count + " channels, not to " + i);
      }
    }
    return connection;
  }

  /** Closes all clients; returns when the nodes have taken note. */
  void disconnect() throws IOException {
    for (RespConnection each : connections) {
      each.close();
    }
    connections.clear();
    Awaitility.await().until(() -> nodes.stream().allMatch(node -> node.server.connectionCount() == 0));
  }

  @Override
  public void close() throws Exception {
    disconnect();
    for (Node node : nodes) {
      node.stop();
    }
    timer.close();
    transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2_000);
    nodes.forEach(node -> node.store.close());
  }
}
