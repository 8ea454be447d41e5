package io.pika.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.Acks;
import io.pika.core.model.CrossSlot;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.rpc.ReplicaLag;
import io.pika.core.rpc.ReplicaState;
import io.pika.core.rpc.TableReplicas;
import io.pika.node.log.LogSearch.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Node 1 leads a table of four slots, with followers on nodes 2 and 3. */
class StepReportTest {
  private static final SlotRange RANGE = new SlotRange(0, 3, 1, 1, List.of(1, 2, 3), List.of(3), 9);

  private long logEnd;
  /** A slot that none of them is in step with. */
  private int notIn = -1;
  /** By follower: up to where in the log it has everything, of connected ones. */
  private final Map<Integer, Long> acknowledged = new HashMap<>();
  private final StepReport report = new StepReport(1, () -> logEnd, new StepReport.Followers() {
    @Override
    public boolean isConnected(int node) {
      return acknowledged.containsKey(node);
    }

    @Override
    public boolean has(int node, Slot slot, long position) {
      return slot.slot() != notIn && acknowledged.getOrDefault(node, -1L) >= position;
    }
  });

  private String next(Acks acks, SlotRange... ranges) {
    List<TableReplicas> tables = report.next(List.of(new Table(7, "shop", 4, TableState.READY, false, "",
        CrossSlot.REFUSE, acks, List.of(ranges))));
    return tables.stream().map(table -> table.getTable() + ":" + table.getLagsList().stream()
        .map(StepReportTest::text).collect(Collectors.joining(" "))).collect(Collectors.joining(";"));
  }

  private static String text(ReplicaLag lag) {
    return lag.getNode() + "/" + lag.getFrom() + "-" + lag.getTo()
        + (lag.getState() == ReplicaState.REPLICA_AWAY ? "away" : "");
  }

  @Test
  void whoHasAllThatThereWasAtTheReportBeforeIsInStep() {
    acknowledged.put(2, 100L);
    assertThat(next(Acks.NONE, RANGE)).isEqualTo("7:2/0-3 3/0-3away");
    logEnd = 500;
    assertThat(next(Acks.NONE, RANGE)).isEqualTo("7:3/0-3away");
    assertThat(next(Acks.NONE, RANGE)).isEqualTo("7:2/0-3 3/0-3away");
    acknowledged.put(2, 500L);
    acknowledged.put(3, 499L);
    logEnd = 900;
    assertThat(next(Acks.NONE, RANGE)).isEqualTo("7:3/0-3");
    notIn = 2;
    acknowledged.put(2, 900L);
    acknowledged.put(3, 900L);
    assertThat(next(Acks.NONE, RANGE)).isEqualTo("7:2/2-2 3/2-2");
  }

  @Test
  void whatWasThereBeforeAChangeOfReplicasOrAcksSaysNothing() {
    acknowledged.put(2, 100L);
    acknowledged.put(3, 100L);
    next(Acks.NONE, RANGE);
    assertThat(next(Acks.NONE, RANGE)).isEqualTo("7:");
    SlotRange counts = new SlotRange(0, 3, 1, 1, List.of(1, 2, 3), List.of(), 9);
    assertThat(next(Acks.NONE, counts)).isEqualTo("7:2/0-3 3/0-3");
    assertThat(next(Acks.NONE, counts)).isEqualTo("7:");
    assertThat(next(Acks.MAJORITY, counts)).isEqualTo("7:2/0-3 3/0-3");
    assertThat(next(Acks.MAJORITY, counts)).isEqualTo("7:");
  }

  @Test
  void whatOthersLeadIsNamedWithoutLagsAndTheRestNotAtAll() {
    assertThat(next(Acks.NONE, new SlotRange(0, 3, 1, 2, List.of(1, 2), List.of(), 9))).isEqualTo("7:");
    assertThat(next(Acks.NONE, new SlotRange(0, 3, 1, 2, List.of(2, 3), List.of(), 9))).isEmpty();
    assertThat(next(Acks.NONE, new SlotRange(0, 3, 1, 1, List.of(1)))).isEmpty();
  }
}
