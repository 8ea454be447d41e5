package io.pika.manager.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.core.meta.MetadataException;
import io.pika.manager.plan.Planner;
import io.pika.manager.state.Decision;
import io.pika.manager.state.JobRecord;
import io.pika.manager.state.JobRecord.Origin;
import io.pika.manager.state.JobStatus;
import io.pika.manager.state.JobStep;
import io.pika.manager.state.Request;
import io.pika.manager.state.TableRecord;
import io.pika.testkit.disk.FakeDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ControllerSimTest {
  private final FakeDisk disk = new FakeDisk();
  private ManagerSim sim;

  @BeforeEach
  void open() throws Exception {
    sim = new ManagerSim(disk, 3, new Planner.Rules(1, Planner.DefaultTable.UNWANTED));
  }

  @AfterEach
  void close() throws Exception {
    sim.close();
  }

  @Test
  void manyRequestsShareTransactionsAndAreAllAnswered() throws Exception {
    sim.nodesAct();
    int before = disk.operations();
    List<CompletableFuture<Decision>> answers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      answers.add(sim.term().submit(new Request.CreateTable("t" + i, 4, "", Origin.MANAGER)));
    }
    sim.term().controller().pass();
    assertThat(answers).allMatch(answer -> answer.isDone() && answer.join() instanceof Decision.Accepted);
    assertThat(disk.operations() - before).isLessThan(100);
    sim.untilNoJobRuns();
    assertThat(sim.term().state().tables()).hasSize(300);
    assertThat(sim.tablesOn(2)).hasSize(300);
  }

  @Test
  void twoRequestsForOneNameInOneRoundGiveOneTable() throws Exception {
    CompletableFuture<Decision> first = sim.term()
        .submit(new Request.CreateTable("shop", 4, "", Origin.MANAGER));
    CompletableFuture<Decision> second = sim.term()
        .submit(new Request.CreateTable("shop", 4, "", Origin.MANAGER));
    sim.term().controller().pass();
    assertThat(first.join()).isInstanceOf(Decision.Accepted.class);
    assertThat(second.join()).isInstanceOf(Decision.Rejected.class);
  }

  @Test
  void theSameKeyGivesTheSameJobAndAnotherRequestUnderItIsRefused() throws Exception {
    Decision first = sim.ask(new Request.CreateTable("shop", 4, "", new Origin("me", "key", "create shop")));
    Decision again = sim.ask(new Request.CreateTable("shop", 4, "", new Origin("me", "key", "create shop")));
    Decision other = sim.ask(new Request.CreateTable("cart", 4, "", new Origin("me", "key", "create cart")));
    assertThat(((Decision.Accepted) again).answer()).isEqualTo(((Decision.Accepted) first).answer());
    assertThat(((Decision.Rejected) other).refusal().code()).isEqualTo("idempotency_key_reused");
  }

  @Test
  void aFullDiskRefusesAndLaterGoesOn() throws Exception {
    disk.freeBytes(10);
    CompletableFuture<Decision> answer = sim.term()
        .submit(new Request.CreateTable("shop", 4, "", Origin.MANAGER));
    assertThatThrownBy(() -> sim.term().controller().pass()).isInstanceOf(MetadataException.class);
    assertThat(answer).isCompletedExceptionally();
    assertThat(sim.term().state().table("shop")).isNull();
    disk.freeBytes(Long.MAX_VALUE);
    assertThat(sim.ask(new Request.CreateTable("shop", 4, "", Origin.MANAGER)))
        .isInstanceOf(Decision.Accepted.class);
  }

  @Test
  void whoWasDeposedWritesNothing() throws Exception {
    io.pika.core.meta.MetadataStore other = io.pika.core.meta.EmbeddedMetadataStore.open(new FakeDisk(),
        io.pika.core.meta.EmbeddedMetadataStore.Bounds.DEFAULT, System::nanoTime);
    io.pika.core.meta.Lease lease = other.grant(Duration.ofMinutes(1));
    var leadership = new io.pika.core.meta.Election(other, "e").campaign(lease,
        io.pika.core.bytes.Bytes.of("x"));
    var states = new io.pika.manager.store.StateStore(other, leadership.guard());
    states.load();
    lease.revoke();
    assertThatThrownBy(() -> states.commit(List.of(
        new io.pika.manager.state.Change.CountersPut(io.pika.manager.state.Counters.FIRST))))
        .isInstanceOf(io.pika.manager.store.StateStore.Deposed.class);
    other.close();
  }

  @Test
  void aDropWaitsForANodeThatIsDownUntilTheOperatorRemovesIt() throws Exception {
    sim.nodesAct();
    sim.ask(new Request.CreateTable("shop", 64, "", Origin.MANAGER));
    sim.untilNoJobRuns();
    sim.down(3, true);
    long job = ((Decision.Accepted) sim.ask(new Request.DropTable(1, Origin.MANAGER))).answer();
    for (int i = 0; i < 60; i++) {
      sim.step();
    }
    assertThat(sim.term().controller().waiting(job)).startsWith("waiting for node 3 (dead, silent for ");
    sim.ask(new Request.RemoveNode(3, Request.Loss.ACCEPTED, Origin.MANAGER));
    sim.untilNoJobRuns();
    assertThat(sim.term().state().tables()).isEmpty();
    assertThat(sim.term().state().nodes()).hasSize(2);
  }

  @Test
  void whoDropsAReadyTableDoesNotMakeItsCreationAFailure() throws Exception {
    sim.nodesAct();
    long created = ((Decision.Accepted) sim.ask(new Request.CreateTable("shop", 4, "", Origin.MANAGER)))
        .answer();
    for (int i = 0; i < 1_000 && stepOf(created) != JobStep.ANNOUNCE; i++) {
      sim.step();
    }
    assertThat(stepOf(created)).isEqualTo(JobStep.ANNOUNCE);
    sim.ask(new Request.DropTable(1, Origin.MANAGER));
    sim.untilNoJobRuns();
    JobRecord job = sim.term().state().job(created);
    assertThat(job == null ? null : job.status()).isEqualTo(JobStatus.DONE);
    assertThat(sim.term().state().tables()).isEmpty();
  }

  private @Nullable JobStep stepOf(long id) {
    JobRecord job = sim.term().state().job(id);
    return job == null || !job.isRunning() ? null : job.step();
  }

  @Test
  void aNodeThatWasAwayLongerThanChangesAreKeptGetsASnapshot() throws Exception {
    sim.nodesAct();
    sim.down(3, true);
    for (int i = 0; i < 100; i++) {
      sim.ask(new Request.CreateTable("t" + i, 1, "", Origin.MANAGER));
      sim.step();
    }
    sim.restart(new Random(1));
    sim.down(3, false);
    sim.untilNoJobRuns();
    sim.nodesAct();
    assertThat(sim.tablesOn(3)).isEqualTo(sim.tablesOn(1)).hasSize(100);
  }

  @Test
  void finishedJobsAreKeptWithinABound() throws Exception {
    sim.nodesAct();
    sim.ask(new Request.CreateTable("shop", 1, "", Origin.MANAGER));
    sim.untilNoJobRuns();
    for (int i = 0; i < 1200; i++) {
      sim.term()
          .submit(i % 2 == 0
              ? new Request.BlockTable(1, Origin.MANAGER)
              : new Request.UnblockTable(1, Origin.MANAGER));
    }
    sim.untilNoJobRuns();
    assertThat(sim.term().state().jobs().size()).isBetween(990, 1010);
    assertThat(sim.term().state().jobs().iterator().next().id()).isEqualTo(1201);
    TableRecord table = sim.term().state().table("shop");
    assertThat(table == null || table.blocked()).isFalse();
  }
}
