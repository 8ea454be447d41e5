package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import io.pika.tests.Sizes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Leaders of a table with three replicas are killed and stopped: others take over, and nobody reads what is old. */
class FailoverIT {
  private static final Logger LOG = LoggerFactory.getLogger(FailoverIT.class);
  private static final String TABLE = "shop";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int SLOTS = 16;

  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.of(3).prepare();
    cluster.manager().set("heartbeat-interval", "500ms");
    cluster.manager().set("node-lease", "2s");
    cluster.startAll();
    cluster.api().post("/tables", Map.of("name", TABLE, "slots", SLOTS, "replicas", 3, "acks", "0")).good();
    cluster.awaitTable(TABLE, "");
    allServed(cluster.node(1));
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void slotsOfAKilledLeaderAreServedAgainAndItComesBackAsAFollower() throws Exception {
    for (int round = 0; round < Sizes.of(1, 8); round++) {
      int victim = 1 + round % 3;
      int id = id(cluster.node(victim));
      try (Gap gap = new Gap(cluster.node(1 + victim % 3))) {
        gap.awaitCalls();
        cluster.node(victim).kill();
        await("nobody waits for node " + id, () -> !leaders().contains(id));
        allServed(cluster.node(1 + victim % 3));
        LOG.info("killed leader: slots were away for {} ms at most", gap.longestMs());
      }
      cluster.node(victim).start();
      allServed(cluster.node(victim));
      assertThat(leaders()).doesNotContain(id);
    }
  }

  @Test
  void aLeaderThatWasStoppedTellsNothingOldWhenItWakes() throws Exception {
    for (int round = 0; round < Sizes.of(1, 8); round++) {
      Member victim = leader();
      Member other = cluster.nodes().stream().filter(node -> node != victim).findFirst().orElseThrow();
      int id = id(victim);
      try (RespConnection stays = TestCluster.connect(victim, TABLE, "")) {
        for (int key = 0; key < SLOTS * 4; key++) {
          assertThat(stays.call("SET", "k" + key, "old")).isEqualTo(RespValue.OK);
        }
        try (Gap gap = new Gap(other)) {
          gap.awaitCalls();
          victim.process().freeze();
          for (int key = 0; key < SLOTS * 4; key++) {
            stays.send("GET", "k" + key);
          }
          stays.flush();
          await("nobody waits for node " + id, () -> !leaders().contains(id));
          allServed(other);
          LOG.info("stopped leader: slots were away for {} ms at most", gap.longestMs());
        }
        try (RespConnection writer = TestCluster.connect(other, TABLE, "")) {
          for (int key = 0; key < SLOTS * 4; key++) {
            assertThat(writer.call("SET", "k" + key, "new")).isEqualTo(RespValue.OK);
          }
        }
        victim.process().thaw();
        for (int key = 0; key < SLOTS * 4; key++) {
          RespValue answer = stays.read();
          assertThat(answer.isError() || answer.equals(RespValue.bulk("new"))).as("k" + key + " is " + answer)
              .isTrue();
        }
      }
      allServed(victim);
    }
  }

  @Test
  void aManagerThatDiesDuringAFailoverGoesOnWithItWhenItIsBack() throws Exception {
    Member victim = leader();
    int id = id(victim);
    victim.kill();
    cluster.manager().kill();
    cluster.manager().start();
    await("nobody waits for node " + id, () -> !leaders().contains(id));
    allServed(cluster.nodes().stream().filter(Member::isAlive).findFirst().orElseThrow());
  }

  /** A client that writes one key of each slot again and again through one node, and knows how long one was not to be had. */
  private static final class Gap implements AutoCloseable {
    private final Member node;
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicLong calls = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;

    Gap(Member node) {
      this.node = node;
      this.thread = Thread.ofPlatform().start(this::run);
    }

    private void run() {
      for (int key = 0; !stopped; key = (key + 1) % (4 * SLOTS)) {
        long began = System.nanoTime();
        while (!stopped && !writes("gap" + key)) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
        calls.incrementAndGet();
      }
    }

    private boolean writes(String key) {
      try (RespConnection client = TestCluster.connect(node, TABLE, "")) {
        return client.call("SET", key, "v").equals(RespValue.OK);
      } catch (IOException | IllegalStateException notNow) {
        return false;
      }
    }

    void awaitCalls() {
      await("all keys are written", () -> calls.get() > 4 * SLOTS);
    }

    long longestMs() {
      return TimeUnit.NANOSECONDS.toMillis(longestNanos.get());
    }

    @Override
    public void close() throws InterruptedException {
      stopped = true;
      thread.join();
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    TestCluster.await(what, PATIENCE, condition);
  }

  /** Keys of every slot can be written through a node. */
  private void allServed(Member node) {
    await("all slots are served", () -> {
      try (RespConnection client = TestCluster.connect(node, TABLE, "")) {
        for (int key = 0; key < 4 * SLOTS; key++) {
          if (!client.call("SET", "probe" + key, "v").equals(RespValue.OK)) {
            return false;
          }
        }
        return true;
      } catch (IOException | IllegalStateException notYet) {
        return false;
      }
    });
  }

  private Set<Integer> leaders() {
    Set<Integer> leaders = new TreeSet<>();
    for (JsonNode range : cluster.table(TABLE).get("ranges")) {
      leaders.add(range.get("leader").asInt());
    }
    return leaders;
  }

  private Member leader() {
    Set<Integer> leaders = leaders();
    List<Member> leading = cluster.nodes().stream().filter(node -> leaders.contains(id(node))).toList();
    return leading.getFirst();
  }

  private int id(Member member) {
    for (JsonNode node : cluster.api().get("/nodes").good().get("nodes")) {
      if (node.get("clientPort").asInt() == member.clientPort()) {
        return node.get("id").asInt();
      }
    }
    throw new IllegalStateException("no node has port " + member.clientPort());
  }
}
