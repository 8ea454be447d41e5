package io.pika.tests.bench;

import io.pika.tests.bench.load.Distribution;
import io.pika.tests.bench.report.Html;
import io.pika.tests.bench.report.Markdown;
import io.pika.tests.bench.report.Report;
import io.pika.tests.bench.run.RunPlan;
import io.pika.tests.bench.run.Workload;
import io.pika.tests.bench.server.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "run", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Compare a node with a redis-server, command by command.",
    "Both get the same load in turn, A B A B. What counts is the ratio of each round, and the median of the ratios: it stays"
        + " when the machine is slower than another one."}, footer = {"", "Examples:",
            "  ./pika bench run --quick                            GET, SET, INCR, HSET, ZADD in some minutes",
            "  ./pika bench run                                    everything",
            "  ./pika bench run --commands set,get --pipelines 16 --value 100,4096",
            "  ./pika bench run --against always --commands set    every write on the disk before it is answered",
            "  ./pika bench run --quick --rate half                latency when there is time to spare",
            "  ./pika bench run --quick --through other            what the way through another node costs",
            "  ./pika bench run --commands set --pipelines 16 --rounds 1 --duration 600s"})
final class RunCommand implements Callable<Integer> {
  private static final List<Workload> QUICK = List.of(Workload.GET, Workload.SET, Workload.INCR,
      Workload.HSET,
      Workload.ZADD);
  /** How requests reach the node that leads their keys. */
  enum Way {
    DIRECT, OTHER
  }

  private static final int QUICK_KEYS = 200_000;
  private static final int ALL_KEYS = 1_000_000;

  private final Surroundings surroundings;

  @Option(names = "--quick", description = "Less of everything: some commands, fewer keys, three rounds of a second. What other options say still"
      + " holds.") private boolean quick;

  @Option(names = "--commands", paramLabel = "NAME", split = ",", description = "Which ones, of ${COMPLETION-CANDIDATES}. Default: all.") private @Nullable List<Workload> commands;

  @Option(names = "--pipelines", paramLabel = "N", split = ",", defaultValue = "1,16,100", description = "Requests that a connection sends before it waits for replies. Default: ${DEFAULT-VALUE}.") private List<Integer> pipelines = List
      .of();

  @Option(names = "--connections", paramLabel = "N", defaultValue = "50", description = "Default: ${DEFAULT-VALUE}.") private int connections;

  @Option(names = "--value", paramLabel = "BYTES", split = ",", defaultValue = "100", description = "Sizes of values. Default: ${DEFAULT-VALUE}.") private List<Integer> valueSizes = List
      .of();

  @Option(names = "--keys", paramLabel = "N", description = "Strings, or elements of collections of a hundred each; fewer of big values. Default: a million, or 200,000 with --quick.") private @Nullable Integer keys;

  @Option(names = "--distribution", paramLabel = "NAME", defaultValue = "uniform", description = "How often each key is asked for: ${COMPLETION-CANDIDATES} (Zipf's with 0.99). Default: ${DEFAULT-VALUE}.") private Distribution distribution = Distribution.UNIFORM;

  @Option(names = "--rounds", paramLabel = "N", description = "Turns of each server. Default: 5, or 3 with --quick.") private @Nullable Integer rounds;

  @Option(names = "--duration", paramLabel = "TIME", description = "Of a turn, such as 2s. Default: 2s, or 1s with --quick.") private @Nullable String duration;

  @Option(names = "--warm-up", paramLabel = "N", description = "Seconds of load with each command before it is measured, at most: it ends when the server gets no faster. Default: 30, or 15"
      + " with --quick.") private @Nullable Integer warmUp;

  @Option(names = "--against", paramLabel = "MODE", defaultValue = "none", description = "What redis-server keeps on disk: ${COMPLETION-CANDIDATES}. The node's fsync is always against always, else everysec."
      + " Default: ${DEFAULT-VALUE}.") private Durability against = Durability.NONE;

  @Option(names = "--rate", paramLabel = "RATE", defaultValue = "full", description = "full: as fast as the server answers; half: at half of what the slower one can do, evenly, for latency. Default:"
      + " ${DEFAULT-VALUE}.") private RunPlan.Pacing rate = RunPlan.Pacing.FULL;

  @Option(names = "--through", paramLabel = "NODE", defaultValue = "direct", description = "other: all load goes through a second node that leads no key, and is compared with the same load without it; there is no"
      + " redis-server. Default: ${DEFAULT-VALUE}.") private Way through = Way.DIRECT;

  @Option(names = "--report", paramLabel = "DIR", description = "Where the report goes. Default: target/bench/ and the time.") private @Nullable Path report;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  RunCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Duel duel = new Duel(surroundings, plan());
    Path directory = Files.createDirectories(directory());
    Report found = through == Way.DIRECT ? duel.beside() : duel.throughOther();
    tell(found, directory);
    surroundings.err().println("the report is in " + directory);
    return found.failures().isEmpty() ? 0 : 1;
  }

  private void tell(Report found, Path directory) throws IOException {
    String page = Markdown.of(found);
    Files.writeString(directory.resolve("report.md"), page);
    Files.writeString(directory.resolve("report.html"), Html.of(found));
    surroundings.out().print(page);
    surroundings.out().flush();
  }

  private RunPlan plan() {
    check(connections >= 1 && connections <= 10_000, "--connections must be from 1 to 10000");
    int allKeys = keys != null ? keys : quick ? QUICK_KEYS : ALL_KEYS;
    check(allKeys >= 100 && allKeys < 100_000_000, "--keys must be from 100 to 99999999");
    check(pipelines.stream().allMatch(each -> each >= 1 && each <= 1000),
        "--pipelines must be from 1 to 1000");
    check(valueSizes.stream().allMatch(each -> each >= 1 && each <= 1 << 20),
        "--value must be from 1 to 1048576");
    int turns = rounds != null ? rounds : quick ? 3 : 5;
    check(turns >= 1 && turns <= 1000, "--rounds must be from 1 to 1000");
    List<Workload> chosen = commands != null ? commands : quick ? QUICK : List.of(Workload.values());
    return new RunPlan(chosen, pipelines, valueSizes, connections, allKeys, distribution, turns,
        time(duration != null ? duration : quick ? "1s" : "2s"),
        warmUp != null ? Math.max(0, warmUp) : quick ? 15 : 30, against, rate);
  }

  private Duration time(String text) {
    String digits = text.endsWith("s") ? text.substring(0, text.length() - 1) : text;
    check(digits.matches("[0-9]{1,5}(\\.[0-9]{1,3})?") && Double.parseDouble(digits) > 0,
        "--duration is " + text + "; it must be like 10s");
    return Duration.ofMillis(Math.round(Double.parseDouble(digits) * 1000));
  }

  private void check(boolean right, String problem) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), problem);
    }
  }

  private Path directory() {
    return report != null
        ? report
        : surroundings.root().resolve("target/bench").resolve(
            LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)));
  }
}
