package io.pika.manager.control;

import io.pika.core.bytes.Bytes;
import io.pika.core.meta.Election;
import io.pika.core.meta.EmbeddedMetadataStore;
import io.pika.core.model.Acks;
import io.pika.core.model.CrossSlot;
import io.pika.core.model.NodeInfo;
import io.pika.core.model.SlotRange;
import io.pika.core.rpc.HeartbeatRequest;
import io.pika.core.rpc.Order;
import io.pika.core.rpc.TableReplicas;
import io.pika.manager.control.SimReplica.Entry;
import io.pika.manager.plan.Planner;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.Decision;
import io.pika.manager.state.Earlier;
import io.pika.manager.state.JobRecord.Origin;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.Replication;
import io.pika.manager.state.Request;
import io.pika.manager.state.TableRecord;
import io.pika.manager.store.Layout;
import io.pika.manager.store.StateStore;
import io.pika.testkit.disk.FakeDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A manager and nodes with replicas under faults, all from one seed, on one thread: nodes crash, freeze and come back, the
 * manager crashes, messages are late, lost and doubled, links are cut in one direction or both, clocks go at different speeds.
 * After every step it is checked that the invariants of docs/decisions/2026-11-26-replication-ships-the-log.md hold.
 */
final class FailoverSim {
  static final int SLOTS = 2;
  private static final int STEP_MS = 50;
  private static final int HEARTBEAT_MS = 200;
  private static final int LEASE_MS = 800;
  private static final EmbeddedMetadataStore.Bounds SMALL = new EmbeddedMetadataStore.Bounds(64, 1 << 20,
      3000);

  private final Random random;
  /** What was asked for last. */
  private Replication asked;
  private int wantedReshapes;
  private final List<SimReplica> nodes = new ArrayList<>();
  private final PriorityQueue<Message> network = new PriorityQueue<>();
  private final Map<String, Integer> leaders = new HashMap<>();
  private final long[] electedEpochs = new long[SLOTS];
  /** By slot: what clients were told is safe, by index. */
  private final List<Map<Integer, Integer>> told = new ArrayList<>();
  private final boolean[][] cut;
  private double faults = 0.03;
  private FakeDisk disk = new FakeDisk();
  private @Nullable EmbeddedMetadataStore store;
  private @Nullable Term term;
  private long nowMs = 1;
  private long sent;
  private long published;
  private int written;
  int elections;
  int acknowledged;
  int reshapes;

  private record Message(long atMs, long number, Runnable arrival) implements Comparable<Message> {
    @Override
    public int compareTo(Message other) {
      return atMs != other.atMs ? Long.compare(atMs, other.atMs) : Long.compare(number, other.number);
    }
  }

  /** @param reshapes how often the numbers of replicas and acks are changed while there are faults, about */
  FailoverSim(long seed, int nodeCount, Acks acks, int reshapes) throws Exception {
    this.wantedReshapes = reshapes;
    this.random = new Random(seed);
    this.asked = new Replication(nodeCount, acks);
    this.cut = new boolean[nodeCount + 1][nodeCount + 1];
    for (int number = 1; number <= nodeCount; number++) {
      SimReplica node = new SimReplica(number, 0.95 + random.nextDouble() * 0.1, SLOTS, nodeCount,
          this::number);
      node.start(number);
      nodes.add(node);
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      told.add(new HashMap<>());
    }
    lead();
  }

  private void lead() throws Exception {
    EmbeddedMetadataStore opened = EmbeddedMetadataStore.open(disk, SMALL, this::nanos);
    store = opened;
    StateStore states = new StateStore(opened, new Election(opened, Layout.ELECTION)
        .campaign(opened.grant(Duration.ofDays(1)), Bytes.of("sim")).guard());
    ClusterState state = states.load();
    NodeReports reports = new NodeReports(this::nanos, Duration.ofMillis(LEASE_MS), Duration.ofSeconds(5),
        state.counters().topologyVersion());
    NodeOrders orders = new NodeOrders(this::nanos);
    TopologyFeed feed = new TopologyFeed(state);
    Controller controller = new Controller(state, states,
        new Controller.Nodes(feed, reports, orders, new Overrides(this::nanos)),
        new Planner.Rules(1, Planner.DefaultTable.UNWANTED), () -> nowMs);
    controller.submit(new Request.FoundCluster("sim"));
    controller.pass();
    term = new Term(state, controller, feed, reports, orders);
  }

  private long nanos() {
    return TimeUnit.MILLISECONDS.toNanos(nowMs);
  }

  /** Until the table is there, then faults, then a time without any, after which everything has to be well. */
  void run(int steps) throws Exception {
    double whileFaulty = faults;
    faults = 0;
    for (int i = 0; i < 20; i++) {
      step();
    }
    CompletableFuture<Decision> created = Objects.requireNonNull(term).submit(new Request.CreateTable("shop",
        SLOTS, "", CrossSlot.REFUSE, asked, Origin.MANAGER));
    for (int i = 0; i < 20; i++) {
      step();
    }
    check(created.join() instanceof Decision.Accepted && table() != null, "the table is made");
    faults = whileFaulty;
    for (int i = 0; i < steps; i++) {
      if (wantedReshapes > 0 && random.nextInt(steps) < wantedReshapes) {
        reshape();
      }
      step();
    }
    faults = 0;
    heal();
    for (int i = 0; i < 400; i++) {
      step();
    }
    checkWell();
  }

  /** Refused while another one is under way. */
  private void reshape() {
    if (term == null) {
      return;
    }
    int replicas = 1 + random.nextInt(nodes.size());
    Acks acks = switch (random.nextInt(3)) {
      case 0 -> Acks.MAJORITY;
      case 1 -> Acks.NONE;
      default -> Acks.of(random.nextInt(replicas));
    };
    Replication wanted = new Replication(replicas, acks);
    TableRecord table = Objects.requireNonNull(table());
    term.submit(new Request.SetReplication(table.id(), wanted, Origin.MANAGER)).thenAccept(decision -> {
      if (decision instanceof Decision.Accepted) {
        asked = wanted;
        reshapes++;
        if (acks.equals(Acks.NONE)) {
          // From now on any one answer is enough to elect.
          told.forEach(Map::clear);
        }
      }
    });
  }

  void close() throws IOException {
    if (store != null) {
      store.close();
    }
  }

  private @Nullable TableRecord table() {
    return term == null ? null : term.state().table("shop");
  }

  void step() throws Exception {
    nowMs += STEP_MS;
    misfortune();
    while (!network.isEmpty() && network.peek().atMs() <= nowMs) {
      network.remove().arrival().run();
    }
    for (SimReplica node : nodes) {
      if (node.acts() && nowMs / HEARTBEAT_MS != (nowMs - STEP_MS) / HEARTBEAT_MS) {
        speak(node);
      }
    }
    write();
    replicate();
    if (term != null) {
      term.controller().pass();
      publish(term);
    }
    checkInvariants();
  }

  private void misfortune() throws Exception {
    if (random.nextDouble() < faults) {
      SimReplica node = nodes.get(random.nextInt(nodes.size()));
      switch (random.nextInt(6)) {
        case 0 -> node.up = false;
        case 1 -> node.paused = true;
        case 2 -> cut[random.nextInt(cut.length)][node.number] = true;
        case 3 -> cut[node.number][random.nextInt(cut.length)] = true;
        case 4 -> stopManager();
        default -> node.start(++sent + 1000);
      }
    }
    if (random.nextDouble() < faults * 2) {
      SimReplica node = nodes.get(random.nextInt(nodes.size()));
      node.paused = false;
      if (!node.up) {
        node.start(++sent + 1000);
      }
    }
    if (random.nextDouble() < faults * 2) {
      mend();
    }
    if (term == null && (faults == 0 || random.nextDouble() < 0.1)) {
      lead();
    }
  }

  private void mend() {
    for (boolean[] each : cut) {
      java.util.Arrays.fill(each, false);
    }
  }

  private void heal() {
    mend();
    for (SimReplica node : nodes) {
      node.paused = false;
      if (!node.up) {
        node.start(++sent + 1000);
      }
    }
  }

  private void stopManager() throws IOException {
    if (store != null && term != null) {
      store.close();
      disk = disk.restarted(random);
      store = null;
      term = null;
    }
  }

  /** From one to another, 0 is the manager; sometimes late, twice or never. */
  private void send(int from, int to, Runnable arrival) {
    int copies = faults == 0 ? 1 : random.nextDouble() < 0.03 ? 0 : random.nextDouble() < 0.03 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      long delay = random.nextInt(faults > 0 && random.nextDouble() < 0.03 ? 2500 : 60);
      network.add(new Message(nowMs + delay, ++sent, () -> {
        if (!cut[from][to]) {
          arrival.run();
        }
      }));
    }
  }

  private void toNode(SimReplica node, long process, Runnable arrival) {
    send(0, node.number, () -> {
      if (node.up && node.process == process) {
        if (node.paused) {
          network.add(new Message(nowMs + STEP_MS, ++sent, () -> toNodeAgain(node, process, arrival)));
        } else {
          arrival.run();
        }
      }
    });
  }

  /** It waits in the socket of a process that is frozen. */
  private void toNodeAgain(SimReplica node, long process, Runnable arrival) {
    if (node.up && node.process == process) {
      if (node.paused) {
        network.add(new Message(nowMs + STEP_MS, ++sent, () -> toNodeAgain(node, process, arrival)));
      } else {
        arrival.run();
      }
    }
  }

  private void speak(SimReplica node) {
    long process = node.process;
    double sentAt = node.localTime(nowMs);
    if (node.registeredVersion == 0) {
      send(node.number, 0, () -> register(node, process, sentAt));
    } else {
      long version = node.version;
      List<TableReplicas> report = node.report();
      send(node.number, 0, () -> heartbeat(node, process, version, report, sentAt));
    }
  }

  private void register(SimReplica node, long process, double sentAt) {
    Term now = term;
    if (now == null || node.process != process) {
      return; // its connection went with the process
    }
    NodeRecord known = now.state().nodeOfStore("store-" + node.number);
    NodeReports.Process isNew = known == null || known.startedAtMs() != process
        ? NodeReports.Process.NEW
        : NodeReports.Process.KNOWN;
    now.submit(new Request.RegisterNode(
        new NodeInfo(node.id, "host", 1000 + node.number, 2000, 3000, ""), "", "store-" + node.number, "1",
        process))
        .thenAccept(decision -> {
          int id = (int) ((Decision.Accepted) decision).answer();
          // The answer to a registration that is waited for: the record is there when this runs, or a moment later.
          network
              .add(new Message(nowMs + 1, ++sent, () -> registered(now, node, id, process, isNew, sentAt)));
        });
  }

  private void registered(Term then, SimReplica node, int id, long process, NodeReports.Process isNew,
      double sentAt) {
    NodeRecord record = then.state().node(id);
    if (then != term || record == null || record.startedAtMs() != process) {
      return;
    }
    then.registered(id, isNew);
    long version = record.registeredVersion();
    boolean renews = isNew == NodeReports.Process.NEW;
    toNode(node, process, () -> {
      node.id = id;
      node.registeredVersion = node.registeredVersion == 0 ? version : node.registeredVersion;
      extend(node, renews, sentAt);
    });
  }

  private static void extend(SimReplica node, boolean renews, double sentAt) {
    if (renews) {
      node.leaseEnd = Math.max(node.leaseEnd, sentAt + LEASE_MS);
    }
  }

  private void heartbeat(SimReplica node, long process, long version, List<TableReplicas> report,
      double sentAt) {
    Term now = term;
    if (now == null || node.id == 0) {
      return;
    }
    NodeRecord record = now.state().node(node.id);
    if (record == null || record.startedAtMs() != process) {
      return;
    }
    boolean renews = now.heard(node.id, HeartbeatRequest.newBuilder().setNodeId(node.id)
        .setStartedAtMs(process).setAppliedVersion(version).addAllReplicas(report).build());
    toNode(node, process, () -> extend(node, renews, sentAt));
    publish(now, node);
    if (!now.orders().canBeAsked(node.id, process) && random.nextDouble() < 0.5) {
      now.attends(node.id, process, line(now, node, process));
    }
  }

  /** The stream of the topology: at once, and again with heartbeats when it was lost. */
  private void publish(Term now) {
    long newest = now.state().counters().topologyVersion();
    if (newest != published) {
      nodes.forEach(node -> publish(now, node));
      published = newest;
    }
  }

  private void publish(Term now, SimReplica node) {
    TableRecord table = now.state().table("shop");
    long newest = now.state().counters().topologyVersion();
    if (table != null && table.isPlaced()) {
      toNode(node, node.process, () -> node.learn(table.table(), newest));
    }
  }

  private NodeOrders.Line line(Term then, SimReplica node, long process) {
    return new NodeOrders.Line() {
      @Override
      public void send(Order order) {
        toNode(node, process, () -> {
          var answer = node.answer(order);
          FailoverSim.this.send(node.number, 0, () -> {
            if (term == then) {
              then.answered(node.id, process, answer);
            }
          });
        });
      }

      @Override
      public void end() {
        throw new IllegalStateException("terms of the simulation end without a word");
      }
    };
  }

  private int number(int id) {
    return nodes.stream().filter(node -> node.id == id).findFirst().orElseThrow().number;
  }

  private void write() {
    for (SimReplica node : nodes) {
      int slot = random.nextInt(SLOTS);
      SlotRange range = node.range(slot);
      if (range != null && node.serves(slot, nowMs)) {
        node.logs.get(slot).add(new Entry(range.epoch(), ++written));
      }
    }
  }

  private void replicate() {
    for (SimReplica leader : nodes) {
      for (int slot = 0; slot < SLOTS; slot++) {
        SlotRange range = leader.range(slot);
        if (range == null || !leader.acts() || range.leader() != leader.id || leader.inCopy[slot]
            || leader.registeredVersion == 0
            || range.isReplicated() && range.since() <= leader.registeredVersion
            || leader.promised[slot] > range.epoch()) {
          continue;
        }
        for (SimReplica follower : nodes) {
          if (follower != leader && range.replicas().contains(follower.id) && follower.acts()
              && !cut[leader.number][follower.number]
              && follower.heardOf(slot) <= range.epoch() && random.nextDouble() < 0.5) {
            follow(leader, follower, slot, range.epoch());
          }
        }
        tell(leader, slot, range);
      }
    }
  }

  private void follow(SimReplica leader, SimReplica follower, int slot, long epoch) {
    if (follower.inCopy[slot] && random.nextDouble() < 0.2) {
      follower.copied(leader, slot);
    }
    follower.follow(leader, slot, faults == 0 ? 20 : 1 + random.nextInt(3));
    if (follower.inCopy[slot]) {
      return;
    }
    int has = follower.logs.get(slot).size();
    long process = leader.process;
    send(follower.number, leader.number, () -> {
      SlotRange now = leader.range(slot);
      if (leader.process == process && now != null && now.epoch() == epoch && leader.acts()) {
        leader.acked[slot][follower.number] = Math.max(leader.acked[slot][follower.number], has);
      }
    });
  }

  /** The client is answered as far as enough followers are. */
  private void tell(SimReplica leader, int slot, SlotRange range) {
    if (!leader.serves(slot, nowMs)) {
      return;
    }
    List<Entry> log = leader.logs.get(slot);
    int needed = Objects.requireNonNull(leader.table).acks().needed(range.counting());
    List<Integer> counting = Earlier.counting(range);
    for (int index = log.size(); index > 0 && !told.get(slot).containsKey(index); index--) {
      int at = index;
      long have = nodes.stream()
          .filter(node -> counting.contains(node.id) && leader.acked[slot][node.number] >= at).count();
      if (needed > 0 && !asked.acks().equals(Acks.NONE) && have >= needed
          && log.get(index - 1).epoch() == range.epoch()) {
        told.get(slot).put(index, log.get(index - 1).value());
        acknowledged++;
      }
    }
  }

  private void checkInvariants() {
    TableRecord table = table();
    for (int slot = 0; slot < SLOTS; slot++) {
      if (table != null && table.isPlaced()) {
        checkElected(slot, table.table().range(slot));
      }
      @Nullable SimReplica serving = null;
      for (SimReplica node : nodes) {
        SlotRange range = node.range(slot);
        if (range == null || !node.serves(slot, nowMs)) {
          continue;
        }
        check(serving == null,
            "one node serves slot " + slot + ", not " + node.number + " beside another one");
        serving = node;
        Integer before = leaders.put(slot + "@" + range.epoch(), node.number);
        check(before == null || before == node.number, "one leader of epoch " + range.epoch());
        if (before == null) {
          checkHasAll(node, slot);
        }
      }
    }
  }

  private void checkElected(int slot, SlotRange range) {
    if (range.epoch() > electedEpochs[slot]) {
      elections += electedEpochs[slot] == 0 ? 0 : 1;
      electedEpochs[slot] = range.epoch();
      check(!range.learners().contains(range.leader()), "no learner is elected");
      nodes.stream().filter(node -> node.id == range.leader())
          .forEach(node -> check(!node.inCopy[slot], "nobody in copy is elected"));
    }
  }

  private void checkHasAll(SimReplica node, int slot) {
    List<Entry> log = node.logs.get(slot);
    told.get(slot).forEach((index, value) -> check(index <= log.size() && log.get(index - 1).value() == value,
        "new leader " + node.number + " of slot " + slot + " has record " + index
            + ", which was acknowledged"));
  }

  private void checkWell() {
    TableRecord table = Objects.requireNonNull(table());
    check(table.replication().equals(asked), "the table has what was asked for last");
    for (int slot = 0; slot < SLOTS; slot++) {
      int at = slot;
      SlotRange range = table.table().range(slot);
      List<Integer> counting = Earlier.counting(range);
      int needed = asked.acks().equals(Acks.NONE)
          ? 1
          : counting.size() - asked.acks().needed(counting.size());
      boolean enough = nodes.stream().filter(node -> counting.contains(node.id) && !node.inCopy[at])
          .count() >= needed;
      if (enough && table.earlier().isEmpty()) {
        check(range.replicas().size() == asked.replicas() && range.learners().isEmpty(),
            "slot " + slot + " has " + asked + " in the end: " + range + " "
                + Objects.requireNonNull(term).controller().waiting(2));
        SimReplica serving = nodes.stream().filter(node -> node.serves(at, nowMs)).findFirst().orElse(null);
        check(serving != null, "slot " + slot + " is served in the end: " + table.ranges() + " "
            + Objects.requireNonNull(term).controller().failover());
        checkHasAll(Objects.requireNonNull(serving), slot);
      }
    }
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("at " + nowMs + " ms: " + what);
    }
  }
}
