package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.proxy.routing.SlotHash;
import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What goes wrong around a node: each a clear error, and nothing lost. */
class TroubleIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int REFUSED = 2;
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.of(2).nodeSetting("fsync", "always").start();
    cluster.createTable("trouble", 16, "right");
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  /** Whatever a test did to them, they all run again for the next one. */
  @AfterEach
  void recover() {
    if (!cluster.manager().isAlive()) {
      cluster.manager().start();
    }
    cluster.nodes().stream().filter(node -> !node.isAlive()).forEach(Member::start);
  }

  @Test
  void wrongSettingsAreNamedWithTheirLine(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("node.yaml"), "port: 9221\nmaxcleints: 5\n");
    try (TestCluster other = TestCluster.of(1).prepare()) {
      other.node(1).launch("--config", file.toString());
      assertThat(other.node(1).process().awaitExit(SOON)).isEqualTo(REFUSED);
      assertThat(other.node(1).process().log()).contains(file.toString(), "2", "maxcleints", "maxclients");
      assertThat(other.node(1).dir()).doesNotExist();
    }
  }

  @Test
  void memoryThatTheJvmTakesForItselfIsRefused() {
    try (TestCluster other = TestCluster.of(1).prepare()) {
      other.node(1).set("memory", "600mb");
      other.node(1).launch();
      assertThat(other.node(1).process().awaitExit(SOON)).isEqualTo(REFUSED);
      assertThat(other.node(1).process().log()).contains("memory is 600 MB", "start the JVM with -Xmx165m")
          .doesNotContain("\tat ");
      assertThat(other.node(1).dir()).doesNotExist();
    }
  }

  @Test
  void portInUseIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TestCluster other = TestCluster.of(1).prepare()) {
      other.manager().start();
      other.node(1).set("port", Integer.toString(taken.getLocalPort()));
      other.node(1).launch();
      assertThat(other.node(1).process().awaitExit(SOON)).isNotZero();
      assertThat(other.node(1).process().log()).contains(Integer.toString(taken.getLocalPort()), "in use")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void directoryOfAnotherClusterIsRefusedAndUnharmed() throws IOException {
    Member node = cluster.node(1);
    put("foreign", "v");
    node.terminate();
    String manager = node.setting("manager");
    try (TestCluster other = TestCluster.of(0).start()) {
      node.set("manager", "127.0.0.1:" + other.manager().setting("rpc-port"));
      node.launch();
      assertThat(node.process().awaitExit(SOON)).isNotZero();
      assertThat(node.process().log()).contains("belongs to cluster", "this manager is of cluster");
    } finally {
      node.set("manager", manager);
    }
    node.start();
    assertThat(get("foreign")).isEqualTo(RespValue.bulk("v"));
  }

  @Test
  void secondProcessOnADirectoryIsRefused() {
    Member node = cluster.node(1);
    try (TestCluster other = TestCluster.of(1).prepare()) {
      Member second = other.node(1);
      second.set("dir", node.dir().toString());
      second.set("manager", node.setting("manager"));
      second.launch();
      assertThat(second.process().awaitExit(SOON)).isNotZero();
      assertThat(second.process().log()).contains(node.dir().toString());
    }
    assertThat(node.isReady()).isTrue();
  }

  @Test
  void nodesServeAndRestartWithoutTheManager() throws IOException {
    put("alone", "1");
    cluster.manager().kill();
    put("alone", "2");
    for (Member node : cluster.nodes()) {
      node.kill();
      node.launch();
    }
    TestCluster.await("served without a manager\n" + cluster.logs(), SOON, () -> serves("alone", "2"));
    put("alone", "3");
    cluster.manager().start();
    cluster.createTable("after-the-manager", 4, "");
    assertThat(get("alone")).isEqualTo(RespValue.bulk("3"));
  }

  private static boolean serves(String key, String value) {
    try {
      return get(key).equals(RespValue.bulk(value));
    } catch (IOException | IllegalStateException notYet) {
      return false;
    }
  }

  @Test
  void aThousandWrongPasswordsDoNotTroubleOthers() throws Exception {
    Member node = cluster.node(1);
    long before = node.process().residentBytes() >> 20;
    try (ExecutorService pool = Executors.newFixedThreadPool(8);
        RespConnection other = TestCluster.connect(node, "trouble", "right")) {
      List<Future<Integer>> guessing = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int guesser = i;
        guessing.add(pool.submit(() -> guess(node, guesser, 125)));
      }
      Duration longest = Duration.ZERO;
      int calls = 0;
      while (!guessing.stream().allMatch(Future::isDone)) {
        long start = System.nanoTime();
        assertThat(other.call("SET", "calm", "v")).isEqualTo(RespValue.OK);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        calls++;
        longest = took.compareTo(longest) > 0 ? took : longest;
      }
      for (Future<Integer> each : guessing) {
        assertThat(each.get()).isEqualTo(125);
      }
      System.out.println("TroubleIT: longest call of another client during wrong passwords: " + longest);
      assertThat(calls).as("calls of another client during 1,000 guesses").isGreaterThan(1_000);
    }
    assertThat((node.process().residentBytes() >> 20) - before).isLessThan(150);
    TestCluster.await("the right password still works", SOON, () -> serves("calm", "v"));
  }

  private static int guess(Member node, int guesser, int times) throws IOException {
    int refused = 0;
    for (int i = 0; i < times; i++) {
      try (RespConnection client = node.connect()) {
        RespValue auth = client.call("AUTH", "trouble", "wrong" + guesser + "-" + i);
        RespValue select = client.call("SELECT", "trouble");
        refused += select.isError() ? 1 : 0;
        assertThat(auth.toString() + select).doesNotContain("right");
      }
    }
    return refused;
  }

  @Test
  void tornTailIsCutAndEverythingAcknowledgedIsThere() throws IOException {
    Member node = leaderOf("torn");
    put("torn", "v");
    node.kill();
    Path last = segments(node).getLast();
    byte[] content = Files.readAllBytes(last);
    byte[] torn = Arrays.copyOf(content, content.length + 37);
    System.arraycopy(content, Math.max(0, content.length - 37), torn, content.length, 20);
    Files.write(last, torn);
    node.start();
    assertThat(get("torn")).isEqualTo(RespValue.bulk("v"));
  }

  @Test
  void damageInTheMiddleOfTheLogIsRefusedUntilItIsAccepted() throws IOException {
    Member node = leaderOf("damaged");
    for (int i = 0; i < 50; i++) {
      put("damaged", "value " + i);
    }
    node.kill();
    Path last = segments(node).getLast();
    byte[] content = Files.readAllBytes(last);
    int middle = content.length - 600;
    content[middle] ^= 0x40;
    Files.write(last, content);
    node.launch();
    assertThat(node.process().awaitExit(SOON)).isNotZero();
    assertThat(node.process().log()).contains(last.toString(), "offset", "--accept-log-damage");
    node.start("--accept-log-damage");
    put("damaged", "mended");
    assertThat(get("damaged")).isEqualTo(RespValue.bulk("mended"));
    node.kill();
    node.start();
    assertThat(get("damaged")).isEqualTo(RespValue.bulk("mended"));
  }

  @Test
  void storeOfANewerFormatIsRefused() throws IOException {
    Member node = cluster.node(2);
    node.terminate();
    Path description = node.dir().resolve("store.json");
    String before = Files.readString(description);
    Files.writeString(description, before.replaceFirst("(\"formatVersion\"\\s*:\\s*)\\d+", "$199"));
    node.launch();
    assertThat(node.process().awaitExit(SOON)).isNotZero();
    assertThat(node.process().log()).contains("99", "format");
    Files.writeString(description, before);
  }

  private static List<Path> segments(Member node) throws IOException {
    try (Stream<Path> files = Files.walk(node.dir())) {
      return files.filter(file -> file.getFileName().toString().matches("[0-9a-f]{16}\\.log")).sorted()
          .toList();
    }
  }

  private static Member leaderOf(String key) throws IOException {
    int slot = SlotHash.slot(key.getBytes(StandardCharsets.UTF_8), 16);
    for (JsonNode range : cluster.table("trouble").get("ranges")) {
      if (range.get("from").asInt() <= slot && slot <= range.get("to").asInt()) {
        int port = clientPort(range.get("leader").asInt());
        return cluster.nodes().stream().filter(node -> node.clientPort() == port).findFirst().orElseThrow();
      }
    }
    throw new IllegalStateException("nobody leads slot " + slot);
  }

  private static int clientPort(int nodeId) {
    return cluster.api().get("/nodes/" + nodeId).good().get("clientPort").asInt();
  }

  private static void put(String key, String value) throws IOException {
    TestCluster.await(key + " written", SOON, () -> {
      try (RespConnection client = TestCluster.connect(cluster.nodes().getLast(), "trouble", "right")) {
        return client.call("SET", key, value).equals(RespValue.OK);
      } catch (IOException | IllegalStateException notYet) {
        return false;
      }
    });
  }

  private static RespValue get(String key) throws IOException {
    try (RespConnection client = TestCluster.connect(cluster.nodes().getLast(), "trouble", "right")) {
      return client.call("GET", key);
    }
  }
}
