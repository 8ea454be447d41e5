package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.tests.Sizes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Three replicas and {@code acks majority} under faults of leaders and of the manager, one and two at once: what was acknowledged
 * is there whoever leads, and nobody reads what is older. Everyday 3 faults, full 200.
 */
class AcksIT {
  private static final Logger LOG = LoggerFactory.getLogger(AcksIT.class);
  private static final int FAULTS = Sizes.of(3, 200);
  private static final int WRITERS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String TABLE = "shop";

  private final long seed = Sizes.seed("AcksIT");
  private final Random random = new Random(seed);
  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.of(3).prepare();
    cluster.manager().set("heartbeat-interval", "500ms");
    cluster.manager().set("node-lease", "2s");
    cluster.startAll();
    cluster.api().post("/tables", Map.of("name", TABLE, "slots", 16, "replicas", 3, "acks", "majority"))
        .good();
    cluster.awaitTable(TABLE, "");
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void acknowledgedWritesSurviveTheirLeaders() throws Exception {
    List<CheckedWriter> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new CheckedWriter(cluster.nodes(), TABLE, "", "w" + i, new Random(random.nextLong())));
    }
    List<Thread> threads = writers.stream().map(writer -> Thread.ofPlatform().start(writer)).toList();
    try {
      for (int fault = 0; fault < FAULTS; fault++) {
        work(writers, 200);
        fault(fault);
        awaitInStep();
      }
      work(writers, 200);
    } catch (IllegalStateException stuck) {
      throw new IllegalStateException(stuck.getMessage() + "\n" + cluster.logs(), stuck);
    } finally {
      writers.forEach(CheckedWriter::stop);
      for (Thread thread : threads) {
        thread.join(Duration.ofSeconds(60));
      }
    }
    check(writers);
  }

  private void fault(int number) {
    Member victim = leader();
    switch (number % 3) {
      case 0 -> {
        victim.kill();
        pauseUpToMillis(3_000);
        victim.start();
      }
      case 1 -> {
        victim.process().freeze();
        pauseUpToMillis(Sizes.of(3_000, 20_000));
        victim.process().thaw();
      }
      default -> {
        cluster.manager().kill();
        pauseUpToMillis(300);
        victim.kill();
        cluster.manager().start();
        pauseUpToMillis(3_000);
        victim.start();
      }
    }
    LOG.info("fault {} of {} was {}", number + 1, FAULTS, List.of("a kill", "a pause", "manager and leader")
        .get(number % 3));
  }

  private void check(List<CheckedWriter> writers) throws IOException {
    for (CheckedWriter writer : writers) {
      for (Member node : cluster.nodes()) {
        writer.checkAll(node);
      }
      System.out.println("AcksIT: " + writer.summary());
    }
    assertThat(writers.stream().flatMap(writer -> writer.complaints().stream())).as("seed %d", seed)
        .isEmpty();
  }

  private static void work(List<CheckedWriter> writers, long more) {
    long before = acknowledged(writers);
    TestCluster.await(more + " more writes acknowledged", PATIENCE,
        () -> acknowledged(writers) >= before + more);
  }

  private static long acknowledged(List<CheckedWriter> writers) {
    return writers.stream().mapToLong(CheckedWriter::acknowledged).sum();
  }

  /** The next fault must find a majority that it leaves. */
  private void awaitInStep() {
    TestCluster.await("followers are in step", PATIENCE,
        () -> ranges().stream().allMatch(range -> range.path("inStep").size() == 2));
  }

  private List<JsonNode> ranges() {
    return StreamSupport.stream(cluster.table(TABLE).get("ranges").spliterator(), false).toList();
  }

  private Member leader() {
    Set<Integer> leaders = new TreeSet<>();
    ranges().forEach(range -> leaders.add(range.get("leader").asInt()));
    List<Member> leading = cluster.nodes().stream().filter(node -> leaders.contains(id(node))).toList();
    return leading.get(random.nextInt(leading.size()));
  }

  private int id(Member member) {
    for (JsonNode node : cluster.api().get("/nodes").good().get("nodes")) {
      if (node.get("clientPort").asInt() == member.clientPort()) {
        return node.get("id").asInt();
      }
    }
    throw new IllegalStateException("no node has port " + member.clientPort());
  }

  private void pauseUpToMillis(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(millis)));
  }
}
