package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pika.node.store.Snapshots;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long replies from node 1, which leads all slots, to clients of node 1 and of node 2, over real sockets. */
@Timeout(60)
class LongRepliesTest {
  /** What the sockets between client and node hold is less than this. */
  private static final int MORE_THAN_SOCKETS_HOLD = 16 << 20;
  private static final String BIG = "x".repeat(1000);
  private static final int ITEMS = MORE_THAN_SOCKETS_HOLD / 100_000 * 100;

  private ServedCluster cluster;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    cluster = new ServedCluster(directory, 2, "long-reply-bytes=4kb", "long-reply-timeout=2s");
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private Snapshots snapshots() {
    return cluster.store(1).snapshots();
  }

  private void fillList(String key) throws IOException {
    RespConnection client = cluster.connect(1);
    String[] push = new String[102];
    push[0] = "RPUSH";
    push[1] = key;
    for (int i = 0; i < ITEMS; i += 100) {
      for (int j = 0; j < 100; j++) {
        push[j + 2] = (i + j) + BIG;
      }
      client.call(push);
    }
  }

  /** A client with a long reply under way, of which the sockets hold only a part. */
  private RespConnection whoDoesNotFetch(int node) throws IOException {
    fillList("list");
    RespConnection client = cluster.connect(node);
    client.send("LRANGE", "list", "0", "-1");
    client.flush();
    awaitSnapshots(1);
    return client;
  }

  private void awaitSnapshots(int count) {
    await().until(() -> snapshots().count() == count);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theReplyIsWhatThereWasWhenTheCommandRan(int node) throws Exception {
    RespConnection client = whoDoesNotFetch(node);
    cluster.connect(1).call("LTRIM", "list", "0", "10");
    cluster.connect(1).call("LSET", "list", "3", "new");
    cluster.store(1).flush();
    List<RespValue> items = client.read().items();
    assertThat(items).hasSize(ITEMS);
    for (int i = 0; i < ITEMS; i++) {
      assertThat(items.get(i).text()).isEqualTo(i + BIG);
    }
    awaitSnapshots(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void repliesBehindItComeInOrder(int node) throws Exception {
    fillList("list");
    RespConnection client = cluster.connect(node);
    client.send("LRANGE", "list", "0", "-1");
    client.send("SET", "a", "1");
    client.send("LRANGE", "list", "0", "-1");
    client.send("INCR", "a");
    client.send("DEL", "list");
    client.send("LRANGE", "list", "0", "-1");
    client.send("PING");
    client.flush();
    assertThat(client.read().items()).hasSize(ITEMS);
    assertThat(client.read().text()).isEqualTo("OK");
    assertThat(client.read().items()).hasSize(ITEMS);
    assertThat(client.read().number()).isEqualTo(2);
    assertThat(client.read().number()).isEqualTo(1);
    assertThat(client.read().items()).isEmpty();
    assertThat(client.read().text()).isEqualTo("PONG");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void mapsSetsAndPairsHaveTheirForms(int node) throws Exception {
    RespConnection writer = cluster.connect(1);
    TreeMap<String, String> fields = new TreeMap<>();
    for (int i = 0; i < 4_000; i++) {
      String name = "name" + i;
      fields.put(name, Integer.toString(i));
      writer.send("HSET", "hash", name, Integer.toString(i));
      writer.send("SADD", "set", name);
      writer.send("ZADD", "zset", Integer.toString(i), name);
      writer.send("XADD", "stream", i + 1 + "-0", name, "value");
    }
    writer.flush();
    for (int i = 0; i < 16_000; i++) {
      writer.read();
    }
    RespConnection client = cluster.connect(node);
    assertThat(texts(client.call("HGETALL", "hash"))).hasSize(8_000)
        .startsWith("name0", "0", "name1", "1", "name10", "10");
    assertThat(texts(client.call("SMEMBERS", "set"))).containsExactlyInAnyOrderElementsOf(fields.keySet());
    List<String> scored = texts(client.call("ZRANGE", "zset", "1", "-2", "WITHSCORES"));
    assertThat(scored).hasSize(7_996).startsWith("name1", "1").endsWith("name3998", "3998");
    List<String> reversed = texts(client.call("ZRANGEBYSCORE", "zset", "(5", "+inf", "LIMIT", "3", "3000"));
    assertThat(reversed).hasSize(3_000).startsWith("name9").endsWith("name3008");
    assertThat(client.call("XRANGE", "stream", "-", "+").items()).hasSize(4_000);
    List<RespValue> part = client.call("XREVRANGE", "stream", "3900-0", "(7-0").items();
    assertThat(part).hasSize(3_893);
    assertThat(part.getFirst().items().getFirst().text()).isEqualTo("3900-0");
    client.call("HELLO", "3");
    assertThat(client.call("HGETALL", "hash").items()).hasSize(8_000);
    assertThat(client.call("ZREVRANGE", "zset", "0", "-1", "WITHSCORES").items()).hasSize(4_000);
    assertThat(client.call("PING").text()).isEqualTo("PONG");
    awaitSnapshots(0);
  }

  private static List<String> texts(RespValue reply) {
    return reply.items().stream().map(RespValue::text).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatAClientLeavesIsGivenUpWhenItGoes(int node) throws Exception {
    RespConnection client = whoDoesNotFetch(node);
    client.close();
    awaitSnapshots(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whoDoesNotFetchIsDisconnected(int node) throws Exception {
    fillList("list");
    RespConnection client = cluster.connect(node);
    client.send("LRANGE", "list", "0", "-1");
    client.flush();
    await().until(() -> cluster.server(node).connectionCount() == 1);
    await().until(() -> cluster.server(node).statistics().longRepliesNotFetched.sum() == 1);
    awaitSnapshots(0);
    assertThatThrownBy(client::read).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aReplyThatCannotBeCompletedEndsTheConnection(int node) throws Exception {
    RespConnection client = whoDoesNotFetch(node);
    cluster.store(1).dropTable(0);
    assertThatThrownBy(client::read).isInstanceOf(IOException.class);
    assertThat(cluster.server(node).statistics().longRepliesBroken.sum()).isEqualTo(1);
    assertThat(snapshots().count()).isZero();
  }

  @Test
  void aLeaderThatGoesEndsTheConnection() throws Exception {
    RespConnection client = whoDoesNotFetch(2);
    cluster.stop(1);
    assertThatThrownBy(client::read).isInstanceOf(IOException.class);
    awaitSnapshots(0);
  }

  @Test
  void tooManyAtATimeAreRefused() throws Exception {
    fillList("list");
    cluster.store(1).flush();
    List<RespConnection> clients = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      clients.add(cluster.connect(1 + i % 2));
      clients.getLast().send("LRANGE", "list", "0", "-1");
      clients.getLast().flush();
    }
    awaitSnapshots(32);
    RespConnection late = cluster.connect(1);
    assertThat(late.call("LRANGE", "list", "0", "-1").text()).startsWith("TRYAGAIN too many long replies");
    assertThat(late.call("LRANGE", "list", "0", "1").items()).hasSize(2);
  }

  @Test
  void messagesDoNotComeInTheMiddleOfIt() throws Exception {
    fillList("list");
    RespConnection client = cluster.connect(2);
    client.call("HELLO", "3");
    client.send("SUBSCRIBE", "news");
    client.flush();
    client.read();
    client.send("LRANGE", "list", "0", "-1");
    client.flush();
    awaitSnapshots(1);
    for (int i = 0; i < 100; i++) {
      cluster.connect(1).call("PUBLISH", "news", "hello");
    }
    // They may overtake the reply before it has begun at the client's node.
    List<List<RespValue>> read = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      read.add(client.read().items());
    }
    assertThat(read).filteredOn(items -> items.size() == ITEMS).hasSize(1);
    assertThat(read).filteredOn(items -> items.size() == 3).hasSize(100)
        .allSatisfy(items -> assertThat(items.getFirst().text()).isEqualTo("message"));
  }

  @Test
  void withinATransactionTheLimitRefuses() throws Exception {
    for (int i = 0; i < 5; i++) {
      fillList("list");
    }
    RespConnection client = cluster.connect(1);
    client.call("MULTI");
    client.call("LRANGE", "list", "0", "-1");
    assertThat(client.call("EXEC").toString()).contains("longer than");
    assertThat(client.call("PING").text()).isEqualTo("PONG");
  }
}
