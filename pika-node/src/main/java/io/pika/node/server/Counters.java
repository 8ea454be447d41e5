package io.pika.node.server;

import io.pika.proxy.protocol.Command;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What commands were run and how they ended, for one table (INFO) or the whole node (metrics). A command that never ran
 * costs nothing here. Any thread; a hot path.
 */
final class Counters {
  /** Upper bounds of the latency histogram, in microseconds; the last bucket has none. */
  static final long[] BOUNDS_MICROS = {50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000,
      100_000, 250_000,
      500_000, 1_000_000, 5_000_000};
  /** More different codes than these are counted together: a code may quote what a client sent. */
  private static final int MAX_ERROR_CODES = 64;
  private static final String OTHER_CODES = "OTHER";

  /** One command's. */
  static final class OfCommand {
    final LongAdder calls = new LongAdder();
    final LongAdder micros = new LongAdder();
    /** Refused before it ran: arity, permission, state of the table. */
    final LongAdder rejected = new LongAdder();
    /** Ran and ended in an error. */
    final LongAdder failed = new LongAdder();
    final LongAdder[] histogram;

    OfCommand(boolean withHistogram) {
      histogram = new LongAdder[withHistogram ? BOUNDS_MICROS.length + 1 : 0];
      for (int i = 0; i < histogram.length; i++) {
        histogram[i] = new LongAdder();
      }
    }

    private void ran(int times, long tookMicros) {
      calls.add(times);
      micros.add(times * tookMicros);
      if (histogram.length > 0) {
        histogram[bucket(tookMicros)].add(times);
      }
    }

    private static int bucket(long tookMicros) {
      int bucket = 0;
      while (bucket < BOUNDS_MICROS.length && tookMicros > BOUNDS_MICROS[bucket]) {
        bucket++;
      }
      return bucket;
    }
  }

  private final boolean withHistograms;
  private volatile AtomicReferenceArray<@Nullable OfCommand> commands = empty();
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

  Counters(boolean withHistograms) {
    this.withHistograms = withHistograms;
  }

  private static AtomicReferenceArray<@Nullable OfCommand> empty() {
    return new AtomicReferenceArray<>(Command.values().length);
  }

  /** A command that ran so many times, and each time took so long. */
  void ran(Command command, int times, long tookMicros) {
    of(command).ran(times, tookMicros);
  }

  void failed(Command command) {
    of(command).failed.increment();
  }

  void rejected(Command command) {
    of(command).rejected.increment();
  }

  /** @param code the first word of the error */
  void error(String code) {
    LongAdder counter = errors.get(code);
    if (counter == null) {
      String name = errors.size() < MAX_ERROR_CODES ? code : OTHER_CODES;
      counter = errors.computeIfAbsent(name, any -> new LongAdder());
    }
    counter.increment();
  }

  private OfCommand of(Command command) {
    AtomicReferenceArray<@Nullable OfCommand> all = commands;
    OfCommand counters = all.get(command.ordinal());
    if (counters == null) {
      all.compareAndSet(command.ordinal(), null, new OfCommand(withHistograms));
      counters = all.get(command.ordinal());
    }
    if (counters == null) {
      throw new IllegalStateException("a counter that was set cannot be gone");
    }
    return counters;
  }

  /** CONFIG RESETSTAT. */
  void reset() {
    commands = empty();
    errors.clear();
  }

  void forEach(BiConsumer<Command, OfCommand> visitor) {
    AtomicReferenceArray<@Nullable OfCommand> all = commands;
    for (Command command : Command.values()) {
      OfCommand counters = all.get(command.ordinal());
      if (counters != null) {
        visitor.accept(command, counters);
      }
    }
  }

  /** By code. */
  Map<String, Long> errors() {
    Map<String, Long> sums = new TreeMap<>();
    errors.forEach((code, count) -> sums.put(code, count.sum()));
    return sums;
  }

  long totalCalls() {
    long[] sum = new long[1];
    forEach((command, counters) -> sum[0] += counters.calls.sum());
    return sum[0];
  }

  long totalErrors() {
    return errors.values().stream().mapToLong(LongAdder::sum).sum();
  }
}
