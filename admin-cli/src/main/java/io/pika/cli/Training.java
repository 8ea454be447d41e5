package io.pika.cli;

import io.pika.cli.command.PikaCommand;
import io.pika.cli.command.Surroundings;
import io.pika.cli.local.Bringup;
import io.pika.cli.local.ClusterDir;
import io.pika.cli.local.LocalCluster;
import io.pika.cli.local.LocalTrouble;
import io.pika.cli.local.Member;
import io.pika.cli.local.PortOwner;
import io.pika.cli.local.Ports;
import io.pika.cli.local.Probe;
import io.pika.cli.local.Programs;
import io.pika.cli.show.Progress;
import io.pika.cli.show.Screen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The build's last step: runs a manager and a node in a directory of its own, asks them and the command line for a little
 * of everything, and ends them. Each JVM then writes what it has loaded to a cache that later starts read; this one too.
 */
final class Training {
  private static final int NODES = 1;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  /** First of the ports that are tried; they are apart by more than a cluster of one node uses. */
  private static final int FIRST_BASE = 21_000;
  private static final int LAST_BASE = 29_000;
  private static final int STEP = 100;
  /** What a start and its first clients need. More would be compiled at each start before it serves. */
  private static final List<String> REQUESTS = List.of("PING", "SET greeting hello", "GET greeting",
      "DEL greeting",
      "COMMAND COUNT", "INFO", "HELLO 3", "CONFIG GET maxclients", "DBSIZE");
  private static final List<List<String>> COMMANDS = List.of(List.of("status"), List.of("--help"),
      List.of("table", "create", "trained", "--slots", "4"), List.of("table", "list"),
      List.of("table", "show", "trained"), List.of("node", "list"), List.of("job", "list"),
      List.of("status", "--output", "json"), List.of("table", "drop", "trained", "--yes"));

  private final Programs programs;
  private final Path directory;

  private Training(Programs programs, Path directory) {
    this.programs = programs;
    this.directory = directory;
  }

  /** @param arguments none */
  public static void main(String[] arguments) throws IOException, LocalTrouble, InterruptedException {
    Path home = Path.of(System.getProperty("pika.home", "")).toAbsolutePath();
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Programs programs = new Programs(home, java, System.getenv().getOrDefault("PATH", "")).training();
    new Training(programs, Files.createTempDirectory("pika-training")).run();
  }

  private void run() throws IOException, LocalTrouble, InterruptedException {
    LocalCluster cluster = new LocalCluster(new ClusterDir(directory), programs);
    Screen screen = silent();
    ClusterDir.Description description = new ClusterDir.Description(NODES, freeBase());
    try (LocalCluster.Hold _ = cluster.hold();
        Progress progress = new Progress(screen);
        Bringup bringup = new Bringup(cluster, description, progress)) {
      cluster.dir().prepare(description, new SecureRandom());
      bringup.start(description.members());
      bringup.awaitServing(PATIENCE);
      programs.cache().keepLibrary();
      ask(description.ports());
      useCommandLine(screen);
    } finally {
      stop(cluster, description);
      cluster.dir().purge();
    }
  }

  private static int freeBase() throws LocalTrouble {
    for (int base = FIRST_BASE; base < LAST_BASE; base += STEP) {
      ClusterDir.Description candidate = new ClusterDir.Description(NODES, base);
      if (candidate.members().stream().flatMap(member -> candidate.ports().of(member).values().stream())
          .allMatch(PortOwner::isFree)) {
        return base;
      }
    }
    throw new LocalTrouble("no ports are free from " + FIRST_BASE + " to " + LAST_BASE);
  }

  private static void ask(Ports ports) {
    Probe probe = new Probe();
    REQUESTS.forEach(request -> probe.redis(ports.client(1), request));
  }

  private void useCommandLine(Screen screen) {
    Surroundings surroundings = new Surroundings(screen, Map.of(), programs.home(), programs.java(),
        new ByteArrayInputStream(new byte[0]), question -> null, "training");
    for (List<String> command : COMMANDS) {
      List<String> whole = new ArrayList<>(command);
      if (!command.contains("--help")) {
        whole.addAll(List.of("--dir", directory.toString()));
      }
      PikaCommand.create(surroundings).execute(whole.toArray(String[]::new));
    }
  }

  /** All at once, and without haste: each writes its cache before it ends. */
  private static void stop(LocalCluster cluster, ClusterDir.Description description)
      throws IOException, InterruptedException {
    for (Member member : description.members()) {
      Optional<ProcessHandle> process = cluster.running(member);
      process.ifPresent(ProcessHandle::destroy);
    }
    for (Member member : description.members()) {
      cluster.stop(member, PATIENCE);
    }
  }

  private static Screen silent() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter(), false);
    return new Screen(nowhere, nowhere, Screen.TerminalTraits.NONE);
  }
}
