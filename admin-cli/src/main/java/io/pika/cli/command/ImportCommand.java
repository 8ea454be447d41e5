package io.pika.cli.command;

import ch.qos.logback.classic.Level;
import io.pika.cli.local.ClusterDir;
import io.pika.cli.local.Ports;
import io.pika.cli.redis.RedisAddress;
import io.pika.cli.show.OutputForm;
import io.pika.cli.show.Screen;
import io.pika.cli.source.FileImport;
import io.pika.cli.source.Following;
import io.pika.cli.source.ImportOptions;
import io.pika.cli.source.ImportResult;
import io.pika.cli.source.ImportTrouble;
import io.pika.cli.source.ReplicaImport;
import io.pika.cli.source.ReplicationRefusedException;
import io.pika.cli.source.ScanImport;
import io.pika.cli.transfer.Choice;
import io.pika.cli.transfer.Existing;
import io.pika.cli.transfer.Meter;
import io.pika.cli.transfer.OnRefusal;
import io.pika.cli.transfer.Tally;
import io.pika.proxy.protocol.Glob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "import", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Bring data of Redis into a table.",
    "One that was stopped or killed goes on where it was when the same command is given again. At the end keys drawn at"
        + " random are compared with the source; the exit code is 0 only if all are the same and none was refused."}, footer = {
            "", "Examples:",
            "  ./pika import dump.rdb                               into the local cluster's table",
            "  ./pika import dump.rdb --dry-run                     what is in it",
            "  ssh old cat dump.rdb | ./pika import - --table shop",
            "  ./pika import redis://old:6379 --until-caught-up      a server that runs, with what is written meanwhile",
            "  ./pika import redis://old:6379 --scan --rate 5000     one that takes no replicas",
            "  ./pika import dump.rdb --to redis://10.0.0.5:9221 --db 3 --match 'user:*'", "",
            "docs/import.md tells how to move from Redis, Pika and Codis without losing a write."})
final class ImportCommand implements Callable<Integer> {
  private static final int LANES_MAX = 64;

  private final Surroundings surroundings;

  @Parameters(paramLabel = "SOURCE", description = "An RDB file, an append only file, the directory of one (appendonlydir), - for one of these that comes by the"
      + " standard input, or a server: redis://[user:password@]host:port.") private String source = "";

  @Option(names = "--to", paramLabel = "ADDRESS", description = "Any node: redis://[user:password@]host:port[/table]. Default: the first node of the local cluster.") private @Nullable String to;

  @Option(names = "--table", paramLabel = "NAME", description = "The table. Default: the one that a connection begins on.") private @Nullable String table;

  @Option(names = "--password-file", paramLabel = "FILE", description = "File with the table's password. Default: PIKA_TABLE_PASSWORD.") private @Nullable Path passwordFile;

  @Option(names = "--dir", paramLabel = "DIR", description = "The local cluster's directory. Default: .pika in the checkout, or PIKA_DIR.") private @Nullable Path dir;

  @Option(names = "--db", paramLabel = "N", defaultValue = "0", description = "The source's database; keys of others are counted and left out. all: every database, into one key space; a key that is in several"
      + " comes from the last. Default: ${DEFAULT-VALUE}.") private String database = "0";

  @Option(names = "--match", paramLabel = "PATTERN", description = "Only keys of this pattern, as KEYS understands it.") private @Nullable String match;

  @ArgGroup private @Nullable ExistingKeys existing;

  /** At most one of them. */
  static final class ExistingKeys {
    @Option(names = "--replace", description = "Keys that the table has already are replaced. Default: the table must be empty.") boolean replace;

    @Option(names = "--skip-existing", description = "Keys that the table has already stay as they are.") boolean skip;
  }

  @Option(names = "--dry-run", description = "Read everything, write nothing: how many keys of which types there are, and whether the file is whole.") private boolean dryRun;

  @Option(names = "--workers", paramLabel = "N", defaultValue = "4", description = "Connections to the table. Default: ${DEFAULT-VALUE}.") private int workers;

  @Option(names = "--state", paramLabel = "FILE", description = "Where it is written down how far the import has come. Default: pika-import-....state in the working directory.") private @Nullable Path state;

  @Option(names = "--verify", paramLabel = "N|N%", defaultValue = "1000", description = "How many keys are compared at the end, or which share of them; 0: none. Default: ${DEFAULT-VALUE}.") private String verify = "1000";

  @Option(names = "--follow", description = "Go on with what the source's clients write, until Ctrl-C.") private boolean follow;

  @Option(names = "--until-caught-up", description = "Go on with it until the table has everything, and compare then.") private boolean untilCaughtUp;

  @Option(names = "--scan", description = "Read a source that runs key by key, also where it would take replicas.") private boolean scan;

  @Option(names = "--rate", paramLabel = "KEYS", defaultValue = "0", description = "Of a source that is read key by key: so many keys a second at most.") private long rate;

  @Option(names = "--source-password-file", paramLabel = "FILE", description = "File with the source's password. Default: PIKA_SOURCE_PASSWORD.") private @Nullable Path sourcePasswordFile;

  @Option(names = "--strict", description = "End at the first key that the table refuses, instead of listing them.") private boolean strict;

  @Mixin private final OutputOptions output = new OutputOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  ImportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    quietLibraries();
    Screen screen = output.screen(surroundings);
    ImportOptions options = options();
    Tally tally = new Tally(strict ? OnRefusal.STOP : OnRefusal.GO_ON);
    Meter meter = new Meter();
    long began = System.nanoTime();
    try (Stop stop = new Stop(); ImportWatch watch = new ImportWatch(screen, tally, meter)) {
      ImportResult result = run(options, tally, meter, stop);
      watch.close();
      new ImportReport(options, result, System.nanoTime() - began).show(screen);
      return result.isGood() ? ExitCode.OK : ExitCode.FAILED;
    } catch (ImportTrouble trouble) {
      screen.hint("pika: " + trouble.getMessage());
      return ExitCode.REFUSED;
    } catch (IOException trouble) {
      if (screen.form() == OutputForm.TABLE && tally.keys() > 0 && !dryRun) {
        screen.hint(tally.keys() + " keys are in the table; the same command goes on from there");
      }
      throw trouble;
    }
  }

  /** Netty tells about itself while it starts, and without a configuration of the log everything is shown. */
  private static void quietLibraries() {
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof ch.qos.logback.classic.Logger root) {
      root.setLevel(Level.WARN);
    }
  }

  private ImportResult run(ImportOptions options, Tally tally, Meter meter, Stop stop)
      throws IOException, ImportTrouble {
    if (!RedisAddress.isAddress(source)) {
      if (follow || untilCaughtUp || scan || rate != 0) {
        throw usage(
            "--follow, --until-caught-up, --scan and --rate are for a source that runs: redis://host:port");
      }
      return new FileImport(options, tally, meter).run(surroundings.in());
    }
    Following following = untilCaughtUp
        ? Following.UNTIL_CAUGHT_UP
        : follow ? Following.UNTIL_STOPPED : Following.SNAPSHOT;
    RedisAddress from = sourceAddress();
    if (!scan) {
      try {
        return new ReplicaImport(options, from, following, tally, meter, stop).run();
      } catch (ReplicationRefusedException refused) {
        if (following != Following.SNAPSHOT) {
          throw new IOException(
              "the source takes no replicas, so it cannot be followed: " + refused.getMessage()
                  + " (without --follow it is read by SCAN)",
              refused);
        }
        surroundings.screen()
            .hint("the source takes no replicas (" + refused.getMessage() + "); it is read by SCAN");
      }
    }
    return new ScanImport(options, from, rate, tally, meter).run();
  }

  private RedisAddress sourceAddress() throws IOException {
    try {
      String secret = sourcePasswordFile == null
          ? surroundings.environment().getOrDefault("PIKA_SOURCE_PASSWORD", "")
          : Files.readString(sourcePasswordFile).strip();
      return RedisAddress.parse(source).withPassword(secret.isEmpty() ? null : secret);
    } catch (IllegalArgumentException wrong) {
      throw usage(wrong.getMessage() == null ? source : wrong.getMessage());
    }
  }

  private ImportOptions options() throws IOException {
    if (workers < 1 || workers > LANES_MAX) {
      throw usage("--workers must be from 1 to " + LANES_MAX);
    }
    boolean share = verify.endsWith("%");
    double amount = number(share ? verify.substring(0, verify.length() - 1) : verify, "--verify");
    if (amount < 0 || share && amount > 100 || amount > Integer.MAX_VALUE) {
      throw usage("--verify is " + verify + "; it must be a number of keys, or up to 100%");
    }
    return new ImportOptions(source, address(), choice(), existing(), dryRun, workers, state,
        share ? 0 : (int) amount, share ? amount / 100 : 0);
  }

  private Optional<Existing> existing() {
    ExistingKeys given = existing;
    if (given == null) {
      return Optional.empty();
    }
    return Optional.of(given.skip ? Existing.SKIP : Existing.REPLACE);
  }

  private Choice choice() {
    OptionalLong number = database.equals("all")
        ? OptionalLong.empty()
        : OptionalLong.of((long) number(database, "--db"));
    return new Choice(number, match == null ? null : new Glob(match.getBytes(StandardCharsets.UTF_8)));
  }

  private double number(String text, String option) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException none) {
      throw usage(option + " is " + text + "; it must be a number");
    }
  }

  private RedisAddress address() throws IOException {
    try {
      RedisAddress given = to == null ? localNode() : RedisAddress.parse(to);
      return given.withPassword(password()).withDatabase(table);
    } catch (IllegalArgumentException wrong) {
      throw usage("--to: " + wrong.getMessage());
    }
  }

  private RedisAddress localNode() throws IOException {
    Ports ports = surroundings.dir(dir).description().map(ClusterDir.Description::ports)
        .orElse(new Ports(Ports.DEFAULT_BASE));
    return new RedisAddress("127.0.0.1", ports.client(1), false, null, null, null);
  }

  private @Nullable String password() throws IOException {
    if (passwordFile != null) {
      return Files.readString(passwordFile).strip();
    }
    String fromEnvironment = surroundings.environment().getOrDefault("PIKA_TABLE_PASSWORD", "");
    return fromEnvironment.isEmpty() ? null : fromEnvironment;
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
