package io.pika.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.SlotRange;
import io.pika.manager.plan.Planner;
import io.pika.manager.state.Decision;
import io.pika.manager.state.JobRecord;
import io.pika.manager.state.JobRecord.Origin;
import io.pika.manager.state.JobStatus;
import io.pika.manager.state.Request;
import io.pika.manager.state.TableRecord;
import io.pika.testkit.disk.FakeDisk;
import io.pika.testkit.disk.SimulatedCrash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Orders are given and the manager dies: at every operation of its disk, and between any two of its rounds. The
 * caller repeats what was not acknowledged under the same key. In the end everything is as if nothing had happened.
 */
final class JobCrashSimTest {
  private static final int NODES = 3;
  private static final Planner.Rules RULES = new Planner.Rules(NODES, Planner.DefaultTable.WANTED);

  /** An order as a caller gives it: made from the state, because tables are named by what earlier ones made. */
  private interface Order {
    Request on(ManagerSim sim, Origin origin);
  }

  private static final List<Order> ORDERS = List.of(
      (sim, origin) -> new Request.CreateTable("shop", 64, "", origin),
      (sim, origin) -> new Request.CreateTable("cart", 4, "hash", origin),
      (sim, origin) -> new Request.RenameTable(id(sim, "shop"), "store", origin),
      (sim, origin) -> new Request.SetPassword(id(sim, "store"), "hash2", origin),
      (sim, origin) -> new Request.DropTable(id(sim, "cart"), origin),
      (sim, origin) -> new Request.CreateTable("cart", 8, "", origin),
      (sim, origin) -> new Request.BlockTable(id(sim, "store"), origin));

  @Test
  void everyOrderIsCarriedOutOnceWhereverTheManagerDies() throws Exception {
    FakeDisk quiet = new FakeDisk();
    String expected = play(quiet, new Random(0), Integer.MAX_VALUE);
    int operations = quiet.operations();
    assertThat(operations).isGreaterThan(40);
    for (int crashAt = 1; crashAt <= operations; crashAt++) {
      for (long seed = 0; seed < 3; seed++) {
        FakeDisk disk = new FakeDisk();
        disk.crashAt(crashAt);
        assertThat(play(disk, new Random(seed), Integer.MAX_VALUE))
            .as("crash at disk operation %d, seed %d", crashAt, seed)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void aNewManagerAfterEveryRoundGoesOnWithTheJobs() throws Exception {
    String expected = play(new FakeDisk(), new Random(0), Integer.MAX_VALUE);
    assertThat(play(new FakeDisk(), new Random(1), 1)).isEqualTo(expected);
    assertThat(play(new FakeDisk(), new Random(1), 3)).isEqualTo(expected);
  }

  /** Gives all orders one after another, restarting after a crash and after so many rounds; shows the end. */
  private static String play(FakeDisk disk, Random random, int restartEvery) throws Exception {
    ManagerSim sim = open(disk, random);
    Map<Integer, Long> jobs = new HashMap<>();
    int next = 0;
    int rounds = 0;
    while (next < ORDERS.size() || !sim.term().state().runningJobs().isEmpty()) {
      assertThat(rounds++).as("rounds, seed given by the caller").isLessThan(600);
      try {
        sim.step();
        if (next < ORDERS.size() && sim.term().state().runningJobs().isEmpty()
            && sim.term().state().cluster().defaultTableMade()) {
          JobRecord known = sim.term().state().jobOfRequest("key-" + next);
          jobs.put(next, known != null
              ? known.id()
              : accepted(sim.ask(ORDERS.get(next).on(sim, new Origin("test", "key-" + next, "")))));
          next++;
        }
        if (rounds % restartEvery == 0) {
          sim.restart(random);
        }
      } catch (SimulatedCrash crash) {
        sim.restart(random);
      }
    }
    sim.nodesAct();
    checkHistory(sim, jobs);
    String end = describe(sim);
    sim.close();
    return end;
  }

  /** A crash in the very first moments leaves nothing to restart: begin again with what the disk has. */
  private static ManagerSim open(FakeDisk disk, Random random) throws Exception {
    try {
      return new ManagerSim(disk, NODES, RULES);
    } catch (SimulatedCrash crash) {
      return new ManagerSim(disk.restarted(random), NODES, RULES);
    }
  }

  private static long accepted(Decision decision) {
    return switch (decision) {
      case Decision.Accepted accepted -> accepted.answer();
      case Decision.Rejected rejected -> throw new AssertionError(rejected.refusal());
    };
  }

  private static void checkHistory(ManagerSim sim, Map<Integer, Long> jobs) {
    assertThat(new ArrayList<>(new TreeMap<>(jobs).values())).isSorted().doesNotHaveDuplicates();
    assertThat(sim.term().state().jobs()).allMatch(job -> job.status() == JobStatus.DONE)
        .hasSize(ORDERS.size() + 1);
    assertThat(sim.term().state().counters().nextTable()).isEqualTo(4);
    assertThat(sim.term().state().nodes()).hasSize(NODES);
  }

  /** Tables as the manager has them, checked against what every node has. */
  private static String describe(ManagerSim sim) {
    List<String> lines = new ArrayList<>();
    for (TableRecord table : sim.term().state().tables().values()) {
      lines.add(table.id() + " " + table.name() + " " + table.state() + " " + table.blocked() + " "
          + table.passwordHash() + " " + table.ranges().stream().map(SlotRange::toString).toList());
      for (int node = 1; node <= NODES; node++) {
        assertThat(sim.tablesOn(node)).containsEntry(table.id(),
            io.pika.core.topology.TopologyCodec.encode(table.table()));
      }
    }
    for (int node = 1; node <= NODES; node++) {
      assertThat(sim.tablesOn(node)).hasSameSizeAs(sim.term().state().tables());
    }
    return String.join("\n", lines);
  }

  private static int id(ManagerSim sim, String name) {
    TableRecord table = sim.term().state().table(name);
    if (table == null) {
      throw new AssertionError("no table " + name);
    }
    return table.id();
  }
}
