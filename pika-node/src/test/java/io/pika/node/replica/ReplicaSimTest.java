package io.pika.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Replay one seed with {@code -Dpika.seed=N}, many with {@code -Dpika.seeds=N}. */
class ReplicaSimTest {
  private static final int SEEDS = Integer.getInteger("pika.seeds", 500);
  private static final int STEPS = 400;

  @Test
  void aFollowerHasWhatItAcknowledgedAndAllReplicasBecomeTheSame() {
    long only = Long.getLong("pika.seed", -1);
    int acknowledgements = 0;
    int copies = 0;
    int elections = 0;
    for (long seed = Math.max(0, only); seed < (only < 0 ? SEEDS : only + 1); seed++) {
      ReplicaSim sim = new ReplicaSim(seed);
      try {
        sim.run(STEPS);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
      acknowledgements += sim.acknowledgements;
      copies += sim.copies;
      elections += sim.elections;
    }
    assertThat(acknowledgements).isPositive();
    assertThat(elections).isPositive();
    assertThat(copies).isPositive();
  }
}
