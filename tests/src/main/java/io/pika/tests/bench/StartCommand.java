package io.pika.tests.bench;

import io.pika.tests.bench.run.Starts;
import io.pika.tests.bench.server.PikaServers;
import io.pika.tests.bench.server.Workplace;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "start", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Measure how fast a node starts, and what an empty one takes that nobody asks for anything.",
    "The node is one that ran before: what the launcher keeps for a faster start is there."}, footer = {"",
        "Example:",
        "  ./pika bench start --starts 9 --idle 30"})
final class StartCommand implements Callable<Integer> {
  private static final double MEGABYTE = 1 << 20;

  private final Surroundings surroundings;

  @Option(names = "--starts", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}; the median counts.") private int starts;

  @Option(names = "--idle", paramLabel = "SECONDS", defaultValue = "20", description = "How long it is watched. Default: ${DEFAULT-VALUE}.") private int idleSeconds;

  StartCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String load = Machine.load();
    try (Workplace workplace = Workplace.in(surroundings.root())) {
      surroundings.err().println("starting a manager and a node");
      PikaServers pika = PikaServers.start(surroundings.root(), workplace, Map.of());
      Starts.Findings found = new Starts(pika, workplace).measure(Math.max(1, starts),
          Duration.ofSeconds(Math.max(1, idleSeconds)));
      surroundings.out().printf(Locale.ROOT, "from exec to the first PONG: %.2f s (median of %s)%n",
          found.toPong(),
          found.toPongSeconds().stream().map(each -> String.format(Locale.ROOT, "%.2f", each)).toList());
      surroundings.out().printf(Locale.ROOT, "memory of the empty node: %.0f MB resident%n",
          found.rssBytes() / MEGABYTE);
      surroundings.out().printf(Locale.ROOT, "doing nothing: %.2f %% of a core%n%s%n",
          100 * found.idleShare(), load);
    }
    return 0;
  }
}
