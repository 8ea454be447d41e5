package io.pika.manager.control;

import io.pika.core.bytes.Bytes;
import io.pika.core.meta.Election;
import io.pika.core.meta.EmbeddedMetadataStore;
import io.pika.core.model.NodeInfo;
import io.pika.core.rpc.HeartbeatRequest;
import io.pika.core.rpc.TableEntry;
import io.pika.core.rpc.TableState;
import io.pika.core.rpc.TopologyUpdate;
import io.pika.manager.plan.Planner;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.Decision;
import io.pika.manager.state.Request;
import io.pika.manager.store.Layout;
import io.pika.manager.store.StateStore;
import io.pika.testkit.disk.FakeDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A manager over a fake disk and nodes that do what they are told, all on one thread and on a clock that only the
 * test moves.
 */
final class ManagerSim implements AutoCloseable {
  private static final EmbeddedMetadataStore.Bounds SMALL = new EmbeddedMetadataStore.Bounds(64, 1 << 20,
      3000);

  private final Map<Integer, SimNode> nodes = new TreeMap<>();
  private final Planner.Rules rules;
  private FakeDisk disk;
  private long nanos = 1;
  private EmbeddedMetadataStore store;
  private Term term;

  /** What a node keeps on its disk; it survives every crash of the manager. */
  private static final class SimNode {
    private final int number;
    private int id;
    private long version;
    private boolean down;
    private Map<Integer, TableEntry> tables = new TreeMap<>();
    private Map<Integer, TableEntry> incoming = new TreeMap<>();

    SimNode(int number) {
      this.number = number;
    }

    void apply(TopologyUpdate update) {
      if (update.getSnapshot()) {
        update.getTablesList().forEach(table -> incoming.put(table.getId(), table));
        if (!update.getComplete()) {
          return;
        }
        tables = incoming;
        incoming = new TreeMap<>();
      } else {
        update.getTablesList().forEach(table -> tables.put(table.getId(), table));
        update.getRemovedTablesList().forEach(tables::remove);
      }
      if (update.getVersion() < version) {
        throw new IllegalStateException(
            "node " + id + " at version " + version + " was sent " + update.getVersion());
      }
      version = update.getVersion();
    }
  }

  ManagerSim(FakeDisk disk, int nodes, Planner.Rules rules) throws Exception {
    this.disk = disk;
    this.rules = rules;
    for (int i = 1; i <= nodes; i++) {
      this.nodes.put(i, new SimNode(i));
    }
    this.store = EmbeddedMetadataStore.open(disk, SMALL, () -> nanos);
    this.term = lead();
  }

  private Term lead() throws Exception {
    Election.Leadership leadership = new Election(store, Layout.ELECTION)
        .campaign(store.grant(Duration.ofDays(1)), Bytes.of("sim"));
    StateStore states = new StateStore(store, leadership.guard());
    ClusterState state = states.load();
    NodeReports reports = new NodeReports(() -> nanos, Duration.ofSeconds(6), Duration.ofSeconds(30),
        state.counters().topologyVersion());
    NodeOrders orders = new NodeOrders(() -> nanos);
    TopologyFeed feed = new TopologyFeed(state);
    Term fresh = new Term(state, new Controller(state, states,
        new Controller.Nodes(feed, reports, orders, new Overrides(() -> nanos)), rules,
        () -> nanos / 1_000_000),
        feed, reports, orders);
    fresh.controller().submit(new Request.FoundCluster("sim-cluster"));
    fresh.controller().pass();
    return fresh;
  }

  Term term() {
    return term;
  }

  /** A new process over what the disk has, after a crash or without one. */
  void restart(Random random) throws Exception {
    close();
    disk = disk.restarted(random);
    store = EmbeddedMetadataStore.open(disk, SMALL, () -> nanos);
    term = lead();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  void advance(Duration time) {
    nanos += time.toNanos();
  }

  void down(int node, boolean isDown) {
    node(node).down = isDown;
  }

  Map<Integer, TableEntry> tablesOn(int node) {
    return node(node).tables;
  }

  private SimNode node(int number) {
    SimNode node = nodes.get(number);
    if (node == null) {
      throw new IllegalArgumentException("no node " + number);
    }
    return node;
  }

  Decision ask(Request request) throws Exception {
    CompletableFuture<Decision> answer = term.submit(request);
    term.controller().pass();
    return answer.get(1, TimeUnit.SECONDS);
  }

  /** Every node that is up registers when it has to, takes what the feed has, and reports. */
  void nodesAct() throws Exception {
    for (SimNode node : nodes.values()) {
      if (node.down) {
        continue;
      }
      if (node.id == 0 || term.reports().report(node.id) == null) {
        Decision decision = ask(new Request.RegisterNode(
            new NodeInfo(node.id, "host", 1000 + node.number, 2000, 3000, ""), "", "store-" + node.number,
            "1", 0));
        node.id = (int) ((Decision.Accepted) decision).answer();
        term.registered(node.id, NodeReports.Process.NEW);
      }
      switch (term.feed().after(node.version, 0)) {
        case TopologyFeed.Next.Changes changes -> changes.updates().forEach(node::apply);
        case TopologyFeed.Next.Snapshot snapshot -> snapshot.chunks().forEachRemaining(node::apply);
        case TopologyFeed.Next.Nothing nothing -> {
        }
        case TopologyFeed.Next.Over over -> {
        }
      }
      List<Integer> purged = node.tables.values().stream()
          .filter(table -> table.getState() == TableState.TABLE_DROPPING).map(TableEntry::getId).toList();
      term.heard(node.id, HeartbeatRequest.newBuilder().setNodeId(node.id).setAppliedVersion(node.version)
          .addAllPurgedTables(purged).build());
    }
  }

  /** One round of everything. */
  void step() throws Exception {
    advance(Duration.ofSeconds(1));
    nodesAct();
    term.controller().pass();
  }

  void untilNoJobRuns() throws Exception {
    for (int round = 0; round < 200; round++) {
      step();
      if (term.state().runningJobs().isEmpty()) {
        return;
      }
    }
    throw new IllegalStateException("still running: " + term.state().runningJobs());
  }
}
