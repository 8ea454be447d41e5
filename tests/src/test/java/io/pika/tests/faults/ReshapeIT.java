package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A table that was made with one replica gets three, under load: a node can be lost then. And it goes back to one. */
class ReshapeIT {
  private static final String TABLE = "shop";
  private static final int SLOTS = 16;
  private static final int KEYS = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.of(3).prepare();
    cluster.manager().set("heartbeat-interval", "500ms");
    cluster.manager().set("node-lease", "2s");
    cluster.startAll();
    cluster.createTable(TABLE, SLOTS, "");
    cluster.awaitTable(TABLE, "");
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void aTableInUseGetsReplicasAndGivesThemBack() throws Exception {
    try (RespConnection client = TestCluster.connect(cluster.node(1), TABLE, "")) {
      for (int key = 0; key < KEYS; key++) {
        assertThat(client.call("SET", "key" + key, "v" + key)).isEqualTo(RespValue.OK);
      }
    }
    try (Writer writer = new Writer(cluster.node(1))) {
      reshape(Map.of("replicas", 3, "acks", "0"));
      writer.endsWithoutError();
    }
    for (JsonNode range : cluster.table(TABLE).get("ranges")) {
      assertThat(range.get("replicas")).hasSize(3);
      assertThat(range.path("learners")).isEmpty();
    }
    cluster.node(2).kill();
    assertAllThere(cluster.node(1), TABLE);
    cluster.node(2).start();
    assertAllThere(cluster.node(2), TABLE);
    try (Writer writer = new Writer(cluster.node(3))) {
      reshape(Map.of("replicas", 1));
      writer.endsWithoutError();
    }
    for (JsonNode range : cluster.table(TABLE).get("ranges")) {
      assertThat(range.get("replicas")).hasSize(1);
    }
    assertAllThere(cluster.node(3), TABLE);
    for (Member node : cluster.nodes()) {
      TestCluster.await(node.name() + " has deleted what others have", PATIENCE,
          () -> log(node).contains("other nodes have them now"));
    }
    assertAllThere(cluster.node(1), TABLE);
  }

  /** What a node that is lost for good had, another one gets. */
  @Test
  void aLostNodeIsReplaced() throws Exception {
    cluster.api().post("/tables", Map.of("name", "safe", "slots", SLOTS, "replicas", 2, "acks", "0")).good();
    cluster.awaitTable("safe", "");
    try (RespConnection client = TestCluster.connect(cluster.node(1), "safe", "")) {
      for (int key = 0; key < KEYS; key++) {
        assertThat(client.call("SET", "key" + key, "v" + key)).isEqualTo(RespValue.OK);
      }
    }
    awaitInStep();
    int lost = nodeId(cluster.node(2));
    cluster.node(2).kill();
    TestCluster.await("nothing is led by node " + lost, PATIENCE, () -> ranges("safe").stream()
        .noneMatch(range -> range.get("leader").asInt() == lost));
    done(cluster.api().delete("/nodes/" + lost + "?force=true").good());
    for (JsonNode range : ranges("safe")) {
      assertThat(range.get("replicas")).hasSize(2);
      assertThat(range.get("replicas").valueStream().map(JsonNode::asInt)).doesNotContain(lost);
    }
    awaitInStep();
    cluster.node(3).kill();
    assertAllThere(cluster.node(1), "safe");
  }

  private static String log(Member node) {
    try {
      return Files.readString(node.dir().resolveSibling(node.name() + ".log"));
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  private List<JsonNode> ranges(String table) {
    return cluster.table(table).get("ranges").valueStream().toList();
  }

  private void awaitInStep() {
    TestCluster.await("followers are in step", PATIENCE, () -> ranges("safe").stream()
        .allMatch(range -> range.path("inStep").size() == range.get("replicas").size() - 1));
  }

  private int nodeId(Member member) {
    for (JsonNode node : cluster.api().get("/nodes").good().get("nodes")) {
      if (node.get("clientPort").asInt() == member.clientPort()) {
        return node.get("id").asInt();
      }
    }
    throw new IllegalStateException("no node has port " + member.clientPort());
  }

  private void reshape(Map<String, ?> body) {
    done(cluster.api().put("/tables/" + TABLE + "/replication", body).good());
  }

  private void done(JsonNode job) {
    String path = "/jobs/" + job.get("id").asLong();
    TestCluster.await("the job is done", PATIENCE,
        () -> cluster.api().get(path).good().get("status").asString().equals("done"));
  }

  private static void assertAllThere(Member node, String table) {
    TestCluster.await("all keys can be read", PATIENCE, () -> {
      try (RespConnection client = TestCluster.connect(node, table, "")) {
        for (int key = 0; key < KEYS; key++) {
          RespValue value = client.call("GET", "key" + key);
          if (value.isError()) {
            return false;
          }
          assertThat(value).isEqualTo(RespValue.bulk("v" + key));
        }
        return true;
      } catch (IOException | IllegalStateException notYet) {
        return false;
      }
    });
  }

  /** Counts up in a key of every slot, and knows what it was answered. */
  private static final class Writer implements AutoCloseable {
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();
    private final Member node;
    private final Thread thread;
    private volatile boolean stopped;

    Writer(Member node) {
      this.node = node;
      this.thread = Thread.ofPlatform().start(this::run);
    }

    private void run() {
      try (RespConnection client = TestCluster.connect(node, TABLE, "")) {
        for (int round = 1; !stopped; round++) {
          for (int key = 0; key < 4 * SLOTS; key++) {
            RespValue answer = client.call("APPEND", "count" + key + ":" + round % 100, "x");
            if (answer.isError()) {
              trouble.set("round " + round + ": " + answer);
              return;
            }
          }
          rounds.set(round);
        }
      } catch (Exception failure) {
        trouble.set(failure.toString());
      }
    }

    void endsWithoutError() throws InterruptedException {
      stopped = true;
      thread.join();
      assertThat(trouble.get()).isNull();
      assertThat(rounds.get()).isPositive();
    }

    @Override
    public void close() throws InterruptedException {
      stopped = true;
      thread.join();
    }
  }
}
