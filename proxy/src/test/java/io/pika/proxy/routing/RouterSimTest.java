package io.pika.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whole stories from one seed each; a failure names it. */
final class RouterSimTest {
  private static final int SEEDS = 100;

  private enum Trouble {
    NONE, MOVES, MOVES_AND_BREAKS, MOVES_AND_BREAKS_AND_STALLS
  }

  @Test
  void aQuietClusterAnswersEverythingWell() {
    for (long seed = 0; seed < 50; seed++) {
      RouterSim sim = run(seed, Trouble.NONE);
      assertThat(sim.answeredOk()).as("seed %s", seed).isEqualTo(sim.sent());
    }
  }

  @Test
  void clientsDoNotNoticeThatLeadersMove() {
    for (long seed = 0; seed < SEEDS; seed++) {
      RouterSim sim = run(seed, Trouble.MOVES);
      assertThat(sim.answeredOk()).as("seed %s", seed).isEqualTo(sim.sent());
    }
  }

  @Test
  void lostConnectionsRepeatNoWriteAndKeepOrder() {
    for (long seed = 0; seed < SEEDS; seed++) {
      run(seed, Trouble.MOVES_AND_BREAKS);
    }
  }

  @Test
  void peersThatDoNotAnswerCostNoMoreThanTheDeadline() {
    for (long seed = 0; seed < SEEDS; seed++) {
      run(seed, Trouble.MOVES_AND_BREAKS_AND_STALLS);
    }
  }

  private static RouterSim run(long seed, Trouble trouble) {
    RouterSim sim = new RouterSim(seed);
    sim.peers.refusesConnections = trouble.compareTo(Trouble.MOVES) > 0;
    sim.peers.stallsPerMille = trouble == Trouble.MOVES_AND_BREAKS_AND_STALLS ? 10 : 0;
    for (int i = 0; i < 60; i++) {
      int session = i % 3;
      sim.timer.after(sim.random.nextInt(600), () -> sim.pipeline(session));
    }
    if (trouble != Trouble.NONE) {
      for (int i = 0; i < 10; i++) {
        sim.timer.after(sim.random.nextInt(600), sim::moveOne);
      }
    }
    if (trouble.compareTo(Trouble.MOVES) > 0) {
      for (int i = 0; i < 6; i++) {
        sim.timer.after(sim.random.nextInt(600), () -> sim.peers.breakOne(2 + sim.random.nextInt(2)));
      }
    }
    try {
      sim.timer.runAll();
      sim.check();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
    return sim;
  }
}
