package io.pika.manager.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.Acks;
import io.pika.core.model.CrossSlot;
import io.pika.core.model.NodeInfo;
import io.pika.core.model.SlotRange;
import io.pika.core.model.TableState;
import io.pika.manager.plan.Ballot.Answer;
import io.pika.manager.state.Change;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.Decider;
import io.pika.manager.state.Decision;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.Replication;
import io.pika.manager.state.Request;
import io.pika.manager.state.TableRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes, of which node 1 leads a table of four slots; it was started at 100, the others at 200 and 300. */
final class FailoverTest {
  private static final long LEADS_SINCE = 10;

  private final ClusterState state = new ClusterState();
  private final Set<Integer> silent = new HashSet<>();
  private final Map<String, Answer> answers = new HashMap<>();
  private final Set<Integer> connected = new HashSet<>();
  private final Set<Integer> owing = new HashSet<>();
  private boolean brakeIsOff;
  private boolean acceptsLoss;

  @BeforeEach
  void found() {
    for (int node = 1; node <= 3; node++) {
      node(node, 5);
    }
    table(Acks.MAJORITY, List.of());
  }

  private void node(int id, long leadsAfter) {
    state.evolve(
        new Change.NodePut(new NodeRecord(new NodeInfo(id, "host", id, 2, 3, ""), "store" + id, "1", 0,
            false, id * 100L, 5, leadsAfter)));
  }

  private void table(Acks acks, List<Integer> learners) {
    state.evolve(new Change.TablePut(new TableRecord(7, "shop", 4, TableState.READY, false, "",
        CrossSlot.REFUSE, new Replication(3, acks),
        List.of(new SlotRange(0, 3, 1, 1, List.of(1, 2, 3), learners, LEADS_SINCE)), 0, 0, Map.of(),
        List.of())));
  }

  private void answers(int node, long index, boolean inCopy) {
    for (int slot = 0; slot < 4; slot++) {
      answers.put(node + "/" + slot, new Answer(1, index, index, inCopy, false));
    }
  }

  private Failover.Outcome plan() {
    Ballot ballot = new Ballot() {
      @Override
      public @Nullable Answer answer(int node, long process, int table, int slot, long epoch) {
        return epoch == 2 && process == node * 100L ? answers.get(node + "/" + slot) : null;
      }

      @Override
      public boolean canBeAsked(int node, long process) {
        return connected.contains(node) && process == node * 100L;
      }

      @Override
      public boolean owesAnAnswer(int node) {
        return owing.contains(node);
      }
    };
    Failover.Overrides overrides = new Failover.Overrides() {
      @Override
      public boolean brakeIsOff() {
        return brakeIsOff;
      }

      @Override
      public boolean acceptsLoss(int table) {
        return acceptsLoss;
      }
    };
    return Failover.plan(state, state.replicatedTables(), node -> new Observed(
        silent.contains(node) ? Health.SUSPECT : Health.ALIVE, 0, 0, Set.of(), silent.contains(node)), ballot,
        overrides);
  }

  private static SlotRange elected(int from, int to, int leader, long version) {
    return new SlotRange(from, to, 2, leader, List.of(1, 2, 3), List.of(), version);
  }

  private List<SlotRange> after(Failover.Outcome outcome) {
    assertThat(outcome.steps()).hasSize(1);
    Decision decision = Decider.decide(state, outcome.steps().getFirst(), 0);
    return ((Decision.Accepted) decision).changes().stream().filter(Change.TablePut.class::isInstance)
        .flatMap(change -> ((Change.TablePut) change).table().ranges().stream()).toList();
  }

  @Test
  void nothingIsDoneWhileTheLeaderIsWell() {
    assertThat(plan().isCalm()).isTrue();
    silent.add(2);
    assertThat(plan().isCalm()).isTrue();
  }

  @Test
  void aLeaderWhoseLeaseIsOverIsDeposedBeforeAnybodyIsAsked() {
    silent.add(1);
    connected.addAll(Set.of(2, 3));
    assertThat(plan().steps()).containsExactly(new Request.Depose(1, 100));
    assertThat(plan().asks()).isEmpty();
    node(1, 11);
    assertThat(plan().asks()).isEqualTo(Map.of(2, List.of(new Failover.Asked(7, 0, 3, 2)), 3,
        List.of(new Failover.Asked(7, 0, 3, 2))));
    assertThat(plan().unfenced()).containsExactly(1);
  }

  @Test
  void theHighestPositionLeadsAndSlotsMayGetDifferentLeaders() {
    node(1, 11);
    answers(2, 20, false);
    answers(3, 20, false);
    answers.put("3/2", new Answer(1, 21, 5, false, false));
    answers.put("2/2", new Answer(1, 20, 6, false, false));
    long version = state.nextVersion();
    assertThat(after(plan())).containsExactly(elected(0, 1, 2, version), elected(2, 2, 3, version),
        elected(3, 3, 2, version));
  }

  @Test
  void whoIsInCopyOrALearnerNeitherLeadsNorCounts() {
    node(1, 11);
    answers(2, 20, false);
    answers(3, 30, true);
    assertThat(plan().stuck()).containsExactly(
        new Failover.Stuck(7, 0, 3, "1 of 2 answers that it takes; missing: nodes 1, 3"));
    answers(3, 30, false);
    table(Acks.MAJORITY, List.of(3));
    assertThat(after(plan())).extracting(SlotRange::leader).containsExactly(2);
  }

  @Test
  void withTooFewAnswersItStopsAndAnOperatorMayAcceptTheLoss() {
    node(1, 11);
    answers(3, 20, false);
    assertThat(plan().steps()).isEmpty();
    acceptsLoss = true;
    assertThat(after(plan())).extracting(SlotRange::leader).containsExactly(3);
  }

  @Test
  void underAcksNoneOneAnswerIsEnoughButOthersAreWaitedForAMoment() {
    table(Acks.NONE, List.of());
    node(1, 11);
    answers(3, 20, false);
    owing.add(2);
    assertThat(plan().steps()).isEmpty();
    assertThat(plan().stuck()).hasSize(1);
    owing.clear();
    assertThat(after(plan())).extracting(SlotRange::leader).containsExactly(3);
  }

  @Test
  void whenMostNodesAreSilentAtOnceAnOperatorIsAsked() {
    silent.addAll(Set.of(1, 2));
    assertThat(plan().steps()).isEmpty();
    assertThat(Objects.requireNonNull(plan().brake()))
        .startsWith("2 of 3 nodes with replicas are silent at once");
    brakeIsOff = true;
    assertThat(plan().steps()).containsExactly(new Request.Depose(1, 100));
  }

  @Test
  void aProcessThatHasRestartedSinceItAnsweredElectsNobody() {
    node(1, 11);
    answers(2, 20, false);
    answers(3, 10, false);
    Request elect = plan().steps().getFirst();
    state.evolve(
        new Change.NodePut(new NodeRecord(new NodeInfo(2, "host", 2, 2, 3, ""), "store2", "1", 0, false,
            201, 12, 12)));
    assertThat(((Decision.Accepted) Decider.decide(state, elect, 0)).changes()).isEmpty();
  }

  @Test
  void onePositionWithDifferentContentsIsAnAlarm() {
    node(1, 11);
    answers(2, 20, false);
    answers(3, 20, false);
    answers.put("3/1", new Answer(1, 20, 99, false, false));
    assertThat(plan().alarms()).containsExactly(
        "nodes 2 and 3 have different contents at one position of slot 1 of table shop");
  }
}
