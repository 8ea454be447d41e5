package io.pika.cli.local;

import io.pika.core.settings.NodeMemory;
import io.pika.core.settings.Settings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How the programs of this checkout are called.
 *
 * @param home the project's root: {@code target/dist/lib} and {@code etc/jvm} are in it
 * @param java the {@code java} to run them with
 * @param path where to look for other programs, the environment's PATH
 * @param cache what makes starts fast
 */
public record Programs(Path home, Path java, String path, StartCache cache) {
  public Programs(Path home, Path java, String path) {
    this(home, java, path, new StartCache(home.resolve("target/dist"), StartCache.Use.READ));
  }

  /** The same, but processes leave behind what makes later ones start fast: the build's training run. */
  public Programs training() {
    return new Programs(home, java, path, new StartCache(cache.dist(), StartCache.Use.MAKE));
  }

  /** The command line of a process of the cluster; it is on its own when the terminal goes away. */
  List<String> command(Member member, ClusterDir dir, ClusterDir.Description cluster) throws IOException {
    List<String> command = new ArrayList<>();
    // A session of its own: neither Ctrl-C nor the end of the terminal reaches the process.
    find("setsid").or(() -> find("nohup")).ifPresent(detach -> command.add(detach.toString()));
    command.add(java.toString());
    command.add("@" + options(member));
    command.addAll(limits(member, dir));
    command.addAll(cache.arguments(member));
    command.add("-Dpika.process=" + member.name());
    command.add("-cp");
    command.add(home.resolve("target/dist/lib") + "/*");
    command.add(mainClass(member));
    command.add("--config");
    command.add(dir.settings(member).toString());
    settings(member, dir, cluster).forEach((name, value) -> {
      command.add("--set");
      command.add(name + "=" + value);
    });
    return command;
  }

  private Path options(Member member) {
    return home.resolve("etc/jvm").resolve(program(member) + ".options");
  }

  /** What a node's memory leaves to its JVM, but for what stands in the options file: somebody put it there. */
  private List<String> limits(Member member, ClusterDir dir) throws IOException {
    return switch (member) {
      case Member.Manager() -> List.of();
      case Member.Node node -> {
        String written = Files.readString(options(node));
        yield NodeMemory.planned(memoryBytes(node, dir)).jvmArguments().stream()
            .filter(limit -> !isWritten(limit, written)).toList();
      }
    };
  }

  private static boolean isWritten(String limit, String options) {
    String name = limit.startsWith(NodeMemory.HEAP_OPTION)
        ? NodeMemory.HEAP_OPTION
        : NodeMemory.DIRECT_OPTION;
    return options.lines().anyMatch(line -> line.startsWith(name));
  }

  /** What the settings of a node allow its process. */
  public static long memoryBytes(Member.Node node, ClusterDir dir) {
    return Settings.peek(NodeMemory.SETTING, dir.settings(node));
  }

  static String program(Member member) {
    return switch (member) {
      case Member.Manager() -> "pika-manager";
      case Member.Node(_) -> "pika-node";
    };
  }

  private static String mainClass(Member member) {
    return switch (member) {
      case Member.Manager() -> "io.pika.manager.ManagerMain";
      case Member.Node(_) -> "io.pika.node.NodeMain";
    };
  }

  /** What a local cluster decides for a process; names are rows of its settings. */
  private static SortedMap<String, Object> settings(Member member, ClusterDir dir,
      ClusterDir.Description cluster) {
    Ports ports = cluster.ports();
    return switch (member) {
      case Member.Manager() -> new TreeMap<>(Map.of("dir", dir.data(member), "port", ports.managerRest(),
          "rpc-port", ports.managerRpc(), "cluster-secret-file", dir.secret(), "default-table", "yes",
          "min-nodes", nodesToWaitFor(dir, cluster)));
      case Member.Node(int number) ->
        new TreeMap<>(Map.of("dir", dir.data(member), "port", ports.client(number),
            "peer-port", ports.peer(number), "admin-port", ports.admin(number), "manager",
            "127.0.0.1:" + ports.managerRpc(), "cluster-secret-file", dir.secret()));
    };
  }

  /** The first tables of a new cluster are spread over all of its nodes; later nobody waits for a dead one. */
  private static int nodesToWaitFor(ClusterDir dir, ClusterDir.Description cluster) {
    return Files.exists(dir.data(new Member.Manager())) ? 1 : cluster.nodes();
  }

  public Optional<Path> find(String program) {
    return Stream.of(path.split(File.pathSeparator, -1)).filter(each -> !each.isEmpty())
        .map(each -> Path.of(each).resolve(program)).filter(Files::isExecutable).findFirst();
  }
}
