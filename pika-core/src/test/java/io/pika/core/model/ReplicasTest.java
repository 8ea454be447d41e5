package io.pika.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.core.rpc.TableEntry;
import io.pika.core.topology.TopologyCodec;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicasTest {
  private static SlotRange range(List<Integer> replicas, List<Integer> learners) {
    return new SlotRange(0, 15, 3, 1, replicas, learners, 17);
  }

  @Test
  void aMajorityOfFollowersAndTheLeaderIsMoreThanHalf() {
    for (int counting = 1; counting <= 9; counting++) {
      assertThat(2 * (1 + Acks.MAJORITY.needed(counting))).isGreaterThan(counting);
      assertThat(2 * Acks.MAJORITY.needed(counting)).isLessThanOrEqualTo(counting);
    }
  }

  @Test
  void noMoreFollowersAreNeededThanCount() {
    assertThat(Acks.NONE.needed(3)).isZero();
    assertThat(Acks.of(2).needed(3)).isEqualTo(2);
    assertThat(Acks.of(2).needed(2)).isEqualTo(1);
    assertThat(Acks.of(2).needed(1)).isZero();
    assertThat(range(List.of(1, 2, 3), List.of(3)).counting()).isEqualTo(2);
  }

  @Test
  void leaderIsNoLearnerAndLearnersAreReplicas() {
    assertThatThrownBy(() -> range(List.of(1, 2), List.of(1))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> range(List.of(1, 2), List.of(3))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void replicasAndAcksGoThroughTheTopologysForm() {
    for (Acks acks : List.of(Acks.NONE, Acks.of(2), Acks.MAJORITY)) {
      Table table = new Table(7, "shop", 16, TableState.READY, false, "", CrossSlot.REFUSE, acks,
          List.of(range(List.of(1, 2, 3), List.of(2))));
      TableEntry entry = TopologyCodec.encode(table);
      assertThat(TopologyCodec.decode(entry)).isEqualTo(table);
    }
  }
}
