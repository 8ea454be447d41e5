package io.pika.node.type;

/**
 * The registers of a HyperLogLog, a byte each, and the estimate of how many elements made them: Otmar Ertl, "New
 * cardinality estimation algorithms for HyperLogLog sketches", arXiv:1702.01284, algorithm 6. Every step is a plain
 * double operation in Redis' order, so that the result is Redis'.
 */
final class Registers {
  static final int COUNT = 1 << 14;
  /** Bits of the hash that are left when the register has been told; a register is at most one more. */
  static final int PATTERN_BITS = 50;
  /** A register has six bits. Values above PATTERN_BITS + 1 come from no hash; they are not counted. */
  private static final int VALUES = 64;
  /** 1 / (2 ln 2). */
  private static final double ALPHA = 0.721347520444481703680;

  private final byte[] values = new byte[COUNT];

  int get(int index) {
    return values[index];
  }

  void raise(int index, int value) {
    values[index] = (byte) Math.max(values[index], value);
  }

  long count() {
    int[] histogram = new int[VALUES];
    for (byte value : values) {
      histogram[value]++;
    }
    double z = COUNT * tau((COUNT - histogram[PATTERN_BITS + 1]) / (double) COUNT);
    for (int value = PATTERN_BITS; value >= 1; value--) {
      z += histogram[value];
      z *= 0.5;
    }
    z += COUNT * sigma(histogram[0] / (double) COUNT);
    double estimate = ALPHA * COUNT * COUNT / z;
    // Only damaged registers lead here; Redis' conversion to a whole number gives this.
    return estimate >= 0x1p63 ? Long.MIN_VALUE : Math.round(estimate);
  }

  private static double sigma(double share) {
    if (share == 1) {
      return Double.POSITIVE_INFINITY;
    }
    double x = share;
    double y = 1;
    double z = x;
    double before;
    do {
      x *= x;
      before = z;
      z += x * y;
      y += y;
    } while (before != z);
    return z;
  }

  private static double tau(double share) {
    if (share == 0 || share == 1) {
      return 0;
    }
    double x = share;
    double y = 1;
    double z = 1 - x;
    double before;
    do {
      x = Math.sqrt(x);
      before = z;
      y *= 0.5;
      z -= (1 - x) * (1 - x) * y;
    } while (before != z);
    return z / 3;
  }
}
