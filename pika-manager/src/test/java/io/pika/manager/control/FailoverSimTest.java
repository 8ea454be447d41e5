package io.pika.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.Acks;
import org.junit.jupiter.api.Test;

/** {@code -Dpika.failover.seeds=N} runs more than the usual number. A seed that failed gets a test with a name of its own. */
final class FailoverSimTest {
  private static final int SEEDS = Integer.getInteger("pika.failover.seeds", 1000);
  private static final int STEPS = 200;

  @Test
  void noAcknowledgedWriteIsLostAndNobodyServesBesideTheLeader() throws Exception {
    int elections = 0;
    int acknowledged = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      FailoverSim sim = run(seed, 0);
      elections += sim.elections;
      acknowledged += sim.acknowledged;
    }
    assertThat(elections).as("elections").isGreaterThan(SEEDS);
    assertThat(acknowledged).as("acknowledged writes").isGreaterThan(SEEDS);
  }

  @Test
  void replicasAndAcksAreChangedMeanwhile() throws Exception {
    int reshapes = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      reshapes += run(seed, 4).reshapes;
    }
    assertThat(reshapes).as("changes of replicas and acks").isGreaterThan(SEEDS);
  }

  private static FailoverSim run(long seed, int reshapes) throws Exception {
    Acks[] acks = {Acks.MAJORITY, Acks.of(1), Acks.of(2), Acks.NONE};
    FailoverSim sim = new FailoverSim(seed, seed % 3 == 0 ? 5 : 3, acks[(int) (seed % acks.length)],
        reshapes);
    try {
      sim.run(STEPS);
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
    } finally {
      sim.close();
    }
    return sim;
  }
}
