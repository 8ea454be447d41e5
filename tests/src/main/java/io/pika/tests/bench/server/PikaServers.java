package io.pika.tests.bench.server;

import io.pika.cli.local.LocalProcess;
import io.pika.cli.local.Member;
import io.pika.cli.local.Ports;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A manager and nodes as users have them: started by {@code ./pika up}, with the options of {@code etc/jvm}. Ended by their
 * process ids, as the launcher wrote them down.
 */
public final class PikaServers implements AutoCloseable {
  /** All ports made from these bases lie apart from those that tests give to processes: a bench is a test, too. */
  private static final int LEAST_BASE = 19_300;
  private static final int BASES = 800;
  private static final int ATTEMPTS = 100;
  private static final long END_SECONDS = 15;

  private final Path root;
  private final Path dir;
  private final Ports ports;

  private PikaServers(Path root, Path dir, Ports ports) {
    this.root = root;
    this.dir = dir;
    this.ports = ports;
  }

  /**
   * Starts a manager and one node, and waits until they serve; closed by the workplace.
   *
   * @param root of the checkout
   * @param settings of every node, by name
   */
  public static PikaServers start(Path root, Workplace workplace, Map<String, String> settings)
      throws IOException, InterruptedException {
    PikaServers servers = new PikaServers(root, workplace.directory("pika"), freePorts());
    workplace.keep(servers);
    servers.setNode(1, settings);
    servers.up(1);
    return servers;
  }

  /** What this node is told by its settings, from its next start on. */
  public void setNode(int number, Map<String, String> settings) throws IOException {
    Path etc = Files.createDirectories(dir.resolve("etc"));
    Files.writeString(etc.resolve("node-" + number + ".yaml"), settings.entrySet().stream()
        .map(each -> each.getKey() + ": " + each.getValue() + "\n").collect(Collectors.joining()));
  }

  /** Starts what is missing of a manager and so many nodes. */
  public void up(int nodes) throws IOException, InterruptedException {
    launcher("up", "--dir", dir.toString(), "--nodes", Integer.toString(nodes), "--base-port",
        Integer.toString(ports.base()));
  }

  /** Ends a node in good order; its data stays. */
  public void down(int node) throws IOException, InterruptedException {
    launcher("down", "node-" + node, "--dir", dir.toString());
  }

  public int port(int node) {
    return ports.client(node);
  }

  public Path directory() {
    return dir;
  }

  public long pid(int node) throws IOException {
    return running("node-" + node).orElseThrow(() -> new IOException("node-" + node + " does not run")).pid();
  }

  /** How the launcher called a node that runs. */
  public List<String> commandLine(int node) throws IOException {
    String words = Files.readString(Path.of("/proc", Long.toString(pid(node)), "cmdline"));
    return List.of(words.split("\0"));
  }

  /** The load goes to the first of these nodes; what all of them take is counted. */
  public Target target(String name, int... nodes) throws IOException {
    List<Long> pids = new ArrayList<>();
    for (int node : nodes) {
      pids.add(pid(node));
    }
    return new Target(name, port(nodes[0]), pids);
  }

  private Optional<ProcessHandle> running(String member) throws IOException {
    return LocalProcess.running(dir.resolve("run").resolve(member + ".json"));
  }

  private void launcher(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(root.resolve("pika").toString()));
    command.addAll(List.of(arguments));
    File log = dir.resolve("launcher.log").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectInput(new File("/dev/null")).redirectOutput(log);
    builder.environment().put("PIKA_NO_BUILD", "1");
    builder.environment().put("PIKA_JAVA_HOME", System.getProperty("java.home"));
    int code = builder.start().waitFor();
    if (code != 0) {
      throw new IOException("./pika " + String.join(" ", arguments) + " ended with " + code + ":\n"
          + Files.readString(log.toPath()));
    }
  }

  private static Ports freePorts() throws IOException {
    Random random = new Random();
    for (int i = 0; i < ATTEMPTS; i++) {
      Ports ports = new Ports(LEAST_BASE + random.nextInt(BASES));
      Stream<Member> members = Stream.of(new Member.Manager(), new Member.Node(1), new Member.Node(2));
      if (members.flatMap(member -> ports.of(member).values().stream()).allMatch(PikaServers::isFree)) {
        return ports;
      }
    }
    throw new IOException("no free ports from " + LEAST_BASE + " on");
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    Path run = dir.resolve("run");
    if (!Files.isDirectory(run)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(run)) {
      files = listed.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files.reversed()) {
      Optional<ProcessHandle> process = LocalProcess.running(file);
      if (process.isPresent()) {
        end(process.get());
      }
    }
  }

  private static void end(ProcessHandle process) throws InterruptedException {
    process.destroy();
    try {
      process.onExit().get(END_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException late) {
      process.destroyForcibly();
    }
  }
}
