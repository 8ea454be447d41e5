package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Replicas that cannot go on from the log become like their leaders by themselves, and can lead. */
class CopyIT {
  private static final String TABLE = "shop";
  private static final int SLOTS = 4;
  private static final int KEYS = 200;
  /** Of the log, which goes by whole ones. */
  private static final int SEGMENT_BYTES = 64 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private TestCluster cluster;
  private Member first;
  private Member second;

  @BeforeEach
  void start() throws IOException {
    cluster = TestCluster.of(2).nodeSetting("repl-log-size", "1mb").prepare();
    cluster.manager().set("heartbeat-interval", "500ms");
    cluster.manager().set("node-lease", "2s");
    cluster.startAll();
    cluster.api().post("/tables", Map.of("name", TABLE, "slots", SLOTS, "replicas", 2, "acks", "0")).good();
    cluster.awaitTable(TABLE, "");
    first = cluster.node(1);
    second = cluster.node(2);
    write(first, "before");
    awaitInStep();
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void aNodeThatWasAwayForLongerThanTheLogReachesIsCopied() throws Exception {
    second.kill();
    write(first, "missed");
    fill(first, SEGMENT_BYTES + (8 << 20));
    // What it closes with is in RocksDB, and its log is as short as it may be.
    first.terminate();
    first.start();
    write(first, "after");
    second.start();
    awaitInStep();
    assertThat(log(second)).contains("the log of node").contains("it is copied anew");

    first.kill();
    for (String prefix : List.of("before", "missed", "after")) {
      assertThere(second, prefix);
    }
  }

  @Test
  void aLeaderThatComesBackWithRecordsOfItsOwnKeepsThemInAFileAndFollows() throws Exception {
    second.kill();
    write(first, "lost");
    first.kill();
    second.start();
    write(second, "kept");
    first.start();
    awaitInStep();
    assertThat(log(first)).contains("records that its leader").contains("of them are kept in");
    assertThat(records(first.dir().resolve("diverged"))).hasSize(SLOTS)
        .allSatisfy(file -> assertThat(file).isNotEmptyFile());

    second.kill();
    assertThere(first, "before");
    assertThere(first, "kept");
    try (RespConnection client = TestCluster.connect(first, TABLE, "")) {
      assertThat(client.call("EXISTS", "lost0")).isEqualTo(new RespValue.Int(0));
    }
  }

  private static List<Path> records(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".records")).toList();
    }
  }

  private static String log(Member node) throws IOException {
    return Files.readString(node.dir().resolveSibling(node.name() + ".log"));
  }

  private static void write(Member node, String prefix) throws IOException {
    awaitServed(node);
    try (RespConnection client = TestCluster.connect(node, TABLE, "")) {
      for (int key = 0; key < KEYS; key++) {
        assertThat(client.call("SET", prefix + key, prefix)).isEqualTo(RespValue.OK);
      }
    }
  }

  private static void awaitServed(Member node) {
    await("all slots are served", () -> {
      try (RespConnection client = TestCluster.connect(node, TABLE, "")) {
        for (int key = 0; key < 8 * SLOTS; key++) {
          if (client.call("EXISTS", "probe" + key).isError()) {
            return false;
          }
        }
        return true;
      } catch (IOException | IllegalStateException notYet) {
        return false;
      }
    });
  }

  /** With values that each command replaces. */
  private static void fill(Member node, int bytes) throws IOException {
    String value = "x".repeat(1 << 20);
    try (RespConnection client = TestCluster.connect(node, TABLE, "")) {
      for (int written = 0; written < bytes; written += value.length()) {
        assertThat(client.call("SET", "filler" + written % 4, value)).isEqualTo(RespValue.OK);
      }
    }
  }

  private static void assertThere(Member node, String prefix) throws IOException {
    awaitServed(node);
    try (RespConnection client = TestCluster.connect(node, TABLE, "")) {
      for (int key = 0; key < KEYS; key++) {
        assertThat(client.call("GET", prefix + key)).isEqualTo(RespValue.bulk(prefix));
      }
    }
  }

  private void awaitInStep() {
    await("followers are in step", () -> {
      for (JsonNode range : cluster.table(TABLE).get("ranges")) {
        if (range.path("inStep").size() != 1) {
          return false;
        }
      }
      return true;
    });
  }

  private static void await(String what, BooleanSupplier condition) {
    TestCluster.await(what, PATIENCE, condition);
  }
}
