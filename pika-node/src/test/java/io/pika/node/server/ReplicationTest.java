package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.Acks;
import io.pika.core.model.CrossSlot;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.node.history.SlotPosition;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.store.Following;
import io.pika.testkit.wire.RespConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with replicas of all slots of a table, over real connections; the topology is put by hand. */
class ReplicationTest {
  private static final int SLOTS = 16;

  @TempDir Path directory;
  private ServedCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new ServedCluster(directory, 2, "acks-timeout=300ms");
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private void lead(int leader, long epoch) {
    lead(leader, epoch, Acks.NONE);
  }

  private void lead(int leader, long epoch, Acks acks) {
    cluster.put(new Table(0, "default", SLOTS, TableState.READY, false, "", CrossSlot.REFUSE, acks,
        List.of(new SlotRange(0, SLOTS - 1, epoch, leader, List.of(1, 2), List.of(), epoch))));
  }

  private List<SlotPosition> positions(int node) {
    Following slots = new Following(cluster.store(node));
    return IntStream.range(0, SLOTS)
        .mapToObj(slot -> slots.position(new Slot(0, slot)))
        .map(at -> new SlotPosition(at.newest(), at.digest(), at.history(), 0, 0)).toList();
  }

  private void awaitTheSame() {
    Awaitility.await().untilAsserted(() -> assertThat(positions(2)).isEqualTo(positions(1)));
  }

  private static void write(RespConnection client, String prefix, int keys) throws Exception {
    for (int i = 0; i < keys; i++) {
      assertThat(client.call("SET", prefix + i, "value" + i)).hasToString("OK");
      assertThat(client.call("RPUSH", "list" + i % 7, prefix + i).number()).isPositive();
    }
  }

  @Test
  void aFollowerGetsWhatItsLeaderWritesAndCanLead() throws Exception {
    RespConnection first = cluster.connect(1);
    write(first, "before", 50);
    lead(1, 1);
    write(first, "first", 100);
    write(cluster.connect(2), "forwarded", 100);
    awaitTheSame();

    lead(2, 2);
    RespConnection second = cluster.connect(2);
    assertThat(second.call("GET", "forwarded99")).hasToString("\"value99\"");
    assertThat(second.call("GET", "before1")).hasToString("\"value1\"");
    assertThat(second.call("LLEN", "list3").number()).isEqualTo(first.call("LLEN", "list3").number());
    write(first, "second", 100);
    awaitTheSame();
    lead(1, 3);
    assertThat(first.call("GET", "second99")).hasToString("\"value99\"");
    assertThat(first.call("DBSIZE").number()).isEqualTo(357);
  }

  @Test
  void aReplyComesWhenAFollowerHasItWhereTheTableAsksForThat() throws Exception {
    lead(1, 1, Acks.MAJORITY);
    RespConnection forwarded = cluster.connect(2);
    RespConnection direct = cluster.connect(1);
    for (int i = 0; i < 50; i++) {
      assertThat((i % 2 == 0 ? direct : forwarded).call("SET", "key" + i, "value")).hasToString("OK");
      assertThat(positions(2)).isEqualTo(positions(1));
    }
    assertThat(direct.call("EVAL", "return redis.call('INCR', KEYS[1])", "1", "n").number()).isEqualTo(1);
    assertThat(direct.call("DBSIZE").number()).isEqualTo(51);
    assertThat(positions(2)).isEqualTo(positions(1));
  }

  @Test
  void withoutFollowersWritesEndAndWhatIsKeptIsRead() throws Exception {
    lead(1, 1, Acks.of(1));
    RespConnection client = cluster.connect(1);
    RespConnection waits = cluster.connect(1);
    assertThat(client.call("SET", "{a}kept", "1")).hasToString("OK");
    waits.send("BLPOP", "{a}list", "0");
    waits.flush();
    cluster.stop(2);

    assertThat(client.call("GET", "{a}kept")).hasToString("\"1\"");
    assertThat(client.call("SET", "{a}unknown", "1").toString())
        .contains("NOREPLICAS this is known to be on 0 of the 1 followers");
    Awaitility.await().untilAsserted(() -> assertThat(client.call("SET", "{a}refused", "1").toString())
        .contains("NOREPLICAS Not enough good replicas to write: the table's acks ask for 1"));
    assertThat(client.call("RPUSH", "{a}list", "1").toString()).contains("Not enough good replicas");
    assertThat(client.call("EXISTS", "{a}refused").toString())
        .as("what saw the write of which nobody knows").contains("NOREPLICAS this is known");
    assertThat(client.call("DBSIZE").toString()).contains("NOREPLICAS this is known");
    assertThat(client.call("FLUSHALL").toString()).contains("Not enough good replicas");

    lead(1, 1);
    assertThat(client.call("EXISTS", "{a}refused").number()).isZero();
    assertThat(client.call("GET", "{a}unknown")).hasToString("\"1\"");
    assertThat(client.call("RPUSH", "{a}list", "1").number()).isEqualTo(1);
    assertThat(waits.read().items().getLast()).hasToString("\"1\"");
  }

  private void leadAlone(int leader, long epoch) {
    cluster.put(new Table(0, "default", SLOTS, TableState.READY, false, "",
        List.of(new SlotRange(0, SLOTS - 1, epoch, leader, List.of(leader)))));
  }

  @Test
  void aReplicaThatHasSomethingElseGetsACopyAndFollows() throws Exception {
    RespConnection client = cluster.connect(1);
    leadAlone(1, 1);
    write(client, "first", 100);
    String large = "x".repeat(50_000);
    for (int i = 0; i < 100; i++) {
      assertThat(client.call("HSET", "{a}hash", "field" + i, large).number()).isEqualTo(1);
    }
    leadAlone(2, 2);
    write(client, "second", 20);

    lead(1, 3);
    write(client, "third", 100);
    awaitTheSame();
    assertThat(cluster.replication(2).stats().copied()).isPositive();
    assertThat(cluster.replication(2).stats().diverged()).isPositive();
    assertThat(cluster.replication(2).stats().copying()).isZero();
    assertThat(cluster.replication(2).stats().needCopy()).isZero();
    assertThat(cluster.replication(2).stats().copiesFailed()).isZero();

    lead(2, 4);
    assertThat(client.call("HLEN", "{a}hash").number()).isEqualTo(100);
    assertThat(client.call("HGET", "{a}hash", "field99").text()).isEqualTo(large);
    assertThat(client.call("GET", "first1")).hasToString("\"value1\"");
    assertThat(client.call("GET", "second1").isNull()).isTrue();
    assertThat(client.call("DBSIZE").number()).isEqualTo(208);
    write(client, "fourth", 20);
    awaitTheSame();
  }

  @Test
  void aReplicaThatIsToLeadIsNotDeletedForACopy() throws Exception {
    leadAlone(2, 5);
    write(cluster.connect(2), "kept", 20);
    List<SlotPosition> before = positions(2);
    lead(1, 4);
    Awaitility.await().until(() -> cluster.replication(2).stats().copiesFailed() > 0);
    assertThat(positions(2)).isEqualTo(before);
  }

  @Test
  void aClientWaitsForFollowers() throws Exception {
    RespConnection client = cluster.connect(2);
    leadAlone(1, 1);
    assertThat(client.call("WAIT", "1", "0").number()).as("nobody follows").isZero();
    lead(1, 2);
    for (int i = 0; i < 20; i++) {
      assertThat(client.call("SET", "key" + i, "value")).hasToString("OK");
      assertThat(client.call("WAIT", "1", "0").number()).isEqualTo(1);
      assertThat(positions(2)).isEqualTo(positions(1));
    }
    client.send("SET", "last", "value");
    client.send("WAIT", "1", "0");
    client.send("PING");
    client.flush();
    assertThat(client.read()).hasToString("OK");
    assertThat(client.read().number()).isEqualTo(1);
    assertThat(positions(2)).isEqualTo(positions(1));
    assertThat(client.read()).hasToString("PONG");
    assertThat(client.call("WAIT", "1", "-1").toString()).contains("ERR timeout is negative");
    assertThat(client.call("WAIT", "x", "1").toString()).contains("ERR value is not an integer");
    RespConnection direct = cluster.connect(1);
    cluster.stop(2);
    assertThat(direct.call("SET", "alone", "value")).hasToString("OK");
    assertThat(direct.call("WAIT", "1", "100").number()).isZero();
  }
}
