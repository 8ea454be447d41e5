package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.AdminApi;
import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import io.pika.tests.Sizes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * {@code kill -9} of the manager while it creates and drops tables: every job that was accepted ends, and no
 * half of a table is left anywhere. Everyday 6 kills, full 50.
 */
class JobsIT {
  private static final int KILLS = Sizes.of(6, 50);
  private static final Duration ENOUGH = Duration.ofSeconds(60);

  private final Random random = new Random(Sizes.seed("JobsIT"));
  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.of(2).start();
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void jobsGoOnAfterEveryKillOfTheManager() throws IOException {
    List<String> wanted = new ArrayList<>();
    List<String> dropped = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      for (int i = 0; i < 4; i++) {
        String name = "job-" + kill + "-" + i;
        if (accepted("POST", "/tables", Map.of("name", name, "slots", 1 << random.nextInt(9)))) {
          wanted.add(name);
        }
      }
      if (wanted.size() > 6) {
        String name = wanted.remove(random.nextInt(wanted.size()));
        fill(name);
        if (accepted("DELETE", "/tables/" + name, Map.of())) {
          dropped.add(name);
        }
      }
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(150_000)));
      cluster.manager().kill();
      cluster.manager().start();
    }
    TestCluster.await("all jobs ended", ENOUGH, () -> noJobRuns(dropped));
    assertTables(wanted, dropped);
  }

  /** Whether the manager has taken it on; with the manager's next life asked again if it did not say. */
  private boolean accepted(String method, String path, Map<String, ?> body) {
    try {
      AdminApi.Answer answer = cluster.api().send(method, path, method.equals("DELETE") ? null : body);
      return answer.isGood();
    } catch (UncheckedIOException unknown) {
      throw new IllegalStateException("the manager did not answer while nobody hurt it", unknown);
    }
  }

  private void fill(String table) throws IOException {
    cluster.awaitTable(table, "");
    try (RespConnection client = TestCluster.connect(cluster.node(1), table, "")) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.call("SET", "k" + i, "v")).isEqualTo(RespValue.OK);
      }
    }
  }

  /** A creation may only fail because somebody dropped the table meanwhile. */
  private boolean noJobRuns(List<String> dropped) {
    for (JsonNode job : cluster.api().get("/jobs").good().get("jobs")) {
      String status = job.get("status").asString();
      if (status.equals("running")) {
        return false;
      }
      boolean overtaken = status.equals("failed") && dropped.contains(job.get("table").asString());
      assertThat(overtaken || status.equals("done")).as(job.toString()).isTrue();
    }
    return true;
  }

  private void assertTables(List<String> wanted, List<String> dropped) throws IOException {
    TreeSet<String> expected = new TreeSet<>(wanted);
    expected.add("default");
    TreeSet<String> listed = new TreeSet<>();
    for (JsonNode table : cluster.api().get("/tables").good().get("tables")) {
      assertThat(table.get("state").asString()).as(table.toString()).isEqualToIgnoringCase("ready");
      listed.add(table.get("name").asString());
    }
    assertThat(listed).isEqualTo(expected);
    for (Member node : cluster.nodes()) {
      for (String name : wanted) {
        try (RespConnection client = TestCluster.connect(node, name, "")) {
          for (int i = 0; i < 20; i++) {
            assertThat(client.call("SET", node.name() + i, name)).isEqualTo(RespValue.OK);
            assertThat(client.call("GET", node.name() + i)).isEqualTo(RespValue.bulk(name));
          }
        }
      }
      try (RespConnection client = node.connect()) {
        for (String name : dropped) {
          assertThat(client.call("SELECT", name).isError()).as("%s on %s", name, node.name()).isTrue();
        }
      }
    }
  }
}
