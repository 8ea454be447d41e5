package io.pika.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the README promises: AUTH, SELECT, and the same data from every node. */
@ExtendWith(SharedCluster.class)
class QuickStartIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String SECRET = "shop-secret";

  @Test
  void everyNodeServesTheSameData(TestCluster cluster) throws IOException {
    cluster.createTable("shop", 64, SECRET);
    for (Member writer : cluster.nodes()) {
      try (RespConnection client = TestCluster.connect(writer, "shop", SECRET)) {
        for (int i = 0; i < 30; i++) {
          assertThat(client.call("SET", "user:" + i, writer.name() + i)).isEqualTo(RespValue.OK);
        }
      }
      for (Member reader : cluster.nodes()) {
        try (RespConnection client = TestCluster.connect(reader, "shop", SECRET)) {
          for (int i = 0; i < 30; i++) {
            assertThat(client.call("GET", "user:" + i)).isEqualTo(RespValue.bulk(writer.name() + i));
          }
          assertThat(client.call("DBSIZE").number()).isEqualTo(30);
        }
      }
    }
  }

  @Test
  void freshConnectionIsOnTheOpenDefaultTable(TestCluster cluster) throws IOException {
    for (Member node : cluster.nodes()) {
      try (RespConnection client = node.connect()) {
        assertThat(client.call("SET", "hello", node.name())).isEqualTo(RespValue.OK);
        assertThat(client.call("GET", "hello")).isEqualTo(RespValue.bulk(node.name()));
        assertThat(client.call("SELECT", "0")).isEqualTo(RespValue.OK);
        assertThat(client.call("GET", "hello")).isEqualTo(RespValue.bulk(node.name()));
      }
    }
  }

  @Test
  void tablesDoNotSeeEachOther(TestCluster cluster) throws IOException {
    cluster.createTable("left", 8, "");
    cluster.createTable("right", 8, "");
    try (RespConnection left = TestCluster.connect(cluster.node(1), "left", "");
        RespConnection right = TestCluster.connect(cluster.node(1), "right", "")) {
      left.call("SET", "k", "left");
      assertThat(right.call("GET", "k").isNull()).isTrue();
      right.call("SET", "k", "right");
      assertThat(right.call("FLUSHDB")).isEqualTo(RespValue.OK);
      assertThat(left.call("GET", "k")).isEqualTo(RespValue.bulk("left"));
    }
  }

  @Test
  void tableIsSelectedByItsIndexToo(TestCluster cluster) throws IOException {
    cluster.createTable("indexed", 4, SECRET);
    String index = cluster.table("indexed").get("id").asString();
    try (RespConnection named = TestCluster.connect(cluster.node(1), "indexed", SECRET);
        RespConnection numbered = TestCluster.connect(cluster.node(2), index, SECRET)) {
      named.call("SET", "k", "v");
      assertThat(numbered.call("GET", "k")).isEqualTo(RespValue.bulk("v"));
    }
  }

  @Test
  void userNamesTheTable(TestCluster cluster) throws IOException {
    cluster.createTable("byuser", 4, SECRET);
    try (RespConnection client = cluster.node(3).connect()) {
      assertThat(client.call("AUTH", "byuser", SECRET)).isEqualTo(RespValue.OK);
      assertThat(client.call("SELECT", "byuser")).isEqualTo(RespValue.OK);
      assertThat(client.call("SET", "k", "v")).isEqualTo(RespValue.OK);
    }
  }

  @Test
  void passwordThatDoesNotFitIsKeptForTheNextSelectAndNothingElseRuns(TestCluster cluster)
      throws IOException {
    cluster.createTable("kept", 4, SECRET);
    cluster.createTable("locked", 4, "another secret");
    try (RespConnection client = TestCluster.connect(cluster.node(1), "locked", "another secret")) {
      assertThat(client.call("AUTH", SECRET)).isEqualTo(RespValue.OK);
      assertThat(client.call("GET", "k").text()).startsWith("NOAUTH");
      assertThat(client.call("SELECT", "kept")).isEqualTo(RespValue.OK);
      assertThat(client.call("SET", "k", "v")).isEqualTo(RespValue.OK);
    }
  }

  @Test
  void wrongPasswordSoundsLikeAnUnknownTable(TestCluster cluster) throws IOException {
    cluster.createTable("hidden", 4, SECRET);
    for (Member node : cluster.nodes()) {
      assertThat(refusal(node, "hidden", "wrong")).isEqualTo(refusal(node, "absent", "wrong"));
      assertThat(refusal(node, "hidden", "")).isEqualTo(refusal(node, "absent", ""));
      assertThat(refusal(node, "hidden", "wrong")).doesNotContain(SECRET);
    }
  }

  /** What SELECT says, without the name of the table. */
  private static String refusal(Member node, String table, String password) throws IOException {
    try (RespConnection client = node.connect()) {
      if (!password.isEmpty()) {
        client.call("AUTH", password);
      }
      RespValue answer = client.call("SELECT", table);
      assertThat(answer.isError()).as(answer.toString()).isTrue();
      return answer.text().replace(table, "TABLE");
    }
  }

  @Test
  void blockedTableRefusesItsClientsUntilItIsUnblocked(TestCluster cluster) throws IOException {
    cluster.createTable("blocked", 4, SECRET);
    for (Member node : cluster.nodes()) {
      try (RespConnection client = TestCluster.connect(node, "blocked", SECRET)) {
        client.call("SET", "k", "v");
        setBlocked(cluster, true);
        TestCluster.await("refused on " + node.name(), SOON, () -> answer(client, "GET", "k").isError());
        assertThat(client.call("SET", "k", "w").isError()).isTrue();
        setBlocked(cluster, false);
        TestCluster.await("served on " + node.name(), SOON, () -> !answer(client, "GET", "k").isError());
        assertThat(client.call("GET", "k")).isEqualTo(RespValue.bulk("v"));
      }
    }
  }

  private static void setBlocked(TestCluster cluster, boolean blocked) {
    cluster.api().post("/tables/blocked/" + (blocked ? "block" : "unblock"), Map.of()).good();
  }

  @Test
  void droppedTableIsGoneForConnectedClientsAndItsNameIsFree(TestCluster cluster) throws IOException {
    cluster.createTable("dropped", 4, SECRET);
    try (RespConnection client = TestCluster.connect(cluster.node(2), "dropped", SECRET)) {
      client.call("SET", "k", "v");
      cluster.api().delete("/tables/dropped").good();
      TestCluster.await("refused", SOON, () -> answer(client, "GET", "k").isError());
    }
    TestCluster.await("dropped", SOON, () -> cluster.api().get("/tables/dropped").status() == 404);
    cluster.createTable("dropped", 8, SECRET);
    try (RespConnection client = TestCluster.connect(cluster.node(2), "dropped", SECRET)) {
      assertThat(client.call("GET", "k").isNull()).isTrue();
      assertThat(client.call("DBSIZE").number()).isZero();
    }
  }

  @Test
  void renamedTableKeepsItsDataAndItsClients(TestCluster cluster) throws IOException {
    cluster.createTable("before", 4, SECRET);
    try (RespConnection client = TestCluster.connect(cluster.node(1), "before", SECRET)) {
      client.call("SET", "k", "v");
      cluster.api().post("/tables/before/rename", Map.of("name", "after")).good();
      cluster.awaitTable("after", SECRET);
      assertThat(client.call("GET", "k")).isEqualTo(RespValue.bulk("v"));
      try (RespConnection again = TestCluster.connect(cluster.node(3), "after", SECRET)) {
        assertThat(again.call("GET", "k")).isEqualTo(RespValue.bulk("v"));
      }
      TestCluster.await("old name unknown", SOON, () -> !selects(cluster.node(2), "before"));
    }
  }

  @Test
  void newPasswordCountsForNewConnections(TestCluster cluster) throws IOException {
    cluster.createTable("rekeyed", 4, SECRET);
    cluster.api().put("/tables/rekeyed/password", Map.of("password", "new secret")).good();
    cluster.awaitTable("rekeyed", "new secret");
    TestCluster.await("old password refused", SOON, () -> !selects(cluster.node(1), "rekeyed"));
  }

  private static boolean selects(Member node, String table) {
    try (RespConnection client = TestCluster.connect(node, table, SECRET)) {
      return true;
    } catch (IOException | IllegalStateException refused) {
      return false;
    }
  }

  private static RespValue answer(RespConnection client, String... command) {
    try {
      return client.call(command);
    } catch (IOException closed) {
      return new RespValue.Err("closed: " + closed.getMessage());
    }
  }
}
