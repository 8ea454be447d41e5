package io.pika.tests.measure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/** Requests per second of one connection to each of two servers, who take turns. */
final class Rates {
  private static final int POOL = 60_000;

  private final LoadClient ours;
  private final LoadClient theirs;
  private final int rounds;
  private final Duration turn;
  private final Random random;

  /** Medians of all rounds, in requests per second. */
  record Pair(double ours, double theirs) {
    double ratio() {
      return ours / theirs;
    }
  }

  Rates(LoadClient ours, LoadClient theirs, int rounds, Duration turn, long seed) {
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
      byte[][] batches = batches(command, depth);
      boolean weFirst = round % 2 == 0;
      if (weFirst) {
        ourRates[round] = rate(ours, batches, depth);
      }
      theirRates[round] = rate(theirs, batches, depth);
      if (!weFirst) {
        ourRates[round] = rate(ours, batches, depth);
      }
    }
    return new Pair(median(ourRates), median(theirRates));
  }

  private byte[][] batches(Typical command, int depth) {
    byte[][] batches = new byte[Math.min(POOL / depth, 10_000)][];
    for (int i = 0; i < batches.length; i++) {
      ByteArrayOutputStream batch = new ByteArrayOutputStream();
      for (int j = 0; j < depth; j++) {
        batch.writeBytes(LoadClient.request(command.request().apply(random)));
      }
      batches[i] = batch.toByteArray();
    }
    return batches;
  }

  private double rate(LoadClient client, byte[][] batches, int depth) throws IOException {
    long start = System.nanoTime();
    long until = start + turn.toNanos();
    long sent = 0;
    long now = start;
    for (int i = 0; now < until; i = (i + 1) % batches.length) {
      client.send(batches[i]);
      client.skip(depth);
      sent += depth;
      now = System.nanoTime();
    }
    return sent * 1e9 / (now - start);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
