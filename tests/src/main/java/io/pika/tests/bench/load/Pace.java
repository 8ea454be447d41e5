package io.pika.tests.bench.load;

/**
 * When each batch is due, in nanoseconds after the start. Latency is counted from then, whether or not a connection was free:
 * what a slow server keeps from being sent is its own latency too (no coordinated omission).
 */
public sealed interface Pace {
  /** Each connection sends its next batch as soon as it has all replies to the last one. */
  Pace CLOSED = new Closed();

  /** That many requests a second, evenly. */
  static Pace rate(double requestsPerSecond, int batch) {
    return new Fixed(1e9 * batch / requestsPerSecond);
  }

  record Closed() implements Pace {}

  /** @param betweenNs from one batch to the next */
  record Fixed(double betweenNs) implements Pace {
    public Fixed {
      if (!(betweenNs > 0) || Double.isInfinite(betweenNs)) {
        throw new IllegalArgumentException("a rate must be above zero");
      }
    }

    long dueNs(long number) {
      return (long) (number * betweenNs);
    }
  }
}
