package io.pika.tests.bench.load;

/**
 * Ranks with Zipf's distribution, as in J. Gray et al., "Quickly Generating Billion-Record Synthetic Databases" (1994), which
 * YCSB uses too: rank 0 is drawn most. The constant of the distribution is below 1.
 */
final class Zipf {
  private final int count;
  private final double theta;
  private final double zeta;
  private final double alpha;
  private final double eta;

  Zipf(int count, double theta) {
    if (count < 1 || theta <= 0 || theta >= 1) {
      throw new IllegalArgumentException("Zipf needs ranks, and a constant between 0 and 1");
    }
    this.count = count;
    this.theta = theta;
    zeta = zeta(count, theta);
    alpha = 1 / (1 - theta);
    eta = (1 - Math.pow(2.0 / count, 1 - theta)) / (1 - zeta(2, theta) / zeta);
  }

  private static double zeta(int count, double theta) {
    double sum = 0;
    for (int i = 1; i <= count; i++) {
      sum += Math.pow(i, -theta);
    }
    return sum;
  }

  /** @param chance from 0 to below 1 */
  int rank(double chance) {
    double scaled = chance * zeta;
    if (scaled < 1 || count == 1) {
      return 0;
    }
    if (scaled < 1 + Math.pow(0.5, theta)) {
      return 1;
    }
    return Math.min(count - 1, (int) (count * Math.pow(eta * chance - eta + 1, alpha)));
  }

  /** Share of all draws that the first ranks get. */
  double share(int ranks) {
    return zeta(Math.min(ranks, count), theta) / zeta;
  }
}
