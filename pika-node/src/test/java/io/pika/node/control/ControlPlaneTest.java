package io.pika.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.pika.core.model.NodeInfo;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.rpc.Greeting;
import io.pika.core.rpc.Order;
import io.pika.core.rpc.OrderAnswer;
import io.pika.core.rpc.PositionsOrder;
import io.pika.core.rpc.RegisterReply;
import io.pika.core.rpc.ReplicaPosition;
import io.pika.core.rpc.SlotsAsked;
import io.pika.core.rpc.TopologyUpdate;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.core.topology.TopologyCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ControlPlaneTest {
  private static final NodeAddress ADDRESS = new NodeAddress("127.0.0.1", 9221, 19221, 8221, "rack-1", "0.1");

  @TempDir Path directory = Path.of("");

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final MemoryIdentity identity = new MemoryIdentity();
  private final MemoryTables tables = new MemoryTables();
  private FakeManager manager;
  private Topology topology = new Topology();
  private final Promises promises = new Promises();
  private Lease lease = new Lease(System::nanoTime);

  @BeforeEach
  void startManager() throws IOException {
    manager = FakeManager.start();
    manager.first.add(update(1, table(0, "default", TableState.READY)));
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    manager.close();
  }

  @Test
  void aNewNodeRegistersKeepsItsIdAndServesByTheFirstSnapshot() throws Exception {
    control().start();
    assertThat(identity.identity()).isEqualTo(new NodeIdentity("store-1", "cluster-1", 3));
    assertThat(topology.table("default")).isNotNull();
    assertThat(lease.isHeld()).isTrue();
    assertThat(manager.registered.getFirst().getZone()).isEqualTo("rack-1");
  }

  @Test
  void onlyAVersionThatIsOnDiskIsReported() throws Exception {
    control().start();
    await().until(() -> manager.beats.stream().anyMatch(beat -> beat.getAppliedVersion() == 1));
    manager.push(update(2, table(7, "shop", TableState.READY)));
    await().until(() -> manager.beats.getLast().getAppliedVersion() == 2);
    assertThat(topology.table("shop")).isNotNull();
  }

  @Test
  void aNodeStartsFromItsDiskWhenNoManagerAnswers() throws Exception {
    control().start();
    manager.push(update(2, table(7, "shop", TableState.READY)));
    await().until(() -> manager.beats.getLast().getAppliedVersion() == 2);
    restart();
    manager.close();
    control().start();
    assertThat(topology.version()).isEqualTo(2);
    assertThat(topology.table("shop")).isNotNull();
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void aStreamGoesOnFromTheVersionOnDisk() throws Exception {
    control().start();
    awaitOnDisk(1);
    restart();
    control().start();
    await().until(() -> manager.watches.size() == 2);
    assertThat(manager.watches.get(1).getFromVersion()).isEqualTo(1);
  }

  @Test
  void aNodeWithoutATopologyWaitsForTheManager() throws Exception {
    int port = manager.address().port();
    manager.close();
    ControlPlane control = control();
    Thread starting = Thread.ofVirtual().start(() -> start(control));
    await().until(() -> !control.troubles().isEmpty());
    manager = FakeManager.startOn(port);
    manager.first.add(update(1, table(0, "default", TableState.READY)));
    starting.join();
    assertThat(topology.version()).isEqualTo(1);
  }

  @Test
  void aManagerThatComesBackIsFoundAgain() throws Exception {
    ControlPlane control = control();
    control.start();
    int port = manager.address().port();
    manager.close();
    await().until(() -> !control.troubles().isEmpty());
    manager = FakeManager.startOn(port);
    manager.announced = 2;
    manager.first.add(update(2, table(7, "shop", TableState.READY)));
    await().until(() -> topology.version() == 2 && control.troubles().isEmpty() && lease.isHeld());
  }

  @Test
  void theManagerThatLeadsIsFoundAmongThoseThatStandByAndSoIsTheNextOne() throws Exception {
    try (FakeManager next = FakeManager.start()) {
      next.refusal = Status.UNAVAILABLE.withDescription("this manager stands by");
      control(FakeManager.SECRET, next, manager).start();
      await().until(() -> lease.isHeld() && manager.watches.size() == 1);
      next.announced = 2;
      next.first.add(update(2, table(7, "shop", TableState.READY)));
      manager.refusal = next.refusal;
      next.refusal = null;
      await().until(() -> topology.version() == 2 && !next.beats.isEmpty());
    }
  }

  @Test
  void theLeaseRunsOutOnTheNodesOwnClockWhenTheManagerIsSilent() throws Exception {
    manager.answer = manager.answer.toBuilder().setLeaseMs(100).build();
    control().start();
    await().until(() -> !manager.beats.isEmpty());
    manager.close();
    await().atMost(Duration.ofSeconds(2)).until(() -> !lease.isHeld());
  }

  @Test
  void theDirectoryOfAnotherClusterIsRefused() {
    identity.identity = new NodeIdentity("store-1", "cluster-of-others", 3);
    assertThatThrownBy(() -> control().start()).isInstanceOf(ManagerRefusal.class)
        .hasMessageContaining("cluster-of-others").hasMessageContaining("cluster-1");
  }

  @Test
  void whatTheManagerRefusesIsNotTriedForEver() {
    manager.refusal = Status.FAILED_PRECONDITION.withDescription("node is of cluster a, this is cluster b");
    assertThatThrownBy(() -> control().start()).isInstanceOf(ManagerRefusal.class)
        .hasMessageContaining("cluster a, this is cluster b");
  }

  @Test
  void aWrongSecretIsNamedWithItsSetting() {
    assertThatThrownBy(() -> control("another secret").start()).isInstanceOf(ManagerRefusal.class)
        .hasMessageContaining("cluster-secret-file");
  }

  @Test
  void aNodeThatTheManagerHasForgottenRegistersAgain() throws Exception {
    control().start();
    await().until(() -> !manager.beats.isEmpty());
    manager.refusal = Status.NOT_FOUND.withDescription("no such node");
    await().until(() -> manager.registered.size() > 1 && !lease.isHeld());
    manager.refusal = null;
    await().until(() -> lease.isHeld());
  }

  @Test
  void theDataOfADroppedTableIsDeletedAndReportedUntilTheManagerForgetsIt() throws Exception {
    tables.ids.addAll(Set.of(0, 7));
    manager.first.set(0,
        update(1, table(0, "default", TableState.READY), table(7, "shop", TableState.READY)));
    control().start();
    manager.push(update(2, table(7, "shop", TableState.DROPPING)));
    await().until(() -> manager.beats.getLast().getPurgedTablesList().equals(List.of(7)));
    assertThat(tables.ids).containsExactly(0);
    manager.push(TopologyUpdate.newBuilder().setVersion(3).setComplete(true).addRemovedTables(7).build());
    await().until(() -> manager.beats.getLast().getPurgedTablesList().isEmpty());
  }

  @Test
  void aTableThatWasDroppedWhileTheNodeWasAwayIsDeleted() throws Exception {
    tables.ids.addAll(Set.of(0, 5));
    control().start();
    await().until(() -> tables.ids.equals(Set.of(0)));
  }

  @Test
  void nothingIsDeletedOnTheWordOfATopologyFromTheDiskAlone() throws Exception {
    control().start();
    awaitOnDisk(1);
    restart();
    manager.close();
    tables.ids.addAll(Set.of(0, 5));
    control().start();
    assertThat(tables.ids).containsExactlyInAnyOrder(0, 5);
  }

  @Test
  void slotsThatOtherNodesHaveNowAreDeletedWhenTheManagerHasSaidSo() throws Exception {
    manager.first.set(0, update(1, shared(1)));
    control().start();
    awaitOnDisk(1);
    restart();
    tables.ids.add(0);
    int port = manager.address().port();
    manager.close();
    ControlPlane control = control();
    control.start();
    assertThat(tables.erased).isEmpty();

    manager = FakeManager.startOn(port);
    manager.announced = 2;
    manager.first.add(update(2, shared(2)));
    await().until(() -> tables.erased.equals(Set.of(2, 3)) && control.deletedSlots() == 2);
  }

  /** This node has a replica of half of the slots. */
  private static Table shared(long epoch) {
    return new Table(0, "default", 4, TableState.READY, false, "",
        List.of(new SlotRange(0, 1, epoch, 3, List.of(3, 4)), new SlotRange(2, 3, epoch, 4, List.of(4, 5))));
  }

  @Test
  void aDropThatFailsIsTriedAgain() throws Exception {
    tables.ids.addAll(Set.of(0, 7));
    tables.failures = 1;
    manager.first.set(0,
        update(1, table(0, "default", TableState.READY), table(7, "shop", TableState.DROPPING)));
    control().start();
    await().until(() -> tables.ids.equals(Set.of(0)));
  }

  @Test
  void aManagerThatLostWhatTheNodeKnowsIsNotFollowed() throws Exception {
    manager.first.set(0, update(9, table(0, "default", TableState.READY)));
    manager.announced = 9;
    ControlPlane control = control();
    control.start();
    manager.push(update(4));
    await()
        .until(() -> control.troubles().stream().anyMatch(each -> each.contains("older than this node's")));
    assertThat(topology.version()).isEqualTo(9);
    assertThat(topology.table("default")).isNotNull();
  }

  @Test
  void aSnapshotInPiecesIsAppliedAsOne() throws Exception {
    TopologyUpdate whole = update(1, table(0, "default", TableState.READY),
        table(7, "shop", TableState.READY));
    manager.first.clear();
    manager.first.add(
        TopologyUpdate.newBuilder().setVersion(1).setSnapshot(true).addTables(whole.getTables(0)).build());
    manager.first.add(whole.toBuilder().clearTables().addTables(whole.getTables(1)).build());
    AtomicReference<Integer> seen = new AtomicReference<>(0);
    topology.listen(change -> seen.updateAndGet(count -> count + 1));
    control().start();
    assertThat(topology.tables()).hasSize(2);
    assertThat(seen.get()).isEqualTo(1);
  }

  @Test
  void aDamagedCopyOfTheTopologyIsPutAsideAndAskedForAgain() throws Exception {
    control().start();
    awaitOnDisk(1);
    restart();
    Path journal = directory.resolve("topology/journal");
    byte[] bytes = Files.readAllBytes(journal);
    bytes[bytes.length / 2] ^= 1;
    Files.write(journal, bytes);
    control().start();
    assertThat(topology.table("default")).isNotNull();
    assertThat(directory.resolve("topology.damaged/journal")).exists();
  }

  @Test
  void anIdIsOnDiskBeforeTheNodeCountsAsRegistered() throws Exception {
    identity.failures = 1;
    control().start();
    assertThat(identity.identity().nodeId()).isEqualTo(3);
    assertThat(manager.registered).hasSize(2);
  }

  @Test
  void anotherNodeIdThanTheOneOnDiskIsRefused() {
    identity.identity = new NodeIdentity("store-1", "cluster-1", 3);
    manager.answer = RegisterReply.newBuilder().setClusterId("cluster-1").setNodeId(4).build();
    assertThatThrownBy(() -> control().start()).isInstanceOf(ManagerRefusal.class)
        .hasMessageContaining("node 3");
  }

  @Test
  void everyWordToTheManagerSaysWhichProcessItIs() throws Exception {
    control().start();
    await().until(() -> !manager.words.isEmpty() && !manager.beats.isEmpty());
    assertThat(manager.registered.getFirst().getStartedAtMs()).isEqualTo(1_000);
    assertThat(manager.beats.getFirst().getStartedAtMs()).isEqualTo(1_000);
    assertThat(manager.words.getFirst().getGreeting()).isEqualTo(Greeting.newBuilder().setNodeId(3)
        .setClusterId("cluster-1").setStoreId("store-1").setStartedAtMs(1_000).build());
  }

  @Test
  void positionsAreAnsweredInTheOrderInWhichTheyWereAskedFor() throws Exception {
    control().start();
    await().until(() -> !manager.words.isEmpty());
    manager.lines.getLast().onNext(positions(7, 0));
    await().until(() -> manager.words.size() == 2);
    OrderAnswer answer = manager.words.getLast().getAnswer();
    assertThat(answer.getId()).isEqualTo(7);
    assertThat(answer.getPositions().getPositionsList()).extracting(ReplicaPosition::getIndex)
        .containsExactly(11L, 12L, 13L);
  }

  @Test
  void anOrderForATableThatIsNotKnownYetIsRefusedAndTheLineStays() throws Exception {
    control().start();
    await().until(() -> !manager.words.isEmpty());
    manager.lines.getLast().onNext(positions(1, 99));
    manager.lines.getLast().onNext(positions(2, 0));
    await().until(() -> manager.words.size() == 3);
    assertThat(manager.words.get(1).getAnswer().getRefusal()).contains("table 99");
    assertThat(manager.words.get(2).getAnswer().getPositions().getPositionsCount()).isEqualTo(3);
  }

  @Test
  void aLineThatBreaksIsOpenedAgain() throws Exception {
    control().start();
    await().until(() -> manager.words.size() == 1);
    manager.lines.getLast().onError(Status.UNAVAILABLE.asRuntimeException());
    await().until(() -> manager.words.size() == 2 && manager.words.getLast().hasGreeting());
  }

  @Test
  void aProcessLeadsByDecisionsAfterItsFirstRegistrationOnly() throws Exception {
    manager.answer = manager.answer.toBuilder().setTopologyVersion(5).build();
    assertThat(lease.covers(Long.MAX_VALUE)).isFalse();
    control().start();
    assertThat(lease.covers(5)).isFalse();
    assertThat(lease.covers(6)).isTrue();
  }

  private static Order positions(long id, int table) {
    return Order.newBuilder().setId(id).setPositions(PositionsOrder.newBuilder()
        .addSlots(SlotsAsked.newBuilder().setTable(table).setFrom(1).setTo(3).setEpoch(2))).build();
  }

  private static void start(ControlPlane control) {
    try {
      control.start();
    } catch (ManagerRefusal | IOException unexpected) {
      throw new IllegalStateException(unexpected);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private ControlPlane control() throws IOException {
    return control(FakeManager.SECRET);
  }

  private ControlPlane control(String secret) throws IOException {
    return control(secret, manager);
  }

  private ControlPlane control(String secret, FakeManager... managers) throws IOException {
    TopologyCache cache = TopologyCache.open(directory.resolve("topology"));
    opened.add(cache);
    ManagerClient client = new ManagerClient(Stream.of(managers).map(FakeManager::address).toList(),
        secret, Duration.ofSeconds(2));
    ControlPlane control = new ControlPlane(client, ADDRESS, identity, topology, cache, tables, this::promise,
        promises, lease,
        () -> new NodeReport(1, 2, 3, 4, 5, 6, List.of(), ""), 1_000, System::nanoTime);
    opened.add(control);
    return control;
  }

  private ReplicaPosition promise(int table, int slot, long epoch)
      throws Positions.UnknownTableException {
    if (table != 0) {
      throw new Positions.UnknownTableException(table);
    }
    return ReplicaPosition.newBuilder().setTable(table).setSlot(slot).setEpoch(epoch - 1).setIndex(10 + slot)
        .build();
  }

  private void awaitOnDisk(long version) {
    await().until(() -> manager.beats.stream().anyMatch(beat -> beat.getAppliedVersion() == version));
  }

  /** As after a restart of the process: only what is on disk is left. */
  private void restart() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    opened.clear();
    topology = new Topology();
    lease = new Lease(System::nanoTime);
  }

  private static Table table(int id, String name, TableState state) {
    return new Table(id, name, 4, state, false, "", List.of(new SlotRange(0, 3, 1, 3, List.of(3))));
  }

  /** Version 1 and every one with {@code default} is a snapshot. */
  private static TopologyUpdate update(long version, Table... tables) {
    boolean snapshot = version != 2;
    return TopologyCodec.encode(new TopologyChange(version, snapshot,
        List.of(new NodeInfo(3, "127.0.0.1", 9221, 19221, 8221, "")), List.of(tables), List.of(), List.of()));
  }

  private static final class MemoryIdentity implements IdentityKeeper {
    private volatile NodeIdentity identity = new NodeIdentity("store-1", "", 0);
    private int failures;

    @Override
    public NodeIdentity identity() {
      return identity;
    }

    @Override
    public void keep(String clusterId, int nodeId) throws IOException {
      if (failures-- > 0) {
        throw new IOException("the test disk is full");
      }
      identity = new NodeIdentity("store-1", clusterId, nodeId);
    }
  }

  private static final class MemoryTables implements TableData {
    private final Set<Integer> ids = ConcurrentHashMap.newKeySet();
    private final Set<Integer> erased = new ConcurrentSkipListSet<>();
    private volatile int failures;

    @Override
    public Set<Integer> tables() {
      return Set.copyOf(ids);
    }

    @Override
    public void drop(int table) throws IOException {
      if (failures-- > 0) {
        throw new IOException("the test's disk fails");
      }
      ids.remove(table);
    }

    /** All slots of a table have data, of epoch 2, until they have not. */
    @Override
    public int erase(int table, int from, int to, Unneeded unneeded) {
      int before = erased.size();
      for (int slot = from; slot <= to; slot++) {
        if (ids.contains(table) && !erased.contains(slot) && unneeded.isSo(slot, 2)) {
          erased.add(slot);
        }
      }
      return erased.size() - before;
    }
  }
}
