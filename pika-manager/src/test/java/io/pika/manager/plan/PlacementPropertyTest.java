package io.pika.manager.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.manager.plan.Placement.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PlacementPropertyTest {
  @Property(tries = 300)
  void everySlotHasALeaderAndNoNodeIsMuchBusierThanAnother(
      @ForAll @IntRange(min = 1, max = 40) int nodes,
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 14) Integer> tablePowers) {
    long[] load = new long[nodes];
    int biggestPiece = 1;
    for (int power : tablePowers) {
      int slots = 1 << power;
      List<SlotRange> ranges = Placement.place(slots, candidates(load));
      new Table(1, "t", slots, TableState.READY, false, "", ranges);
      assertThat(ranges).extracting(SlotRange::leader).doesNotHaveDuplicates();
      for (SlotRange range : ranges) {
        load[range.leader() - 1] += range.slots();
        biggestPiece = Math.max(biggestPiece, range.slots());
      }
    }
    long most = IntStream.range(0, nodes).mapToLong(i -> load[i]).max().orElseThrow();
    long least = IntStream.range(0, nodes).mapToLong(i -> load[i]).min().orElseThrow();
    assertThat(most - least).isLessThanOrEqualTo(biggestPiece);
  }

  @Property(tries = 300)
  void replicasAreOnDistinctNodesInDistinctZonesAndSpreadEvenly(
      @ForAll @IntRange(min = 3, max = 30) int nodes, @ForAll @IntRange(min = 1, max = 3) int replicas,
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 0, max = 12) Integer> tablePowers) {
    long[] led = new long[nodes];
    long[] held = new long[nodes];
    int biggestPiece = 1;
    for (int power : tablePowers) {
      List<Candidate> candidates = IntStream.range(0, nodes)
          .mapToObj(i -> new Candidate(i + 1, led[i], held[i], "zone-" + i % 3)).toList();
      for (SlotRange range : Placement.place(1 << power, replicas, candidates)) {
        assertThat(range.replicas()).hasSize(replicas).doesNotHaveDuplicates();
        assertThat(range.replicas()).extracting(node -> (node - 1) % 3).doesNotHaveDuplicates();
        led[range.leader() - 1] += range.slots();
        range.replicas().forEach(node -> held[node - 1] += replicas == 1 ? 0 : range.slots());
        biggestPiece = Math.max(biggestPiece, range.slots());
      }
    }
    long most = IntStream.range(0, nodes).mapToLong(i -> led[i]).max().orElseThrow();
    long least = IntStream.range(0, nodes).mapToLong(i -> led[i]).min().orElseThrow();
    assertThat(most - least).isLessThanOrEqualTo(biggestPiece);
  }

  @Property(tries = 100)
  void theOrderInWhichNodesAreNamedDoesNotMatter(@ForAll @IntRange(min = 1, max = 20) int nodes,
      @ForAll @IntRange(min = 0, max = 14) int power, @ForAll long seed) {
    List<Candidate> named = candidates(new long[nodes]);
    List<Candidate> shuffled = new ArrayList<>(named);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(Placement.place(1 << power, shuffled)).isEqualTo(Placement.place(1 << power, named));
  }

  private static List<Candidate> candidates(long[] load) {
    return IntStream.range(0, load.length).mapToObj(i -> new Candidate(i + 1, load[i], "zone-" + i % 3))
        .toList();
  }
}
