package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.node.log.FsyncMode;
import io.pika.proxy.routing.SlotHash;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transactions over sockets, at the leader and at its neighbour. Two clients: one watches, one writes. */
@Timeout(120)
class TransactionsTest {
  private static final String CROSS_SLOT = "CROSSSLOT Keys in request don't hash to the same slot";
  private static final List<String> WORDS = List.of(
      "EXEC", "DISCARD", "EXEC foo", "MULTI x", "MULTI", "EXEC foo", "EXEC", "MULTI", "EXEC",
      "MULTI", "MULTI", "SET {t}a 1", "EXEC", "MULTI", "WATCH {t}a", "PING", "EXEC",
      "MULTI", "FOO", "SET {t}a 2", "WATCH {t}a", "EXEC", "GET {t}a", "MULTI", "UNWATCH", "DISCARD",
      "DISCARD",
      "MULTI", "DISCARD x", "EXEC", "WATCH", "MULTI", "SET {t}a", "SET {t}a 1", "EXEC", "MULTI", "RESET",
      "EXEC",
      "MULTI", "CLIENT", "EXEC", "MULTI", "CLIENT FOO", "EXEC", "MULTI", "SHUTDOWN", "EXEC",
      "MULTI", "CLIENT LIST X", "PING a b", "INCR {t}a", "SET {t}s x", "INCR {t}s", "WAIT 1 0", "ECHO hi",
      "CLIENT SETNAME bob", "CLIENT GETNAME", "GET {t}s", "EXEC", "CLIENT GETNAME",
      "WATCH {t}a {t}b", "SET {t}b 1", "MULTI", "GET {t}a", "PING", "EXEC", "GET {t}a",
      "WATCH {t}a {t}b", "SET {t}b 1", "UNWATCH", "MULTI", "GET {t}b", "EXEC",
      "WATCH {t}a {t}b", "SET {t}b 1", "MULTI", "DISCARD", "MULTI", "GET {t}b", "EXEC",
      "WATCH {t}none", "DEL {t}none", "MULTI", "PING", "EXEC", "WATCH {t}b", "DEL {t}b", "MULTI", "EXEC",
      "WATCH {t}a", "GET {t}a", "MULTI", "EXEC", "WATCH {t}a", "FOO", "MULTI", "FOO", "EXEC",
      "WATCH {t}a", "SET {t}a 2", "MULTI", "FOO", "EXEC", "MULTI", "OBJECT HELP", "DEL {t}a {t}b", "EXEC",
      "MULTI", "QUIT");

  @TempDir Path directory = Path.of("");
  private ServedNode leader;
  private ServedNode other;

  @BeforeEach
  void start() throws Exception {
    leader = new ServedNode(directory.resolve("leader"), FsyncMode.NO);
    other = ServedNode.neighbour(directory.resolve("other"), leader);
  }

  @AfterEach
  void stop() throws Exception {
    other.close();
    leader.close();
  }

  @Test
  void wordsAreThoseOfRedis() throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    SoftAssertions all = new SoftAssertions();
    try (RedisServer redis = RedisServer.start(directory)) {
      for (ServedNode node : List.of(leader, other)) {
        RespConnection theirs = redis.connect();
        RespConnection ours = node.connect();
        theirs.call("FLUSHDB");
        ours.call("FLUSHDB");
        for (String command : WORDS) {
          all.assertThat(raw(ours, command)).as(command).isEqualTo(raw(theirs, command));
        }
        theirs.close();
      }
    }
    all.assertAll();
  }

  private static String raw(RespConnection connection, String command) throws Exception {
    connection.sendRaw((command + "\r\n").getBytes(StandardCharsets.UTF_8));
    connection.flush();
    return new String(connection.readRaw(), StandardCharsets.UTF_8);
  }

  /** Watches and begins, lets somebody else do something, and returns what EXEC answers. */
  private RespValue execAfter(RespConnection watcher, String watched, String[]... meanwhile)
      throws Exception {
    watcher.call("WATCH", watched);
    watcher.call("MULTI");
    watcher.call("INCR", "{t}done");
    try (RespConnection writer = leader.connect()) {
      for (String[] command : meanwhile) {
        assertThat(writer.call(command).isError()).as(command[0]).isFalse();
      }
    }
    return watcher.call("EXEC");
  }

  private static String[] words(String... words) {
    return words;
  }

  @Test
  void aWatchThatFailedTiesTheTransactionToNoSlot() throws Exception {
    String there = "away";
    String here = "home";
    int slot = SlotHash.slot(there.getBytes(StandardCharsets.UTF_8), 16);
    assertThat(SlotHash.slot(here.getBytes(StandardCharsets.UTF_8), 16)).isNotEqualTo(slot);
    List<SlotRange> ranges = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      ranges.add(new SlotRange(i, i, 1, i == slot ? 2 : 1, List.of(i == slot ? 2 : 1)));
    }
    leader.put(new Table(0, "default", 16, TableState.READY, false, "", ranges));
    RespConnection client = leader.connect();
    assertThat(client.call("WATCH", there)).as("its leader answers no stamps").isNotEqualTo(RespValue.OK);
    client.call("MULTI");
    client.call("SET", here, "1");
    assertThat(client.call("EXEC").items()).containsExactly(RespValue.OK);
  }

  @Test
  void whoeverTouchesAWatchedKeyAbortsTheTransaction() throws Exception {
    for (ServedNode node : List.of(leader, other)) {
      RespConnection watcher = node.connect();
      for (String[] touch : List.of(words("SET", "{t}k", "1"), words("SET", "{t}k", "1"),
          words("APPEND", "{t}k", "x"), words("EXPIRE", "{t}k", "100"), words("PERSIST", "{t}k"),
          words("RENAME", "{t}k", "{t}k2"), words("RENAME", "{t}k2", "{t}k"), words("COPY", "{t}k", "{t}k3"),
          words("FLUSHDB"), words("SET", "{t}k", "1"), words("DEL", "{t}k"))) {
        String watched = touch[0].equals("COPY") ? "{t}k3" : "{t}k";
        assertThat(execAfter(watcher, watched, touch)).as(String.join(" ", touch))
            .isEqualTo(new RespValue.Null());
      }
    }
  }

  @Test
  void whatDoesNotTouchTheKeyLetsTheTransactionPass() throws Exception {
    for (ServedNode node : List.of(leader, other)) {
      RespConnection watcher = node.connect();
      watcher.call("FLUSHDB");
      for (String[] harmless : List.of(words("SET", "{t}other", "1"), words("GET", "{t}k"),
          words("DEL", "{t}k"), words("FLUSHDB"), words("EXPIRE", "{t}k", "1"), words("PERSIST", "{t}k"))) {
        assertThat(execAfter(watcher, "{t}k", harmless)).as(String.join(" ", harmless))
            .isInstanceOf(RespValue.Aggregate.class);
      }
      assertThat(execAfter(watcher, "{t}k")).isInstanceOf(RespValue.Aggregate.class);
    }
  }

  @Test
  void aKeyThatExpiresWhileItIsWatchedAbortsAndOneThatHadExpiredDoesNot() throws Exception {
    RespConnection watcher = other.connect();
    watcher.call("SET", "{t}k", "1", "PX", "700");
    watcher.call("WATCH", "{t}k");
    await().until(() -> leader.connect().call("EXISTS", "{t}k").equals(new RespValue.Int(0)));
    watcher.call("MULTI");
    watcher.call("SET", "{t}k", "2");
    assertThat(watcher.call("EXEC")).isEqualTo(new RespValue.Null());
    assertThat(execAfter(watcher, "{t}k", words("DEL", "{t}k"))).isInstanceOf(RespValue.Aggregate.class);
  }

  @Test
  void manyWritesToOtherKeysMakeTheLeaderForgetAndAbort() throws Exception {
    RespConnection watcher = leader.connect();
    watcher.call("WATCH", "{t}k");
    RespConnection writer = leader.connect();
    for (int i = 0; i < 2_000; i++) {
      writer.send("SET", "{t}" + i, "1");
    }
    writer.flush();
    for (int i = 0; i < 2_000; i++) {
      writer.read();
    }
    watcher.call("MULTI");
    watcher.call("SET", "{t}k", "1");
    assertThat(watcher.call("EXEC")).isEqualTo(new RespValue.Null());
    assertThat(execAfter(watcher, "{t}k", words("SET", "{t}1", "1"))).isInstanceOf(RespValue.Aggregate.class);
  }

  @Test
  void aNewEpochAborts() throws Exception {
    RespConnection watcher = leader.connect();
    watcher.call("WATCH", "k");
    leader.put(new Table(0, "default", 16, TableState.READY, false, "",
        List.of(new SlotRange(0, 15, 2, 1, List.of(1)))));
    watcher.call("MULTI");
    watcher.call("SET", "k", "1");
    assertThat(watcher.call("EXEC")).isEqualTo(new RespValue.Null());
  }

  @Test
  void keysOfSeveralSlotsAreRefused() throws Exception {
    RespConnection client = other.connect();
    RespValue crossSlot = new RespValue.Err(CROSS_SLOT);
    assertThat(client.call("WATCH", "{a}", "{b}")).isEqualTo(crossSlot);
    client.call("MULTI");
    assertThat(client.call("MGET", "{a}", "{b}")).isEqualTo(crossSlot);
    assertThat(client.call("EXEC").toString()).contains("EXECABORT");
    client.call("MULTI");
    client.call("SET", "{a}", "1");
    client.call("SET", "{b}", "1");
    assertThat(client.call("EXEC")).isEqualTo(crossSlot);
    assertThat(client.call("GET", "{a}")).isEqualTo(new RespValue.Null());
    client.call("WATCH", "{a}");
    client.call("MULTI");
    client.call("SET", "{b}", "1");
    assertThat(client.call("EXEC")).isEqualTo(crossSlot);
    client.call("WATCH", "{a}");
    client.call("WATCH", "{b}");
    client.call("MULTI");
    assertThat(client.call("EXEC")).isEqualTo(crossSlot);
  }

  @Test
  void whatHasNoPlaceInATransactionIsRefusedAtOnce() throws Exception {
    RespConnection client = leader.connect();
    for (String[] refused : List.of(words("DBSIZE"), words("FLUSHDB"), words("KEYS", "*"), words("SCAN", "0"),
        words("AUTH", "x"), words("HELLO", "3"), words("SELECT", "shop"), words("CLIENT", "REPLY", "OFF"),
        words("SUBSCRIBE", "news"))) {
      assertThat(client.call("MULTI")).isEqualTo(RespValue.OK);
      assertThat(client.call(refused).isError()).as(refused[0]).isTrue();
      assertThat(client.call("EXEC").toString()).contains("EXECABORT");
    }
    client.call("MULTI");
    client.call("SELECT", "default");
    client.call("INFO", "server");
    client.call("PUBLISH", "news", "hello");
    assertThat(((RespValue.Aggregate) client.call("EXEC")).toString()).contains("OK", "redis_version");
  }

  @Test
  void watchedKeysOfAnotherTableAreRefused() throws Exception {
    RespConnection client = leader.shopper();
    client.call("WATCH", "k");
    client.call("SELECT", "default");
    client.call("MULTI");
    client.call("PING");
    assertThat(client.call("EXEC").isError()).isTrue();
    client.call("MULTI");
    assertThat(client.call("EXEC")).isInstanceOf(RespValue.Aggregate.class);
  }

  @Test
  void transactionsHaveBoundsAndAreCountedAsRequests() throws Exception {
    RespConnection client = leader.connect();
    client.call("MULTI");
    for (int i = 0; i <= TransactionQueue.MAX_COMMANDS; i++) {
      client.send("INCR", "{t}many");
    }
    client.flush();
    for (int i = 0; i < TransactionQueue.MAX_COMMANDS; i++) {
      assertThat(client.read()).isEqualTo(new RespValue.Simple("QUEUED"));
    }
    assertThat(client.read().isError()).isTrue();
    assertThat(client.call("EXEC").toString()).contains("EXECABORT");
    client.call("MULTI");
    client.call("SET", "{t}big", "x".repeat(1 << 20));
    assertThat(leader.server.bufferedRequestBytes()).isGreaterThan(1 << 20);
    assertThat(client.call("EXEC")).isInstanceOf(RespValue.Aggregate.class);
    await().until(() -> leader.server.bufferedRequestBytes() < 1 << 16);
  }

  @Test
  void pipelinedTransactionsOfManyClientsAddUp() throws Exception {
    List<RespConnection> clients = List.of(leader.connect(), other.connect(), leader.connect());
    for (RespConnection client : clients) {
      for (int i = 0; i < 300; i++) {
        client.send("MULTI");
        client.send("INCR", "{t}sum");
        client.send("INCRBY", "{t}sum", "2");
        client.send("PING");
        client.send("EXEC");
      }
      client.flush();
    }
    for (RespConnection client : clients) {
      for (int i = 0; i < 300 * 5; i++) {
        assertThat(client.read().isError()).isFalse();
      }
    }
    assertThat(other.connect().call("GET", "{t}sum")).isEqualTo(RespValue.bulk("2700"));
  }
}
