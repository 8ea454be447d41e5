package io.pika.node.command;

import io.pika.node.command.MeasuredSlot.Batches;
import io.pika.proxy.protocol.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * No test: how long unions, intersections and differences of sets and sorted sets of a million members take, on the real
 * engine and store, most of it in RocksDB. Run {@code main} by hand; takes a minute or two.
 */
final class AlgebraMeasure {
  private static final int ELEMENTS = 1_000_000;
  private static final int AT_ONCE = 100;

  private final MeasuredSlot slot;

  private AlgebraMeasure(MeasuredSlot slot) {
    this.slot = slot;
  }

  /** @param arguments none */
  public static void main(String[] arguments) throws IOException {
    try (MeasuredSlot slot = new MeasuredSlot(new Batches(100, 1_000), new Random(1))) {
      new AlgebraMeasure(slot).measure();
    }
  }

  private void measure() {
    fill("z1", 0, ELEMENTS, true);
    fill("z2", ELEMENTS / 2, ELEMENTS, true);
    fill("few", ELEMENTS / 2, 1000, true);
    fill("s1", 0, ELEMENTS, false);
    fill("s2", ELEMENTS / 2, ELEMENTS, false);
    slot.flush();
    for (int round = 0; round < 2; round++) {
      once("ZUNIONSTORE", "t", "2", "z1", "z2");
      once("ZINTERSTORE", "t", "2", "z1", "z2");
      once("ZDIFFSTORE", "t", "2", "z1", "z2");
      once("ZINTERCARD", "2", "z1", "z2");
      once("ZINTERCARD", "2", "z1", "few");
      once("ZINTERSTORE", "t", "2", "z1", "few");
      once("ZINTERCARD", "2", "s1", "z2");
      once("SUNIONSTORE", "t", "s1", "s2");
      once("SINTERSTORE", "t", "s1", "s2");
      once("SDIFFSTORE", "t", "s1", "s2");
      once("SUNIONSTORE", "t", "s1");
    }
  }

  private void once(String... words) {
    slot.flush();
    report(String.join(" ", words), 1, i -> Request.of(words));
    slot.flush();
    slot.time(1, i -> Request.of("DEL", "t"));
  }

  private void fill(String key, int from, int count, boolean scored) {
    report("filling " + key, count / AT_ONCE, i -> {
      List<String> words = new ArrayList<>(List.of(scored ? "ZADD" : "SADD", key));
      for (int k = 0; k < AT_ONCE; k++) {
        int number = from + i * AT_ONCE + k;
        if (scored) {
          words.add(Long.toString(number * 7919L % 1_000_003));
        }
        words.add("member:" + number);
      }
      return Request.of(words.toArray(String[]::new));
    });
  }

  private void report(String what, int times, IntFunction<Request> request) {
    System.out.printf("%-40s %,12d ms%n", what, slot.time(times, request).toMillis());
  }
}
