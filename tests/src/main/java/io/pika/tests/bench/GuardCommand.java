package io.pika.tests.bench;

import io.pika.tests.bench.load.Distribution;
import io.pika.tests.bench.report.Report;
import io.pika.tests.bench.run.Floors;
import io.pika.tests.bench.run.RunPlan;
import io.pika.tests.bench.run.Workload;
import io.pika.tests.bench.server.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "guard", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "See whether a change made the node slower: a short comparison with redis-server, whose ratios must not fall below those"
        + " in build-config/bench-floors.txt.",
    "The exit code is 0 when none does, else 1. One that is a little below on a machine that others use proves nothing: run it"
        + " again."}, footer = {"", "Examples:", "  ./pika bench guard", "  ./pika bench guard --rounds 9",
            "  ./pika bench guard --write      after it got faster: new floors, from what is measured now"})
final class GuardCommand implements Callable<Integer> {
  private static final List<Workload> WATCHED = List.of(Workload.GET, Workload.SET, Workload.INCR,
      Workload.HSET,
      Workload.ZADD);
  private static final List<Integer> PIPELINES = List.of(1, 16);
  private static final int CONNECTIONS = 50;
  private static final int KEYS = 200_000;
  private static final int WARM_UP_TURNS = 20;

  private final Surroundings surroundings;

  @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Turns of each server. Default: ${DEFAULT-VALUE}.") private int rounds;

  @Option(names = "--write", description = "Write the floors anew instead of judging.") private boolean write;

  GuardCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path file = surroundings.root().resolve("build-config/bench-floors.txt");
    Floors floors = Floors.parse(Files.readAllLines(file));
    RunPlan plan = new RunPlan(WATCHED, PIPELINES, List.of(RunPlan.USUAL_VALUE_BYTES), CONNECTIONS, KEYS,
        Distribution.UNIFORM, Math.max(1, rounds), Duration.ofSeconds(1), WARM_UP_TURNS, Durability.NONE,
        RunPlan.Pacing.FULL);
    Report found = new Duel(surroundings, plan).beside();
    if (!found.failures().isEmpty()) {
      throw new IOException("not everything could be measured: " + found.failures());
    }
    if (write) {
      rewrite(file, Floors.below(found.measurements()));
      return 0;
    }
    return tell(floors.judge(found.measurements()));
  }

  /** The comments at the head of the file stay. */
  private void rewrite(Path file, Floors floors) throws IOException {
    List<String> lines = new ArrayList<>(
        Files.readAllLines(file).stream().filter(line -> line.startsWith("#")).toList());
    lines.addAll(floors.lines());
    Files.write(file, lines);
    surroundings.out().println("new floors are in " + file);
  }

  private int tell(List<Floors.Finding> findings) {
    surroundings.out().printf(Locale.ROOT, "%-12s %8s %8s%n", "", "ratio", "floor");
    for (Floors.Finding each : findings) {
      surroundings.out().printf(Locale.ROOT, "%-12s %8.2f %8.2f  %s%n", each.title(), each.ratio(),
          each.floor(),
          each.isBelow() ? "BELOW" : "good");
    }
    long below = findings.stream().filter(Floors.Finding::isBelow).count();
    surroundings.out().println(below == 0 ? "nothing is slower than it was" : below + " below the floor");
    return below == 0 ? 0 : 1;
  }
}
