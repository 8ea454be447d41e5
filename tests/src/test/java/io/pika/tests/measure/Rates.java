package io.pika.tests.measure;

import io.pika.tests.bench.load.Extent;
import io.pika.tests.bench.load.Load;
import io.pika.tests.bench.load.Pace;
import io.pika.tests.bench.load.PreparedRequests;
import io.pika.tests.bench.run.Median;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Requests per second of one connection to each of two servers, who take turns. */
final class Rates {
  private static final int POOL = 60_000;
  private static final int BATCHES = 10_000;

  private final Load ours;
  private final Load theirs;
  private final int rounds;
  private final Duration turn;
  private final Random random;

  /** Medians of all rounds, in requests per second. */
  record Pair(double ours, double theirs) {
    double ratio() {
      return ours / theirs;
    }
  }

  Rates(Load ours, Load theirs, int rounds, Duration turn, long seed) {
    this.ours = ours;
    this.theirs = theirs;
    this.rounds = rounds;
    this.turn = turn;
    this.random = new Random(seed);
  }

  /** @param depth requests that are sent before the first reply is waited for */
  Pair of(Typical command, int depth) throws IOException {
    double[] ourRates = new double[rounds];
    double[] theirRates = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      List<String[]> requests = requests(command, depth);
      boolean weFirst = round % 2 == 0;
      if (weFirst) {
        ourRates[round] = rate(ours, requests, depth);
      }
      theirRates[round] = rate(theirs, requests, depth);
      if (!weFirst) {
        ourRates[round] = rate(ours, requests, depth);
      }
    }
    return new Pair(Median.of(Arrays.stream(ourRates)), Median.of(Arrays.stream(theirRates)));
  }

  private List<String[]> requests(Typical command, int depth) {
    List<String[]> requests = new ArrayList<>();
    for (int i = 0; i < Math.min(POOL, BATCHES * depth); i++) {
      requests.add(command.request().apply(random));
    }
    return requests;
  }

  private double rate(Load load, List<String[]> requests, int depth) throws IOException {
    return load.run(new PreparedRequests(requests, depth), Pace.CLOSED, Extent.of(turn), () -> 0).perSecond();
  }
}
