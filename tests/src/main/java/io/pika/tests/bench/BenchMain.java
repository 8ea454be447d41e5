package io.pika.tests.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./pika bench}. The launcher says by the system property {@code pika.home} where the checkout is. */
@Command(name = "pika bench", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", description = {
    "Measure a node beside a redis-server on this machine, in the same run.",
    "Servers are started for it, on loopback, with data under target/, and ended and deleted afterwards, also by Ctrl-C."
        + " Whatever else runs on the machine meanwhile is measured too: let it be quiet."}, footer = {"",
            "docs/performance.md tells what the figures mean, and has some."})
public final class BenchMain implements Runnable {
  private static final int FAILED = 1;
  private static final int INTERRUPTED = 130;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  private BenchMain() {}

  public static void main(String[] arguments) {
    Path root = Path.of(System.getProperty("pika.home", "")).toAbsolutePath();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(create(new Surroundings(root, out, err)).execute(arguments));
  }

  static CommandLine create(Surroundings surroundings) {
    CommandLine bench = new CommandLine(new BenchMain());
    bench.addSubcommand(new RunCommand(surroundings));
    bench.addSubcommand(new StartCommand(surroundings));
    bench.addSubcommand(new GuardCommand(surroundings));
    bench.setOut(surroundings.out());
    bench.setErr(surroundings.err());
    bench.setCaseInsensitiveEnumValuesAllowed(true);
    bench.setUsageHelpAutoWidth(true);
    bench.setExecutionExceptionHandler((trouble, command, parsed) -> explain(trouble, surroundings.err()));
    return bench;
  }

  private static int explain(Exception trouble, PrintWriter err) throws Exception {
    return switch (trouble) {
      case InterruptedException stop -> INTERRUPTED;
      case IOException disk -> {
        err.println("pika bench: " + disk.getMessage());
        yield FAILED;
      }
      default -> throw trouble;
    };
  }

  /** Without a command: what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
