package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.testkit.etcd.EtcdCluster;
import io.pika.testkit.etcd.EtcdServer;
import io.pika.testkit.process.AdminApi;
import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import io.pika.tests.Sizes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Three managers on an etcd of three members, on this machine; tables are created and dropped all the time while the leading
 * manager or a member of etcd is killed or stopped. Nothing that was accepted is lost or done twice, no table is left half made.
 * Everyday 3 faults, full 50.
 */
class EtcdIT {
  private static final int FAULTS = Sizes.of(3, 50);
  private static final Duration ENOUGH = Duration.ofSeconds(60);
  /** Longer than a lease: the next one leads before the stopped one goes on. */
  private static final long STOPPED_MS = 8_000;
  private static final long BETWEEN_FAULTS_MS = Sizes.of(1_000, 2_500);

  private enum Fault {
    KILL_MANAGER, STOP_MANAGER, KILL_ETCD, STOP_ETCD
  }

  private final Random random = new Random(Sizes.seed("EtcdIT"));
  @TempDir Path directory;
  private EtcdCluster etcd;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    assumeTrue(EtcdServer.program().isPresent(), "etcd is not installed (Debian: etcd-server)");
    etcd = EtcdCluster.start(directory, 3);
    cluster = TestCluster.of(2).managers(3, etcd.endpoints()).start();
  }

  @AfterEach
  void end() {
    if (cluster != null) {
      cluster.close();
    }
    if (etcd != null) {
      etcd.close();
    }
  }

  @Test
  void jobsGoOnAfterEveryFaultOfManagersAndOfEtcd() throws Exception {
    TableOrders orders = new TableOrders(cluster, random.nextLong());
    Map<Fault, List<Long>> away = new TreeMap<>();
    try {
      orders.start();
      for (int number = 0; number < FAULTS; number++) {
        TableOrders.pause(BETWEEN_FAULTS_MS);
        Fault fault = FAULTS < Fault.values().length
            ? List.of(Fault.KILL_MANAGER, Fault.STOP_ETCD, Fault.STOP_MANAGER).get(number)
            : Fault.values()[random.nextInt(Fault.values().length)];
        long ms = hurt(fault, orders);
        away.computeIfAbsent(fault, any -> new ArrayList<>()).add(ms);
        System.out
            .println("EtcdIT: fault " + (number + 1) + " of " + FAULTS + " " + fault + ": " + ms + " ms");
      }
    } finally {
      orders.close();
      System.out.println("EtcdIT: " + orders.summary());
      away.forEach((fault, times) -> System.out.println("EtcdIT: " + fault + ": " + figures(times)));
    }
    orders.assertNoTrouble();
    TestCluster.await("all jobs ended", ENOUGH, () -> noJobRuns(orders.wanted()));
    assertTables(orders);
  }

  private static String figures(List<Long> times) {
    List<Long> sorted = times.stream().sorted().toList();
    return sorted.size() + " times, p50 " + sorted.get(sorted.size() / 2) + " ms, worst " + sorted.getLast()
        + " ms";
  }

  /** How long it took until another manager led, or, with a fault of etcd, until an order was accepted that came after it. */
  private long hurt(Fault fault, TableOrders orders) {
    return switch (fault) {
      case KILL_MANAGER -> {
        Member leader = leader();
        long ms = awaitNext(leader, leader::kill);
        leader.launch();
        yield ms;
      }
      case STOP_MANAGER -> {
        Member leader = leader();
        long begun = System.nanoTime();
        long ms = awaitNext(leader, () -> leader.process().freeze());
        TableOrders.pause(Math.max(0, STOPPED_MS - (System.nanoTime() - begun) / 1_000_000));
        leader.process().thaw();
        yield ms;
      }
      case KILL_ETCD -> {
        EtcdCluster.Member member = anyMember();
        long ms = orders.awaitNext(member::kill);
        member.start();
        yield ms;
      }
      case STOP_ETCD -> {
        EtcdCluster.Member member = anyMember();
        long begun = System.nanoTime();
        long ms = orders.awaitNext(member::freeze);
        TableOrders.pause(Math.max(0, STOPPED_MS - (System.nanoTime() - begun) / 1_000_000));
        member.thaw();
        yield ms;
      }
    };
  }

  private EtcdCluster.Member anyMember() {
    return etcd.members().get(random.nextInt(etcd.members().size()));
  }

  private Member leader() {
    TestCluster.await("a manager leads", ENOUGH, () -> cluster.leader() != null);
    @Nullable Member leader = cluster.leader();
    return leader == null ? leader() : leader;
  }

  private long awaitNext(Member leader, Runnable fault) {
    long begun = System.nanoTime();
    fault.run();
    TestCluster.await("another manager than " + leader.name() + " leads", ENOUGH,
        () -> cluster.managers().stream()
            .anyMatch(manager -> manager != leader && TestCluster.leads(manager)));
    return (System.nanoTime() - begun) / 1_000_000;
  }

  /** A creation may only fail because the table was dropped meanwhile. */
  private boolean noJobRuns(List<String> wanted) {
    try {
      for (JsonNode job : api().get("/jobs?limit=1000").good().get("jobs")) {
        if (job.get("status").asString().equals("running")) {
          return false;
        }
        boolean overtaken = job.get("status").asString().equals("failed")
            && !wanted.contains(job.get("table").asString());
        assertThat(overtaken || job.get("status").asString().equals("done")).as(job.toString()).isTrue();
      }
      return true;
    } catch (IllegalStateException | UncheckedIOException changing) {
      return false;
    }
  }

  private AdminApi api() {
    return cluster.api(leader());
  }

  private void assertTables(TableOrders orders) throws IOException {
    TreeSet<String> expected = new TreeSet<>(orders.wanted());
    expected.add("default");
    TreeSet<String> listed = new TreeSet<>();
    for (JsonNode table : api().get("/tables?limit=1000").good().get("tables")) {
      assertThat(table.get("state").asString()).as(table.toString()).isEqualToIgnoringCase("ready");
      listed.add(table.get("name").asString());
    }
    assertThat(listed).isEqualTo(expected);
    Map<String, Integer> created = new TreeMap<>();
    for (JsonNode job : api().get("/jobs?limit=1000").good().get("jobs")) {
      if (job.get("kind").asString().equals("create-table")) {
        created.merge(job.get("table").asString(), 1, Integer::sum);
      }
    }
    assertThat(created.values()).as("creations of one name: %s", created).containsOnly(1);
    for (Member node : cluster.nodes()) {
      for (String name : orders.wanted()) {
        cluster.awaitTable(name, "");
        try (RespConnection client = TestCluster.connect(node, name, "")) {
          assertThat(client.call("SET", node.name(), name)).isEqualTo(RespValue.OK);
          assertThat(client.call("GET", node.name())).isEqualTo(RespValue.bulk(name));
        }
      }
    }
  }
}
