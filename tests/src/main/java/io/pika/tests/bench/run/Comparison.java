package io.pika.tests.bench.run;

import io.pika.tests.bench.load.Pace;
import io.pika.tests.bench.server.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Two servers at the same things, in turn. What disturbs the machine for longer than a round disturbs both; what does so for
 * shorter makes one ratio of several wrong, and the median does not see it.
 */
public final class Comparison implements AutoCloseable {
  private static final int WARM_UP_PIPELINE = 16;
  private static final int WARM_UP_TURNS_LEAST = 3;
  /** As long as a turn is faster than all before by this, the compiler is still at work. */
  private static final double FASTER = 1.05;

  private final RunPlan plan;
  private final Contestant ours;
  private final Contestant theirs;

  public Comparison(RunPlan plan, Target ours, Target theirs) throws IOException {
    this.plan = plan;
    this.ours = new Contestant(ours, plan);
    this.theirs = new Contestant(theirs, plan);
  }

  /** Who hears of each case when it is done. */
  public interface Listener {
    void measured(Measurement measurement);

    /** A server answered with an error, or not at all. */
    void failed(Case subject, String why);
  }

  public void run(Listener listener) throws IOException, InterruptedException {
    Workload warm = null;
    for (Case subject : plan.cases()) {
      try {
        ours.fill(subject);
        theirs.fill(subject);
        if (subject.workload() != warm) {
          warmUp(subject);
          warm = subject.workload();
        }
        Measurement full = measure(subject, 0);
        listener.measured(plan.pacing() == RunPlan.Pacing.FULL ? full : measure(subject, half(full)));
      } catch (IOException refused) {
        listener.failed(subject, String.valueOf(refused.getMessage()));
        ours.connectAnew();
        theirs.connectAnew();
      }
    }
  }

  private static double half(Measurement full) {
    return Math.min(full.ours().perSecond(), full.theirs().perSecond()) / 2;
  }

  private void warmUp(Case subject) throws IOException, InterruptedException {
    Case typical = new Case(subject.workload(), WARM_UP_PIPELINE, subject.valueBytes());
    for (Contestant each : List.of(ours, theirs)) {
      double best = 0;
      int slower = 0;
      for (int turn = 1; turn <= plan.warmUpTurns() && (turn <= WARM_UP_TURNS_LEAST || slower < 2); turn++) {
        double rate = each.turn(typical, Pace.CLOSED, RunPlan.WARM_UP_TURN, -turn).perSecond();
        slower = rate > best * FASTER ? 0 : slower + 1;
        best = Math.max(best, rate);
      }
    }
  }

  private Measurement measure(Case subject, double rate) throws IOException, InterruptedException {
    Pace pace = rate == 0 ? Pace.CLOSED : Pace.rate(rate, subject.pipeline());
    List<Turn> ourTurns = new ArrayList<>();
    List<Turn> theirTurns = new ArrayList<>();
    for (int round = 1; round <= plan.rounds(); round++) {
      ourTurns.add(ours.turn(subject, pace, plan.turn(), round));
      theirTurns.add(theirs.turn(subject, pace, plan.turn(), round));
    }
    return new Measurement(subject, rate, Figures.of(ourTurns), Figures.of(theirTurns));
  }

  @Override
  public void close() throws IOException {
    ours.close();
    theirs.close();
  }
}
