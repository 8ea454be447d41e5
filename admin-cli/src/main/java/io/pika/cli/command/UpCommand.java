package io.pika.cli.command;

import io.pika.cli.local.Bringup;
import io.pika.cli.local.ClusterDir;
import io.pika.cli.local.LocalCluster;
import io.pika.cli.local.LocalTrouble;
import io.pika.cli.local.Member;
import io.pika.cli.local.Ports;
import io.pika.cli.show.Progress;
import io.pika.cli.show.Screen;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "up", mixinStandardHelpOptions = true, description = {
    "Start a cluster on this machine: a manager and some nodes, each a process of its own.",
    "Where one runs already, only what is missing of it is started. The processes go on when the terminal is"
        + " closed; ./pika down stops them."}, footer = {"", "Examples:",
            "  ./pika up                            a manager and three nodes, data in .pika",
            "  ./pika up --nodes 5                  also adds nodes to a cluster that runs",
            "  ./pika up --dir /tmp/b --base-port 9420     a second cluster beside the first"})
final class UpCommand implements Callable<Integer> {
  private static final int DEFAULT_NODES = 3;
  private static final double NANOS = 1e9;

  private final Surroundings surroundings;

  @Option(names = "--nodes", paramLabel = "N", description = "How many nodes. Default: as many as there are, or 3.") private @Nullable Integer nodes;

  @Option(names = "--dir", paramLabel = "DIR", description = "Where data, logs and settings are. Default: .pika in the checkout, or PIKA_DIR.") private @Nullable Path dir;

  @Option(names = "--base-port", paramLabel = "PORT", description = "Clients connect to node n at PORT + n; other ports follow: PORT + 80 is the manager's REST API."
      + " Default: as it was, or 9220.") private @Nullable Integer basePort;

  @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "180", description = "How long to wait until all serve. Default: ${DEFAULT-VALUE}.") private int timeoutSeconds;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  UpCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, LocalTrouble, InterruptedException {
    long began = System.nanoTime();
    LocalCluster cluster = surroundings.cluster(surroundings.dir(dir));
    Screen screen = surroundings.screen();
    try (LocalCluster.Hold _ = cluster.hold()) {
      ClusterDir.Description description = describe(cluster);
      List<Member> missing = cluster.missing(description);
      cluster.checkPorts(missing, description.ports());
      cluster.dir().prepare(description, new SecureRandom());
      if (missing.isEmpty()) {
        screen.hint("the cluster runs already; looking whether it serves");
      } else if (missing.size() < description.members().size()) {
        screen.hint("the cluster runs already but for "
            + missing.stream().map(Member::name).collect(Collectors.joining(", ")));
      }
      bringUp(cluster, description, missing);
      screen.hint(String.format("up in %.1f s; data, logs and settings are in %s",
          (System.nanoTime() - began) / NANOS,
          cluster.dir().root()));
      whatNext(cluster, description);
    }
    return ExitCode.OK;
  }

  private void bringUp(LocalCluster cluster, ClusterDir.Description description, List<Member> missing)
      throws IOException, LocalTrouble, InterruptedException {
    try (Progress progress = new Progress(surroundings.screen());
        Bringup bringup = new Bringup(cluster, description, progress)) {
      // Ctrl-C while waiting: nothing half started stays behind.
      Thread stopAll = new Thread(() -> closeQuietly(bringup), "stop-what-was-started");
      Runtime.getRuntime().addShutdownHook(stopAll);
      bringup.start(missing);
      bringup.awaitServing(Duration.ofSeconds(timeoutSeconds));
      Runtime.getRuntime().removeShutdownHook(stopAll);
    }
  }

  private static void closeQuietly(Bringup bringup) {
    try {
      bringup.close();
    } catch (IOException ending) {
      Thread.currentThread().interrupt(); // the JVM is ending: nobody is left to tell
    }
  }

  /** What the cluster shall be: what it is, changed by the options as far as that can be done. */
  private ClusterDir.Description describe(LocalCluster cluster) throws IOException, LocalTrouble {
    Optional<ClusterDir.Description> found = cluster.dir().description();
    int wantedNodes = nodes != null ? nodes : found.map(ClusterDir.Description::nodes).orElse(DEFAULT_NODES);
    int wantedBase = basePort != null
        ? basePort
        : found.map(ClusterDir.Description::basePort).orElse(Ports.DEFAULT_BASE);
    if (wantedNodes < 1 || wantedNodes > Ports.MAX_NODES) {
      throw usage("--nodes must be from 1 to " + Ports.MAX_NODES);
    }
    if (wantedBase < Ports.LEAST || wantedBase > Ports.MOST) {
      throw usage("--base-port must be from " + Ports.LEAST + " to " + Ports.MOST);
    }
    if (found.isPresent()) {
      checkChange(cluster, found.get(), wantedNodes, wantedBase);
    }
    return new ClusterDir.Description(wantedNodes, wantedBase);
  }

  private void checkChange(LocalCluster cluster, ClusterDir.Description found, int wantedNodes,
      int wantedBase)
      throws IOException {
    if (wantedNodes < found.nodes()) {
      throw usage("the cluster in " + cluster.dir().root() + " has " + found.nodes()
          + " nodes; up does not take nodes"
          + " away. Another cluster: --dir");
    }
    if (wantedBase != found.basePort() && cluster.missing(found).size() < found.members().size()) {
      throw usage("the cluster in " + cluster.dir().root() + " runs with --base-port " + found.basePort()
          + "; stop it before its ports are changed, or use another --dir");
    }
  }

  private void whatNext(LocalCluster cluster, ClusterDir.Description description) {
    Screen screen = surroundings.screen();
    Ports ports = description.ports();
    String all = IntStream.rangeClosed(1, description.nodes())
        .mapToObj(each -> String.valueOf(ports.client(each)))
        .collect(Collectors.joining(", "));
    int last = ports.client(description.nodes());
    String where = dir == null ? "" : " --dir " + dir;
    screen.say("");
    screen.say("Try next (any node answers for all: ports " + all + "):");
    screen.say("  redis-cli -p " + ports.client(1) + " set greeting hello");
    screen.say("  redis-cli -p " + last + " get greeting");
    screen.say("  ./pika table create shop --slots 64 --password shop-secret" + where);
    screen.say("  redis-cli -p " + last + "        then: AUTH shop-secret, SELECT shop, SET user:1 ann");
    screen.say("  ./pika status" + where + "        ./pika doctor" + where + "        ./pika down" + where);
    if (cluster.programs().find("redis-cli").isEmpty()) {
      screen.say("");
      screen.say(
          "redis-cli is not installed here: apt-get install redis-tools, or brew install redis. Without it:");
      screen.say("  printf 'SET greeting hello\\r\\nGET greeting\\r\\nQUIT\\r\\n' | nc 127.0.0.1 "
          + ports.client(1));
    }
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
