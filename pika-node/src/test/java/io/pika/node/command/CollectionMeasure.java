package io.pika.node.command;

import io.pika.node.command.MeasuredSlot.Batches;
import io.pika.proxy.protocol.Request;
import java.io.IOException;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * No test: how long commands take on a hash and on a set with a million elements, on the real engine and store, most of
 * it in RocksDB. Run {@code main} by hand; takes a minute or two and some 200 MB in a temporary directory.
 */
final class CollectionMeasure {
  private static final int ELEMENTS = 1_000_000;

  private final Random random = new Random(1);
  private final MeasuredSlot slot;

  private CollectionMeasure(MeasuredSlot slot) {
    this.slot = slot;
  }

  /** @param arguments none */
  public static void main(String[] arguments) throws IOException {
    try (MeasuredSlot slot = new MeasuredSlot(new Batches(1_000, 100_000), new Random(1))) {
      new CollectionMeasure(slot).measure();
    }
  }

  private void measure() {
    report("HSET of new fields", ELEMENTS,
        i -> Request.of("HSET", "h", "field:" + i, "value of the field " + i));
    report("SADD of new members", ELEMENTS, i -> Request.of("SADD", "s", "member:" + i));
    slot.flush();
    for (int round = 0; round < 2; round++) {
      report("HGET", 100_000, i -> Request.of("HGET", "h", "field:" + random.nextInt(ELEMENTS)));
      report("HSET of an old field", 20_000,
          i -> Request.of("HSET", "h", "field:" + random.nextInt(ELEMENTS), "new value"));
      report("SISMEMBER", 100_000,
          i -> Request.of("SISMEMBER", "s", "member:" + random.nextInt(2 * ELEMENTS)));
      report("HRANDFIELD", 10_000, i -> Request.of("HRANDFIELD", "h"));
      report("SRANDMEMBER", 10_000, i -> Request.of("SRANDMEMBER", "s"));
      report("HRANDFIELD 1000", 20, i -> Request.of("HRANDFIELD", "h", "1000"));
      report("SRANDMEMBER 1000", 20, i -> Request.of("SRANDMEMBER", "s", "1000"));
      report("SRANDMEMBER -100000", 3, i -> Request.of("SRANDMEMBER", "s", "-100000"));
      report("SPOP", 10_000, i -> Request.of("SPOP", "s"));
      report("SSCAN, a page of 1000", 100,
          i -> Request.of("SSCAN", "s", Long.toString(random.nextLong(1L << 32)), "COUNT", "1000"));
      report("HSCANX, a page of 1000", 100,
          i -> Request.of("HSCANX", "h", "field:" + random.nextInt(ELEMENTS), "COUNT", "1000"));
      report("HSCAN from a cursor that is not known", 1,
          i -> Request.of("HSCAN", "h", "4611686018427387903"));
      report("SINTERCARD of s and s", 1, i -> Request.of("SINTERCARD", "2", "s", "s"));
      report("SUNIONSTORE of s", 1, i -> Request.of("SUNIONSTORE", "t", "s"));
      report("DEL of the copy", 1, i -> Request.of("DEL", "t"));
    }
    report("DEL of the hash", 1, i -> Request.of("DEL", "h"));
    report("DEL of the set", 1, i -> Request.of("DEL", "s"));
  }

  private void report(String what, int times, IntFunction<Request> request) {
    double micros = slot.time(times, request).toNanos() / 1e3 / times;
    System.out.printf("%-40s %,12.1f us%n", what, micros);
  }
}
