package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.FaultProxy;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A node that does not hear from the manager while slots change hands: what it forwards goes to a node that is no
 * more, waits, and goes to the right one when the news arrives. Clients see nothing.
 */
class StaleTopologyIT {
  private static final int KEYS = 100;

  @Test
  void requestsOfAStaleNodeWaitForTheNewsAndReachTheNewLeader() throws Exception {
    TestCluster cluster = TestCluster.of(3).prepare();
    cluster.manager().start();
    try (FaultProxy wire = FaultProxy.to(Integer.parseInt(cluster.manager().setting("rpc-port")));
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      cluster.node(3).set("manager", "127.0.0.1:" + wire.port());
      cluster.startAll();
      cluster.createTable("stale", 64, "");
      try (RespConnection client = TestCluster.connect(cluster.node(3), "stale", "")) {
        wire.hold();
        cluster.node(2).kill();
        String lost = "/nodes/" + nodeAt(cluster, cluster.node(2).clientPort()) + "?force=true";
        TestCluster.await("node 2 removed", Duration.ofSeconds(40),
            () -> cluster.api().delete(lost).isGood());
        TestCluster.await("node 1 leads what node 2 led", Duration.ofSeconds(20),
            () -> cluster.table("stale").toString().contains("\"epoch\":2"));

        Future<Integer> written = pool.submit(() -> write(client));
        TestCluster.await("requests wait", Duration.ofSeconds(1), () -> !written.isDone());
        wire.release();

        assertThat(written.get(20, TimeUnit.SECONDS)).isEqualTo(KEYS);
      }
      try (RespConnection client = TestCluster.connect(cluster.node(1), "stale", "")) {
        for (int i = 0; i < KEYS; i++) {
          assertThat(client.call("GET", "k" + i)).isEqualTo(RespValue.bulk("v"));
        }
      }
    } finally {
      cluster.close();
    }
  }

  private static int nodeAt(TestCluster cluster, int clientPort) {
    for (JsonNode node : cluster.api().get("/nodes").good().get("nodes")) {
      if (node.get("clientPort").asInt() == clientPort) {
        return node.get("id").asInt();
      }
    }
    throw new IllegalStateException("no node has port " + clientPort);
  }

  private static int write(RespConnection client) throws Exception {
    int good = 0;
    for (int i = 0; i < KEYS; i++) {
      client.send("SET", "k" + i, "v");
    }
    client.flush();
    for (int i = 0; i < KEYS; i++) {
      RespValue answer = client.read();
      assertThat(answer).isEqualTo(RespValue.OK);
      good++;
    }
    return good;
  }
}
