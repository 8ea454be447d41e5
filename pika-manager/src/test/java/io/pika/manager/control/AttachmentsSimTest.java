package io.pika.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.bytes.Bytes;
import io.pika.core.model.AttachmentEdit;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.AttachmentSet;
import io.pika.core.topology.AttachmentsChange;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.core.topology.TopologyCodec;
import io.pika.manager.plan.Planner;
import io.pika.manager.state.AttachmentChanges;
import io.pika.manager.state.Decision;
import io.pika.manager.state.JobRecord.Origin;
import io.pika.manager.state.Request;
import io.pika.testkit.disk.FakeDisk;
import io.pika.testkit.disk.SimulatedCrash;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is attached to tables: decided once, kept, and told to nodes. */
final class AttachmentsSimTest {
  private static final Planner.Rules RULES = new Planner.Rules(1, Planner.DefaultTable.UNWANTED);
  private static final Bytes CONTENT = Bytes.of("content");

  private static ManagerSim withTable(FakeDisk disk) throws Exception {
    ManagerSim sim = new ManagerSim(disk, 1, RULES);
    sim.ask(new Request.CreateTable("shop", 4, "", Origin.MANAGER));
    sim.untilNoJobRuns();
    return sim;
  }

  private static Decision change(ManagerSim sim, long expected, AttachmentEdit... edits) throws Exception {
    return sim.ask(new Request.ChangeAttachments(1, AttachmentKind.USER, expected, List.of(edits)));
  }

  private static long version(Decision decision) {
    return ((Decision.Accepted) decision).answer();
  }

  private static String code(Decision decision) {
    return ((Decision.Rejected) decision).refusal().code();
  }

  private static AttachmentEdit user(String name) {
    return AttachmentEdit.put(name, CONTENT);
  }

  @Test
  void aChangeForAnOlderSetIsAConflictUnlessItIsThereAlready() throws Exception {
    try (ManagerSim sim = withTable(new FakeDisk())) {
      long first = version(change(sim, 0, user("ann")));
      assertThat(code(change(sim, 0, user("bob")))).isEqualTo(AttachmentChanges.CONFLICT);
      assertThat(version(change(sim, 0, user("ann")))).isEqualTo(first);
      long second = version(change(sim, first, user("bob"), AttachmentEdit.remove("ann")));
      assertThat(second).isGreaterThan(first);
      assertThat(version(change(sim, first, user("bob"), AttachmentEdit.remove("ann")))).isEqualTo(second);
      assertThat(version(change(sim, 0, AttachmentEdit.remove("nobody")))).isEqualTo(second);
      assertThat(mirror(sim).byName()).containsOnlyKeys("bob");
    }
  }

  @Test
  void ofTwoChangesOfOneRoundTheSecondIsAConflict() throws Exception {
    try (ManagerSim sim = withTable(new FakeDisk())) {
      var first = sim.term().submit(
          new Request.ChangeAttachments(1, AttachmentKind.USER, 0, List.of(user("ann"))));
      var second = sim.term().submit(
          new Request.ChangeAttachments(1, AttachmentKind.USER, 0, List.of(user("bob"))));
      sim.term().controller().pass();
      assertThat(first.get()).isInstanceOf(Decision.Accepted.class);
      assertThat(code(second.get())).isEqualTo(AttachmentChanges.CONFLICT);
    }
  }

  @Test
  void nodesGetTheSameByASnapshotAndByTheChanges() throws Exception {
    try (ManagerSim sim = withTable(new FakeDisk())) {
      Topology following = new Topology();
      follow(sim, following);
      Random random = new Random(5);
      long version = 0;
      for (int round = 0; round < 200; round++) {
        String name = "user" + random.nextInt(40);
        AttachmentEdit edit = random.nextInt(3) == 0
            ? AttachmentEdit.remove(name)
            : AttachmentEdit.put(name, Bytes.of(new byte[random.nextInt(20_000)]));
        version = version(change(sim, version, edit));
        if (random.nextInt(4) == 0) {
          follow(sim, following);
        }
      }
      follow(sim, following);
      AttachmentSet followed = following.attachments(1, AttachmentKind.USER);
      assertThat(followed.version()).isEqualTo(version);
      assertThat(mirror(sim)).isEqualTo(followed);
      sim.restart(random);
      assertThat(mirror(sim)).isEqualTo(followed);
    }
  }

  @Test
  void aChangeOfAUserDoesNotSendTheTableAgain() throws Exception {
    try (ManagerSim sim = withTable(new FakeDisk())) {
      long before = sim.term().feed().version();
      change(sim, 0, user("ann"));
      TopologyFeed.Next.Changes next = (TopologyFeed.Next.Changes) sim.term().feed().after(before, 0);
      assertThat(next.updates()).singleElement().satisfies(update -> {
        assertThat(update.getTablesList()).isEmpty();
        assertThat(update.getAttachmentsList()).hasSize(1);
      });
    }
  }

  @Test
  void aDroppedTableLeavesNothingBehind() throws Exception {
    try (ManagerSim sim = withTable(new FakeDisk())) {
      long version = 0;
      for (int batch = 0; batch < 3; batch++) {
        int from = batch * AttachmentEdit.MAX_EDITS;
        version = version(change(sim, version, IntStream.range(from, from + AttachmentEdit.MAX_EDITS)
            .mapToObj(i -> user("user" + i)).toArray(AttachmentEdit[]::new)));
      }
      sim.ask(new Request.DropTable(1, Origin.MANAGER));
      sim.untilNoJobRuns();
      assertThat(sim.term().state().table(1)).isNull();
      assertThat(sim.term().state().attachments()).isEmpty();
      assertThat(sim.term().state().attachedBytes()).isZero();
      assertThat(code(change(sim, 0, user("ann")))).isEqualTo("table_not_found");
    }
  }

  @Test
  void whatIsAttachedIsBounded() throws Exception {
    try (ManagerSim sim = withTable(new FakeDisk())) {
      int most = AttachmentKind.LIBRARY.maxBytes();
      AttachmentEdit[] large = IntStream.range(0, 3)
          .mapToObj(i -> AttachmentEdit.put("l" + i, Bytes.of(new byte[most])))
          .toArray(AttachmentEdit[]::new);
      Decision full = sim
          .ask(new Request.ChangeAttachments(1, AttachmentKind.LIBRARY, 0, List.of(large)));
      assertThat(version(full)).isPositive();
      assertThat(code(sim.ask(new Request.ChangeAttachments(1, AttachmentKind.LIBRARY, version(full),
          List.of(user("one more")))))).isEqualTo("too_large_in_all");
      assertThat(code(change(sim, 0, AttachmentEdit.put("ann", Bytes.of(new byte[(64 << 10) + 1])))))
          .isEqualTo("too_large");
      assertThat(code(change(sim, 0, user("x".repeat(129))))).isEqualTo("invalid_name");
      assertThat(code(change(sim, 0, user("")))).isEqualTo("invalid_name");
      assertThat(code(change(sim, 0, user("ann"), AttachmentEdit.remove("ann")))).isEqualTo("invalid_name");
      assertThat(code(change(sim, 0, IntStream.range(0, AttachmentEdit.MAX_EDITS + 1)
          .mapToObj(i -> user("user" + i)).toArray(AttachmentEdit[]::new)))).isEqualTo("too_many_changes");
      long version = 0;
      for (int i = 0; i < AttachmentKind.USER.maxCount(); i++) {
        version = version(change(sim, version, user("user" + i)));
      }
      assertThat(code(change(sim, version, user("one more")))).isEqualTo("too_many");
      assertThat(version(change(sim, version, AttachmentEdit.put("user1", Bytes.EMPTY)))).isPositive();
    }
  }

  /** The caller repeats what was not answered, and sees conflicts as somebody does who was answered late. */
  @Test
  void whereverTheManagerDiesEveryChangeIsMadeOnce() throws Exception {
    FakeDisk quiet = new FakeDisk();
    AttachmentSet expected = play(quiet, new Random(0));
    assertThat(expected.byName()).containsOnlyKeys("user1", "user2", "user4", "user5", "user7",
        "user8", "user9");
    for (int crashAt = 1; crashAt <= quiet.operations(); crashAt++) {
      FakeDisk disk = new FakeDisk();
      disk.crashAt(crashAt);
      assertThat(play(disk, new Random(crashAt)).byName().keySet()).as("crash at disk operation %d", crashAt)
          .isEqualTo(expected.byName().keySet());
    }
  }

  private static AttachmentSet play(FakeDisk disk, Random random) throws Exception {
    ManagerSim sim;
    try {
      sim = new ManagerSim(disk, 1, RULES);
    } catch (SimulatedCrash crash) {
      sim = new ManagerSim(disk.restarted(random), 1, RULES);
    }
    int next = 0;
    long known = 0;
    while (next < 10) {
      try {
        sim.step();
        if (sim.term().state().table("shop") == null) {
          sim.ask(new Request.CreateTable("shop", 4, "", new Origin("test", "create", "")));
        }
        if (!sim.term().state().runningJobs().isEmpty()) {
          continue;
        }
        known = version(next % 3 == 2
            ? change(sim, known, AttachmentEdit.remove("user" + (next - 2)), user("user" + next))
            : change(sim, known, user("user" + next)));
        next++;
      } catch (SimulatedCrash crash) {
        sim.restart(random);
      }
    }
    AttachmentSet end = mirror(sim);
    sim.close();
    return end;
  }

  /** As a node has it that begins with nothing. */
  private static AttachmentSet mirror(ManagerSim sim) throws Exception {
    Topology topology = new Topology();
    follow(sim, topology);
    return topology.attachments(1, AttachmentKind.USER);
  }

  private static void follow(ManagerSim sim, Topology topology) throws Exception {
    switch (sim.term().feed().after(topology.version(), 0)) {
      case TopologyFeed.Next.Changes changes ->
        changes.updates().forEach(update -> topology.apply(TopologyCodec.decode(update)));
      case TopologyFeed.Next.Snapshot snapshot -> {
        List<AttachmentsChange> attached = new ArrayList<>();
        snapshot.chunks().forEachRemaining(
            chunk -> attached.addAll(TopologyCodec.decode(chunk).attachments()));
        topology.apply(new TopologyChange(snapshot.version(), true, List.of(), List.of(), List.of(),
            List.of(), attached));
      }
      case TopologyFeed.Next.Nothing nothing -> {
      }
      case TopologyFeed.Next.Over over -> throw new AssertionError("the term is over");
    }
  }
}
