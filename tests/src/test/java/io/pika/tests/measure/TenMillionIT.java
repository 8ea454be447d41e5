package io.pika.tests.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.tests.Sizes;
import io.pika.tests.bench.load.Extent;
import io.pika.tests.bench.load.Load;
import io.pika.tests.bench.load.Pace;
import io.pika.tests.bench.load.PreparedRequests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One collection of each type with ten million elements, in a node as users start it and in a redis-server that keeps
 * nothing on disk: how fast typical commands are, what memory and disk they take, and how they go. Asserts what is
 * there and that the space comes back, never a time; the figures go into {@code target/ten-million.md}. With
 * {@code -Dpika.big=HASH,LIST} only some types.
 */
class TenMillionIT {
  private static final int ELEMENTS = Integer.getInteger("pika.big.elements", Sizes.of(20_000, 10_000_000));
  private static final boolean FULL = ELEMENTS >= 1_000_000;
  private static final int ROUNDS = Integer.getInteger("pika.big.rounds", FULL ? 5 : 1);
  private static final Duration TURN = Duration.ofMillis(FULL ? 300 : 5);
  private static final int COMPARED = 200;
  private static final int PIPELINE = 50;
  private static final int FILL_AT_ONCE = 10_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  /** docs/storage.md; with room for what is not yet on the disk when it is looked at. */
  private static final long COMES_BACK_BYTES = 80L << 20;
  private static final Duration SPACE = Duration.ofMinutes(2);
  private static final Path OPTIONS = Path.of("../etc/jvm/pika-node.options");
  private static final Path REPORT = Path.of("target/ten-million.md");
  private static final double MEGABYTE = 1 << 20;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit
  Path temporary;

  private final List<String> rates = new ArrayList<>();
  private final List<String> sizes = new ArrayList<>();
  /** Collections whose space did not come back in time. */
  private final List<BigCollection> kept = new ArrayList<>();
  private long seed;

  /** The two servers, and two connections to each: one to ask, one for load. */
  private record Servers(Member node, RespConnection ours, RespConnection theirs, Load ourLoad,
      Load theirLoad) {}

  @Test
  void collectionsOfEveryTypeAreWholeAndTheirSpaceComesBack() throws Exception {
    assumeThat(RedisServer.program()).as("redis-server is not installed").isPresent();
    seed = Sizes.seed("TenMillionIT");
    try (TestCluster cluster = TestCluster.of(1).nodeOptions(OPTIONS).start();
        RedisServer redis = RedisServer.start(temporary)) {
      int port = cluster.node(1).clientPort();
      try (RespConnection ours = cluster.node(1).connect();
          RespConnection theirs = redis.connect();
          Load ourLoad = Load.open(port, 1);
          Load theirLoad = Load.open(redis.port(), 1)) {
        Servers servers = new Servers(cluster.node(1), ours, theirs, ourLoad, theirLoad);
        ours.timeout(PATIENCE);
        theirs.timeout(PATIENCE);
        for (BigCollection type : chosen()) {
          measure(type, servers);
          report();
        }
      }
    }
    System.out.println(Files.readString(REPORT));
    assertThat(kept).as("collections whose space did not come back").isEmpty();
  }

  private static List<BigCollection> chosen() {
    String names = System.getProperty("pika.big", "");
    return names.isEmpty()
        ? List.of(BigCollection.values())
        : Stream.of(names.split(",")).map(BigCollection::valueOf).toList();
  }

  private void measure(BigCollection type, Servers servers) throws Exception {
    long memory = servers.node().process().residentBytes();
    long disk = diskBytes(servers.node());
    double ourFill = fill(type, servers.ourLoad());
    double theirFill = fill(type, servers.theirLoad());
    System.out.printf("%s: filled with %,.0f and %,.0f elements per second, load %.1f%n", type, ourFill,
        theirFill, load());
    assertThat(servers.ours().call(type.sizeRequest()).number()).isEqualTo(ELEMENTS);
    assertThat(servers.theirs().call(type.sizeRequest()).number()).isEqualTo(ELEMENTS);
    answersAreTheSame(type, servers);
    for (String[] request : type.prepare()) {
      servers.ours().call(request);
      servers.theirs().call(request);
    }
    measureRates(type, servers);
    long grown = servers.node().process().residentBytes();
    long full = diskBytes(servers.node());
    sizes.add(String.format(Locale.ROOT, "| %s | %s | %s | %.0f → %.0f | %.0f | %.0f → %.0f → %s |",
        type.name().toLowerCase(Locale.ROOT), perSecond(ourFill, theirFill), end(type, servers),
        memory / MEGABYTE, grown / MEGABYTE, redisMemory(servers.theirs()) / MEGABYTE, disk / MEGABYTE,
        full / MEGABYTE, spaceBack(type, servers.node(), disk, full)));
  }

  /** Elements per second. */
  private static double fill(BigCollection type, Load load) throws IOException {
    long start = System.nanoTime();
    for (int from = 0; from < ELEMENTS; from += FILL_AT_ONCE) {
      List<String[]> requests = type.fills(from, Math.min(ELEMENTS, from + FILL_AT_ONCE));
      load.run(new PreparedRequests(requests, requests.size()), Pace.CLOSED, Extent.of(requests.size()),
          () -> 0);
    }
    return ELEMENTS * 1e9 / (System.nanoTime() - start);
  }

  private void answersAreTheSame(BigCollection type, Servers servers) throws IOException {
    Random random = new Random(seed);
    for (Typical command : type.commands(ELEMENTS)) {
      for (int i = 0; command.same() && i < COMPARED; i++) {
        String[] request = command.request().apply(random);
        assertThat(servers.ours().call(request)).as(String.join(" ", request))
            .isEqualTo(servers.theirs().call(request));
      }
    }
  }

  private void measureRates(BigCollection type, Servers servers) throws IOException {
    Rates measured = new Rates(servers.ourLoad(), servers.theirLoad(), ROUNDS, TURN, seed);
    for (Typical command : type.commands(ELEMENTS)) {
      Rates.Pair alone = measured.of(command, 1);
      Rates.Pair pipelined = measured.of(command, PIPELINE);
      String line = String.format(Locale.ROOT, "| %s | %s | %.2f | %s | %.2f |", command.name(),
          perSecond(alone.ours(), alone.theirs()), alone.ratio(),
          perSecond(pipelined.ours(), pipelined.theirs()), pipelined.ratio());
      rates.add(line);
      System.out.println(line + " load " + load());
    }
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String perSecond(double ours, double theirs) {
    return String.format(Locale.ROOT, "%,.0f | %,.0f", ours, theirs);
  }

  /** Milliseconds of EXPIRE, and of what deletes the collection, of both servers. */
  private static String end(BigCollection type, Servers servers) throws IOException {
    List<String> times = new ArrayList<>();
    for (RespConnection server : List.of(servers.ours(), servers.theirs())) {
      double expire = millis(server, "EXPIRE", type.key(), "100000");
      long start = System.nanoTime();
      server.call(type.end());
      while (server.call("EXISTS", type.key()).number() != 0) {
        Thread.onSpinWait();
      }
      double gone = (System.nanoTime() - start) / 1e6;
      times.add(String.format(Locale.ROOT, "%.1f, %.1f", expire, gone));
    }
    return String.join(" | ", times);
  }

  private static double millis(RespConnection server, String... request) throws IOException {
    long start = System.nanoTime();
    server.call(request);
    return (System.nanoTime() - start) / 1e6;
  }

  /** What is left on the disk and after how long, if there is so much that it comes back by itself. */
  private String spaceBack(BigCollection type, Member node, long before, long full) {
    if (full - before < COMES_BACK_BYTES) {
      return String.format(Locale.ROOT, "%.0f at once", diskBytes(node) / MEGABYTE);
    }
    long start = System.nanoTime();
    try {
      TestCluster.await("the space comes back", SPACE,
          () -> diskBytes(node) <= before + (full - before) / 5);
    } catch (IllegalStateException tooLate) {
      kept.add(type);
    }
    return String.format(Locale.ROOT, "%.0f after %d s", diskBytes(node) / MEGABYTE,
        Duration.ofNanos(System.nanoTime() - start).toSeconds());
  }

  private static long redisMemory(RespConnection redis) throws IOException {
    return redis.call("INFO", "memory").text().lines().filter(line -> line.startsWith("used_memory_rss:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip())).sum();
  }

  /** RocksDB's files; the log beside them is bounded by itself. */
  private static long diskBytes(Member node) {
    try (Stream<Path> files = Files.list(node.dir().resolve("db"))) {
      return files.filter(file -> file.toString().matches(".*\\.(sst|blob)")).mapToLong(TenMillionIT::size)
          .sum();
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  /** Zero for one that goes away in this moment. */
  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException gone) {
      return 0;
    }
  }

  private void report() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(ELEMENTS + " elements, " + ROUNDS + " rounds of " + TURN.toMillis() + " ms, load " + load());
    lines.add("");
    lines.add("| command | one by one: Pika/s | Redis/s | ratio | pipelines of " + PIPELINE
        + ": Pika/s | Redis/s | ratio |");
    lines.add("|---|---|---|---|---|---|---|");
    lines.addAll(rates);
    lines.add("");
    lines.add("| type | filled: Pika/s | Redis/s | Pika: EXPIRE, deletion, ms | Redis | Pika: memory, MB "
        + "| Redis: memory, MB | Pika: disk before → full → after deletion, MB |");
    lines.add("|---|---|---|---|---|---|---|---|");
    lines.addAll(sizes);
    Files.createDirectories(REPORT.toAbsolutePath().getParent());
    Files.writeString(REPORT, String.join("\n", lines) + "\n");
  }
}
