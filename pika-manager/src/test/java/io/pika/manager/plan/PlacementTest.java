package io.pika.manager.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.SlotRange;
import io.pika.manager.plan.Placement.Candidate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlacementTest {
  @Test
  void aTableIsCutIntoOnePieceForEachNode() {
    assertThat(Placement.place(64, nodes(0, 0, 0))).containsExactly(range(0, 21, 1, 1), range(22, 42, 1, 2),
        range(43, 63, 1, 3));
  }

  @Test
  void theNodeWithTheFewestSlotsGetsTheBiggerPiece() {
    assertThat(Placement.place(64, nodes(10, 5, 7))).extracting(SlotRange::leader).containsExactly(2, 3, 1);
    assertThat(Placement.place(1, nodes(3, 3, 2))).containsExactly(range(0, 0, 1, 3));
  }

  @Test
  void aSmallTableDoesNotFillTheTopologyOfABigCluster() {
    assertThat(Placement.pieces(64, 1000)).isEqualTo(8);
    assertThat(Placement.pieces(1024, 1000)).isEqualTo(16);
    assertThat(Placement.pieces(16384, 1000)).isEqualTo(256);
    assertThat(Placement.pieces(4, 1000)).isEqualTo(4);
  }

  @Test
  void amongEqualNodesAnotherZoneComesNext() {
    List<Candidate> candidates = List.of(new Candidate(1, 0, "a"), new Candidate(2, 0, "a"),
        new Candidate(3, 0, "b"), new Candidate(4, 0, "b"));
    assertThat(Placement.place(2, candidates)).extracting(SlotRange::leader).containsExactly(1, 3);
    assertThat(Placement.place(4, candidates)).extracting(SlotRange::leader).containsExactly(1, 3, 2, 4);
  }

  @Test
  void rangesOfALostNodeGoElsewhereWithANewEpochAndTheOthersStay() {
    List<SlotRange> before = Placement.place(64, nodes(0, 0, 0));
    assertThat(Placement.replace(before, 2, List.of(new Candidate(1, 22, ""), new Candidate(3, 21, ""))))
        .containsExactly(range(0, 21, 1, 1), range(22, 42, 2, 3), range(43, 63, 1, 3));
  }

  private static List<Candidate> nodes(long... loads) {
    List<Candidate> candidates = new ArrayList<>();
    for (long load : loads) {
      candidates.add(new Candidate(candidates.size() + 1, load, ""));
    }
    return candidates;
  }

  private static SlotRange range(int from, int to, long epoch, int leader) {
    return new SlotRange(from, to, epoch, leader, List.of(leader));
  }
}
