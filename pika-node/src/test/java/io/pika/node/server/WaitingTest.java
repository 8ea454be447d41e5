package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.node.log.FsyncMode;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that wait, of clients at the leader and at its neighbour. */
@Timeout(120)
class WaitingTest {
  private static final String TABLE = "one";
  /** None of these waits for ever; what is there is taken, and times are short. */
  private static final List<String> WORDS = List.of("BLPOP l 0.01",
      "BRPOP l m 0.01", "BLMPOP 0.01 1 l LEFT",
      "BLMOVE l m LEFT RIGHT 0.01", "BRPOPLPUSH l m 0.01", "BZPOPMIN z 0.01", "BZPOPMAX z y 0.01",
      "BZMPOP 0.01 2 z y MIN", "RPUSH l 1 2 3 4 5 6 7 8", "BLPOP l 0", "BRPOP n l 0", "BLMPOP 0 2 n l RIGHT",
      "BLMPOP 0 1 l LEFT COUNT 2", "BLMOVE l m LEFT RIGHT 0", "BRPOPLPUSH l m 0", "LRANGE m 0 -1",
      "ZADD z 1 a 2 b 3 c 4 d", "BZPOPMIN z 0", "BZPOPMAX y z 0", "BZMPOP 0 1 z MAX COUNT 5", "SET s x",
      "BLPOP s 0", "BLPOP n s 0", "BZPOPMIN s 0", "BLMOVE s m LEFT LEFT 0", "BLMOVE n s LEFT LEFT 0.01",
      "RPUSH l 1", "BLMOVE l s LEFT LEFT 0", "LLEN l", "BLPOP l", "BLPOP l x", "BLPOP l -1", "BLPOP l nan",
      "BLPOP l inf", "BLPOP l 1e300", "BLPOP l -0.0001", "BRPOPLPUSH l m x", "BLMOVE l m UP LEFT x",
      "BLMOVE l m LEFT LEFT x", "BLMPOP x 0 l LEFT", "BLMPOP 0 0 l LEFT", "BLMPOP 0 1 l UP",
      "BLMPOP 0 1 l LEFT COUNT 0", "BLMPOP 0 5 l LEFT", "BZMPOP 0 1 z UP", "BZMPOP -1 1 z MIN",
      "BZMPOP 0 x z MIN",
      "MULTI", "BLPOP n 0", "BRPOPLPUSH n m 0", "BZPOPMIN n 0", "BLMPOP 0 1 n LEFT", "BLPOP n x", "RPUSH n 1",
      "BLPOP n 0", "EXEC", "CLIENT UNBLOCK 999999", "CLIENT UNBLOCK 1 FOO", "CLIENT UNBLOCK x");

  @TempDir Path directory = Path.of("");
  private ServedNode leader;
  private ServedNode other;

  @BeforeEach
  void start() throws Exception {
    leader = new ServedNode(directory.resolve("leader"), FsyncMode.NO);
    other = ServedNode.neighbour(directory.resolve("other"), leader);
    for (ServedNode node : List.of(leader, other)) {
      node.put(ServedNode.table(7, TABLE, 1, ""));
    }
  }

  @AfterEach
  void stop() throws Exception {
    other.close();
    leader.close();
  }

  private static RespConnection on(ServedNode node) throws IOException {
    RespConnection connection = node.connect();
    connection.call("SELECT", TABLE);
    return connection;
  }

  /** Sends a command that will wait, and returns when it does. */
  private RespConnection waiting(ServedNode node, String... command) throws Exception {
    int before = leader.waiting();
    RespConnection connection = on(node);
    connection.send(command);
    connection.flush();
    await().until(() -> leader.waiting() == before + 1);
    return connection;
  }

  private static RespValue items(String... texts) {
    return new RespValue.Aggregate('*', Arrays.stream(texts).map(RespValue::bulk).toList());
  }

  @Test
  void wordsAreThoseOfRedis() throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    SoftAssertions all = new SoftAssertions();
    try (RedisServer redis = RedisServer.start(directory)) {
      for (ServedNode node : List.of(leader, other)) {
        node.connect().call("CONFIG", "SET", "notify-keyspace-events", "KEA");
        for (String protocol : List.of("2", "3")) {
          RespConnection theirs = redis.connect();
          RespConnection ours = on(node);
          theirs.call("HELLO", protocol);
          ours.call("HELLO", protocol);
          theirs.call("FLUSHDB");
          ours.call("FLUSHDB");
          for (String command : WORDS) {
            all.assertThat(raw(ours, command)).as(command).isEqualTo(raw(theirs, command));
          }
          theirs.close();
        }
      }
    }
    all.assertAll();
  }

  @Test
  void infoCountsThoseThatWaitAtTheirNode() throws Exception {
    RespConnection waits = waiting(other, "BLPOP", "q", "0");
    assertThat(on(other).call("INFO", "clients").text()).contains("blocked_clients:1\r\n");
    assertThat(on(leader).call("INFO", "clients").text()).contains("blocked_clients:0\r\n");
    on(leader).call("RPUSH", "q", "job");
    assertThat(waits.read()).isEqualTo(items("q", "job"));
    await().until(() -> on(other).call("INFO", "clients").text().contains("blocked_clients:0\r\n"));
  }

  private static String raw(RespConnection connection, String command) throws Exception {
    connection.sendRaw((command + "\r\n").getBytes(StandardCharsets.UTF_8));
    connection.flush();
    return new String(connection.readRaw(), StandardCharsets.UTF_8);
  }

  @Test
  void whoeverWaitedFirstIsServedFirstWhereverItIsConnected() throws Exception {
    List<RespConnection> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      clients.add(waiting(i % 2 == 0 ? leader : other, "BLPOP", "q", "0"));
    }
    RespConnection pusher = on(other);
    pusher.call("RPUSH", "q", "0", "1", "2");
    for (int i = 0; i < 3; i++) {
      pusher.call("RPUSH", "q", "" + (3 + i));
    }
    for (int i = 0; i < 6; i++) {
      assertThat(clients.get(i).read()).isEqualTo(items("q", "" + i));
    }
    assertThat(pusher.call("EXISTS", "q")).isEqualTo(new RespValue.Int(0));
    assertThat(leader.waiting()).isZero();
  }

  @Test
  void whatIsPushedIsTakenBeforeAnybodyElseSeesIt() throws Exception {
    for (ServedNode node : List.of(leader, other)) {
      RespConnection waiter = waiting(node, "BLPOP", "q", "0");
      RespConnection pusher = on(leader);
      pusher.send("RPUSH", "q", "1");
      pusher.send("LPOP", "q");
      pusher.send("LLEN", "q");
      pusher.flush();
      assertThat(pusher.read()).isEqualTo(new RespValue.Int(1));
      assertThat(pusher.read()).isEqualTo(new RespValue.Null());
      assertThat(pusher.read()).isEqualTo(new RespValue.Int(0));
      assertThat(waiter.read()).isEqualTo(items("q", "1"));
    }
  }

  @Test
  void transactionsServeWhatIsLeftAtTheirEnd() throws Exception {
    RespConnection waiter = waiting(other, "BLPOP", "q", "0");
    RespConnection pusher = on(leader);
    pusher.call("MULTI");
    pusher.call("RPUSH", "q", "1");
    pusher.call("DEL", "q");
    pusher.call("EXEC");
    pusher.call("SET", "q", "no list");
    pusher.call("DEL", "q");
    assertThat(leader.waiting()).isEqualTo(1);
    pusher.call("MULTI");
    pusher.call("RPUSH", "q", "2");
    pusher.call("LPUSH", "q", "3");
    pusher.call("EXEC");
    assertThat(waiter.read()).isEqualTo(items("q", "3"));
  }

  @Test
  void movesWakeThoseWhoWaitForWhereTheyGo() throws Exception {
    RespConnection last = waiting(other, "BZPOPMIN", "z", "0");
    RespConnection second = waiting(leader, "BLPOP", "c", "0");
    RespConnection first = waiting(other, "BLMOVE", "b", "c", "LEFT", "RIGHT", "0");
    RespConnection pusher = on(other);
    pusher.call("RPUSH", "b", "x");
    assertThat(first.read()).isEqualTo(RespValue.bulk("x"));
    assertThat(second.read()).isEqualTo(items("c", "x"));
    pusher.call("ZADD", "z", "1.5", "m");
    assertThat(last.read()).isEqualTo(items("z", "m", "1.5"));
  }

  @Test
  void everyReaderOfAStreamIsWokenByAnEntry() throws Exception {
    List<RespConnection> readers = List.of(waiting(leader, "XREAD", "BLOCK", "0", "STREAMS", "s", "$"),
        waiting(other, "XREAD", "COUNT", "1", "BLOCK", "0", "STREAMS", "none", "s", "0", "0"));
    RespConnection writer = on(other);
    writer.call("XADD", "s", "1-1", "f", "v");
    for (RespConnection reader : readers) {
      assertThat(reader.read().toString()).contains("1-1").doesNotContain("none");
    }
    assertThat(writer.call("XREAD", "BLOCK", "10", "STREAMS", "s", "$")).isEqualTo(new RespValue.Null());
    writer.call("XGROUP", "CREATE", "s", "g", "$");
    RespConnection member = waiting(leader, "XREADGROUP", "GROUP", "g", "me", "BLOCK", "0", "STREAMS", "s",
        ">");
    writer.call("XADD", "s", "2-1", "f", "v");
    assertThat(member.read().toString()).contains("2-1");
  }

  @Test
  void whoReadsForAGroupIsToldThatItIsGone() throws Exception {
    for (ServedNode node : List.of(leader, other)) {
      RespConnection writer = on(other);
      writer.call("XGROUP", "CREATE", "s", "g", "$", "MKSTREAM");
      RespConnection alone = waiting(node, "XREAD", "BLOCK", "0", "STREAMS", "s", "$");
      RespConnection member = waiting(node, "XREADGROUP", "GROUP", "g", "me", "BLOCK", "0", "STREAMS", "s",
          ">");
      writer.call("XGROUP", "DESTROY", "s", "g");
      assertThat(member.read()).isEqualTo(new RespValue.Err(
          "NOGROUP the consumer group this client was blocked on no longer exists"));
      for (String[] end : List.of(new String[]{"DEL", "s"}, new String[]{"SET", "s", "x"},
          new String[]{"RENAME", "s", "other"})) {
        writer.call("DEL", "s");
        writer.call("XGROUP", "CREATE", "s", "g", "$", "MKSTREAM");
        member = waiting(node, "XREADGROUP", "GROUP", "g", "me", "BLOCK", "0", "STREAMS", "s", ">");
        writer.call(end);
        assertThat(member.read()).as(end[0])
            .isEqualTo(new RespValue.Err("UNBLOCKED the stream key no longer exists"));
      }
      writer.call("XADD", "s", "1-1", "f", "v");
      assertThat(alone.read().toString()).as("it reads for itself, and waits on").contains("1-1");
      writer.call("DEL", "s", "other");
    }
  }

  @Test
  void aClientThatGoesIsNoticedHoweverMuchItHasSent() throws Exception {
    RespConnection gone = waiting(leader, "BLPOP", "q", "0");
    gone.send("SET", "k", "x".repeat(100_000));
    gone.flush();
    gone.close();
    await().until(() -> leader.waiting() == 0);
  }

  @Test
  void laterCommandsOfTheClientWaitAndThoseOfOthersDoNot() throws Exception {
    RespConnection waiter = waiting(other, "BLPOP", "q", "0");
    waiter.send("GET", "k");
    waiter.flush();
    RespConnection second = on(other);
    assertThat(second.call("SET", "k", "v")).isEqualTo(RespValue.OK);
    second.call("RPUSH", "q", "1");
    assertThat(waiter.read()).isEqualTo(items("q", "1"));
    assertThat(waiter.read()).isEqualTo(RespValue.bulk("v"));
  }

  @Test
  void aClientThatGoesTakesNothing() throws Exception {
    for (ServedNode node : List.of(leader, other)) {
      RespConnection gone = waiting(node, "BLPOP", "q", "0");
      gone.close();
      await().until(() -> leader.waiting() == 0);
      RespConnection pusher = on(leader);
      pusher.call("RPUSH", "q", "1");
      assertThat(pusher.call("LPOP", "q")).isEqualTo(RespValue.bulk("1"));
    }
  }

  @Test
  void unblockEndsTheWaitingAsATimeOutOrWithAnError() throws Exception {
    for (ServedNode node : List.of(leader, other)) {
      RespConnection client = on(node);
      String id = Long.toString(((RespValue.Int) client.call("CLIENT", "ID")).value());
      RespConnection unblocker = on(node);
      for (String how : List.of("TIMEOUT", "ERROR")) {
        client.send("BLPOP", "q", "0");
        client.flush();
        await().until(() -> unblocker.call("CLIENT", "UNBLOCK", id, how).equals(new RespValue.Int(1)));
        RespValue answer = client.read();
        assertThat(answer).isEqualTo(how.equals("TIMEOUT")
            ? new RespValue.Null()
            : new RespValue.Err("UNBLOCKED client unblocked via CLIENT UNBLOCK"));
      }
      assertThat(unblocker.call("CLIENT", "UNBLOCK", id)).isEqualTo(new RespValue.Int(0));
    }
  }

  @Test
  void aNewEpochTakesThoseWhoWaitAlong() throws Exception {
    RespConnection here = waiting(leader, "BLPOP", "q", "0");
    RespConnection there = waiting(other, "BLPOP", "q", "0");
    for (ServedNode node : List.of(leader, other)) {
      node.put(new Table(7, TABLE, 1, TableState.READY, false, "",
          List.of(new SlotRange(0, 0, 2, 1, List.of(1)))));
    }
    RespConnection pusher = on(leader);
    await().until(() -> leader.waiting() == 2);
    pusher.call("RPUSH", "q", "1", "2");
    assertThat(List.of(here.read(), there.read()))
        .containsExactlyInAnyOrder(items("q", "1"), items("q", "2"));
  }

  @Test
  void whatIsAddedToAStreamWhileItsReadersMoveIsNotMissed() throws Exception {
    RespConnection writer = on(leader);
    writer.call("XADD", "s", "1-1", "f", "old");
    RespConnection reader = waiting(other, "XREAD", "BLOCK", "0", "STREAMS", "none", "s", "$", "$");
    Table later = new Table(7, TABLE, 1, TableState.READY, false, "",
        List.of(new SlotRange(0, 0, 2, 1, List.of(1))));
    leader.put(later);
    await().until(() -> leader.waiting() == 0);
    writer.call("XADD", "s", "2-1", "f", "new");
    other.put(later);
    assertThat(reader.read().toString()).contains("2-1").doesNotContain("1-1");
  }

  @Test
  void aDroppedTableEndsTheWaiting() throws Exception {
    RespConnection there = waiting(other, "BLPOP", "q", "0");
    RespConnection here = waiting(leader, "BLPOP", "q", "0");
    other.drop(7);
    leader.drop(7);
    assertThat(here.read().toString()).contains("dropped");
    assertThat(there.read().toString()).contains("dropped");
    assertThat(leader.waiting()).isZero();
  }
}
