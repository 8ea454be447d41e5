package io.pika.testkit.process;

import io.pika.core.settings.NodeMemory;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A manager and some nodes as real processes on loopback, with directories under one temporary directory that
 * goes away when the cluster is closed. Small heaps, so that several fit on a small machine.
 */
public final class TestCluster implements AutoCloseable {
  private static final Ports PORTS = new Ports(new Random(), Integer.getInteger("pika.test.process", 1));
  private static final String SECRET = "secret-of-a-cluster-under-test";
  private static final long MIB = 1 << 20;
  private static final Duration JOB = Duration.ofSeconds(30);
  private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
      "-Xshare:auto",
      "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow");

  private final Path dir;
  private final List<Member> managers;
  private final List<Member> nodes;
  private @Nullable AdminApi api;

  private TestCluster(Path dir, List<Member> managers, List<Member> nodes) {
    this.dir = dir;
    this.managers = List.copyOf(managers);
    this.nodes = List.copyOf(nodes);
  }

  public static Builder of(int nodes) {
    return new Builder(nodes);
  }

  /** What a cluster is made of; {@link #start} makes it. */
  public static final class Builder {
    private final int nodes;
    private final Map<String, String> nodeSettings = new HashMap<>();
    private final List<String> nodeJvm = new ArrayList<>();
    private int nodeHeapMb = 256;
    private int nodeDataMb = 384;
    private @Nullable Path nodeOptions;
    private int managers = 1;
    private String etcd = "";

    private Builder(int nodes) {
      this.nodes = nodes;
    }

    public Builder nodeSetting(String name, String value) {
      nodeSettings.put(name, value);
      return this;
    }

    /** Heap of a node, and as much again for buffers outside of the heap. */
    public Builder nodeHeapMb(int megabytes) {
      nodeHeapMb = megabytes;
      return this;
    }

    /** What a node may keep of its data outside of the heap. */
    public Builder nodeDataMb(int megabytes) {
      nodeDataMb = megabytes;
      return this;
    }

    public Builder nodeJvm(String argument) {
      nodeJvm.add(argument);
      return this;
    }

    /** The JVM of a node runs with the options of this file and the default memory, as users run it. */
    public Builder nodeOptions(Path file) {
      nodeOptions = file;
      return this;
    }

    /**
     * Several managers, of which one leads.
     *
     * @param endpoints of the etcd that they work with
     */
    public Builder managers(int count, String endpoints) {
      managers = count;
      etcd = endpoints;
      return this;
    }

    /** Directories and ports are chosen, nothing runs. */
    public TestCluster prepare() {
      try {
        Path dir = Files.createTempDirectory("pika-test-");
        Path secret = Files.writeString(dir.resolve("cluster.secret"), SECRET);
        List<Member> leaders = new ArrayList<>();
        for (int i = 1; i <= managers; i++) {
          leaders.add(manager(dir, managers == 1 ? "manager" : "manager-" + i, secret));
        }
        List<Member> made = new ArrayList<>();
        for (int i = 1; i <= nodes; i++) {
          made.add(node(dir, i, secret, leaders));
        }
        return new TestCluster(dir, leaders, made);
      } catch (IOException trouble) {
        throw new UncheckedIOException(trouble);
      }
    }

    /** Everything runs and every node serves. */
    public TestCluster start() {
      TestCluster cluster = prepare();
      try {
        cluster.startAll();
        return cluster;
      } catch (RuntimeException trouble) {
        cluster.close();
        throw trouble;
      }
    }

    private Member manager(Path dir, String name, Path secret) {
      int rest = PORTS.free();
      Map<String, String> settings = new HashMap<>();
      settings.put("dir", dir.resolve(name).toString());
      settings.put("port", Integer.toString(rest));
      settings.put("rpc-port", Integer.toString(PORTS.free()));
      settings.put("cluster-secret-file", secret.toString());
      settings.put("default-table", "true");
      settings.put("min-nodes", Integer.toString(Math.max(1, nodes)));
      if (!etcd.isEmpty()) {
        settings.put("store", "etcd");
        settings.put("etcd-endpoints", etcd);
      }
      List<String> jvm = new ArrayList<>(JVM);
      jvm.add("-Xmx128m");
      return new Member(name, "io.pika.manager.ManagerMain", dir.resolve(name), jvm, settings,
          URI.create("http://127.0.0.1:" + rest + "/ready"));
    }

    private Member node(Path dir, int number, Path secret, List<Member> leaders) {
      String name = "node-" + number;
      int admin = PORTS.free();
      Map<String, String> settings = new HashMap<>();
      settings.put("dir", dir.resolve(name).toString());
      settings.put("port", Integer.toString(PORTS.free()));
      settings.put("peer-port", Integer.toString(PORTS.free()));
      settings.put("admin-port", Integer.toString(admin));
      settings.put("manager", leaders.stream().map(each -> "127.0.0.1:" + each.setting("rpc-port"))
          .collect(Collectors.joining(",")));
      settings.put("cluster-secret-file", secret.toString());
      settings.put("memory", nodeMemory().budgetBytes() / MIB + "mb");
      settings.putAll(nodeSettings);
      return new Member(name, "io.pika.node.NodeMain", dir.resolve(name), nodeJvmArguments(), settings,
          URI.create("http://127.0.0.1:" + admin + "/ready"));
    }

    private NodeMemory nodeMemory() {
      if (nodeOptions != null) {
        return NodeMemory.planned(NodeMemory.SETTING.defaultValue());
      }
      long heap = nodeHeapMb * MIB;
      return new NodeMemory(2 * heap + NodeMemory.JVM_BYTES + nodeDataMb * MIB, heap, heap);
    }

    private List<String> nodeJvmArguments() {
      List<String> jvm = new ArrayList<>();
      if (nodeOptions != null) {
        jvm.add("@" + nodeOptions.toAbsolutePath());
      } else {
        jvm.addAll(JVM);
      }
      jvm.addAll(nodeMemory().jvmArguments());
      jvm.addAll(nodeJvm);
      return jvm;
    }
  }

  /** Starts whatever does not run, and waits until all of it is ready and serves the table that clients begin on. */
  public void startAll() {
    List<Member> absent = managers.stream().filter(each -> !each.isAlive()).toList();
    absent.forEach(Member::launch);
    absent.forEach(each -> each.awaitReady(Member.START));
    nodes.stream().filter(node -> !node.isAlive()).forEach(Member::launch);
    nodes.forEach(node -> node.awaitReady(Member.START));
    if ("true".equals(manager().setting("default-table"))) {
      awaitTable("default", "");
    }
  }

  /** The one there is, or the first. */
  public Member manager() {
    return managers.getFirst();
  }

  public List<Member> managers() {
    return managers;
  }

  /** The one that says that it leads; null when none does at the moment. */
  public @Nullable Member leader() {
    return managers.stream().filter(TestCluster::leads).findFirst().orElse(null);
  }

  public static boolean leads(Member manager) {
    return manager.isAlive() && manager.says("/health").contains("\"leading\":true");
  }

  /** @param number from 1 */
  public Member node(int number) {
    return nodes.get(number - 1);
  }

  public List<Member> nodes() {
    return nodes;
  }

  /** The manager's REST API, with the administrator's token. */
  public AdminApi api() {
    AdminApi known = api;
    if (known == null) {
      known = api(adminToken());
      api = known;
    }
    return known;
  }

  public AdminApi api(String token) {
    return new AdminApi(URI.create("http://127.0.0.1:" + manager().setting("port")), token);
  }

  /** One manager's REST API, with the administrator's token. */
  public AdminApi api(Member manager) {
    return new AdminApi(URI.create("http://127.0.0.1:" + manager.setting("port")), adminToken());
  }

  public String adminToken() {
    try {
      // Of several managers the one has it that led first.
      Path file = managers.stream().map(each -> each.dir().resolve("admin.token")).filter(Files::exists)
          .findFirst().orElse(manager().dir().resolve("admin.token"));
      return Files.readString(file).strip();
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  /** Creates a table and waits until every node serves it; an empty password makes an open one. */
  public void createTable(String name, int slots, String password) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("slots", slots);
    if (!password.isEmpty()) {
      body.put("password", password);
    }
    api().post("/tables", body).good();
    awaitTable(name, password);
  }

  /** The same, of a table that serves commands over several slots. */
  public void createCrossSlotTable(String name, int slots) {
    api().post("/tables", Map.of("name", name, "slots", slots, "crossSlot", "serve")).good();
    awaitTable(name, "");
  }

  public JsonNode table(String name) {
    return api().get("/tables/" + name).good();
  }

  /** Waits until every node that runs serves the table. */
  public void awaitTable(String name, String password) {
    for (Member node : nodes) {
      if (node.isAlive()) {
        await("table " + name + " on " + node.name(), JOB, () -> serves(node, name, password));
      }
    }
  }

  private static boolean serves(Member node, String table, String password) {
    try (RespConnection client = connect(node, table, password)) {
      return client.call("PING").equals(new RespValue.Simple("PONG"));
    } catch (IOException | IllegalStateException notYet) {
      return false;
    }
  }

  /** A connection that is on the table. */
  public static RespConnection connect(Member node, String table, String password) throws IOException {
    RespConnection client = node.connect();
    try {
      if (!password.isEmpty()) {
        client.call("AUTH", password);
      }
      RespValue answer = client.call("SELECT", table);
      if (!answer.equals(RespValue.OK)) {
        throw new IllegalStateException("SELECT " + table + " on " + node.name() + ": " + answer);
      }
      return client;
    } catch (IOException | RuntimeException trouble) {
      client.close();
      throw trouble;
    }
  }

  /** Looks again and again until it is so. */
  public static void await(String what, Duration timeout, BooleanSupplier condition) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("after " + timeout + " still not: " + what);
      }
      Pause.millis(50);
    }
  }

  /** The last lines of every process, for the report of a failure. */
  public String logs() {
    List<Member> all = new ArrayList<>(managers);
    all.addAll(nodes);
    return all.stream().filter(member -> Files.exists(member.dir().resolveSibling(member.name() + ".log")))
        .map(member -> member.process().tail()).collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    nodes.forEach(Member::close);
    managers.forEach(Member::close);
    if (api != null) {
      api.close();
    }
    delete(dir);
  }

  private static void delete(Path dir) {
    try {
      Files.walkFileTree(dir, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
          Files.deleteIfExists(file);
          return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException trouble)
            throws IOException {
          Files.deleteIfExists(folder);
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }
}
