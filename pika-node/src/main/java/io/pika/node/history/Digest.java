package io.pika.node.history;

/**
 * The running checksum over all records of a slot: two replicas with the same position and different records have different
 * ones, but for one chance in four billion. What was different once stays different.
 */
public final class Digest {
  /** Of a slot without records. */
  public static final long NONE = 0;

  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  private Digest() {}

  /** @param recordChecksum over all bytes of the record that follows */
  public static long after(long before, int recordChecksum) {
    long mixed = (before ^ Integer.toUnsignedLong(recordChecksum)) * FACTOR;
    return (mixed ^ mixed >>> 32) + 1;
  }
}
