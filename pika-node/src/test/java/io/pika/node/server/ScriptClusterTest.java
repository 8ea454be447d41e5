package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.testkit.wire.RespConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts and functions on three nodes, of which the first two lead slots. */
@Timeout(60)
class ScriptClusterTest {
  private static final String SHA = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
  /** In slots of node 1 and node 2. */
  private static final String FIRST = "a";
  private static final int MOST_LOOKS = 5_000;
  private static final String SECOND = "h";

  @TempDir Path directory = Path.of("");
  private ServedCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new ServedCluster(directory, 3);
    cluster.put(table(7, "one", 1, 2));
    cluster.put(table(8, "two", 1, 2));
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static Table table(int id, String name, int leaderOfLow, int leaderOfHigh) {
    return new Table(id, name, 16, TableState.READY, false, "",
        List.of(new SlotRange(0, 7, 1, leaderOfLow, List.of(leaderOfLow)),
            new SlotRange(8, 15, 1, leaderOfHigh, List.of(leaderOfHigh))));
  }

  private RespConnection client(int node, String table) throws IOException {
    RespConnection client = cluster.connect(node);
    client.call("SELECT", table);
    return client;
  }

  private static String answer(RespConnection client, String... command) throws IOException {
    return ScriptLines.answer(client, command);
  }

  @Test
  void keysOfTheTestAreOnTwoNodes() {
    int first = io.pika.proxy.routing.SlotHash.slot(FIRST.getBytes(StandardCharsets.US_ASCII), 16);
    int second = io.pika.proxy.routing.SlotHash.slot(SECOND.getBytes(StandardCharsets.US_ASCII), 16);
    assertThat(first / 8).isZero();
    assertThat(second / 8).isOne();
  }

  @Test
  void aLoadedScriptIsKnownAtEveryNodeAndToNoOtherTable() throws Exception {
    RespConnection third = client(3, "one");
    assertThat(answer(third, "SCRIPT", "LOAD", "return 1")).contains(SHA);
    assertThat(answer(third, "SCRIPT", "EXISTS", SHA, "x")).isEqualTo("*2\r\n:1\r\n:0\r\n");
    for (int node = 1; node <= 3; node++) {
      assertThat(answer(client(node, "one"), "EVALSHA", SHA, "1", FIRST)).isEqualTo(":1\r\n");
      assertThat(answer(client(node, "one"), "EVALSHA", SHA, "1", SECOND)).isEqualTo(":1\r\n");
      assertThat(answer(client(node, "two"), "EVALSHA", SHA, "1", FIRST)).startsWith("-NOSCRIPT");
    }
    assertThat(answer(third, "SCRIPT", "FLUSH")).isEqualTo("+OK\r\n");
    assertThat(answer(client(1, "one"), "EVALSHA", SHA, "1", FIRST)).startsWith("-NOSCRIPT");
  }

  @Test
  void aScriptThatTheClientsNodeKnowsIsSentAlongToALeaderThatDoesNot() throws Exception {
    RespConnection third = client(3, "one");
    assertThat(answer(third, "EVAL", "return 1", "1", FIRST)).isEqualTo(":1\r\n");
    assertThat(answer(client(2, "one"), "EVALSHA", SHA, "1", SECOND)).startsWith("-NOSCRIPT");
    assertThat(answer(third, "EVALSHA", SHA, "1", SECOND)).isEqualTo(":1\r\n");
    assertThat(answer(client(2, "one"), "EVALSHA", SHA, "1", SECOND)).isEqualTo(":1\r\n");
  }

  @Test
  void aScriptWorksOnWhenItsSlotHasANewLeader() throws Exception {
    RespConnection third = client(3, "one");
    assertThat(answer(third, "EVAL", "return 1", "1", FIRST)).isEqualTo(":1\r\n");
    cluster.put(new Table(7, "one", 16, TableState.READY, false, "",
        List.of(new SlotRange(0, 7, 2, 2, List.of(2)), new SlotRange(8, 15, 1, 2, List.of(2)))));
    assertThat(answer(third, "EVALSHA", SHA, "1", FIRST)).isEqualTo(":1\r\n");
  }

  @Test
  void aScriptIsKilledFromAnyNodeAndNothingOfItIsKept() throws Exception {
    RespConnection runs = client(3, "one");
    RespConnection kills = client(2, "one");
    assertThat(answer(kills, "SCRIPT", "KILL")).startsWith("-NOTBUSY");
    runs.send("EVAL",
        "redis.call('set', KEYS[1], 1)\nwhile true do pcall(function() while true do end end) end",
        "1", FIRST);
    runs.flush();
    String killed = answer(kills, "SCRIPT", "KILL");
    for (int i = 0; i < MOST_LOOKS && killed.startsWith("-NOTBUSY"); i++) {
      assertThat(answer(kills, "FUNCTION", "KILL")).matches("(?s)-(NOTBUSY|BUSY .*SCRIPT KILL).*");
      assertThat(answer(client(2, "two"), "SCRIPT", "KILL")).startsWith("-NOTBUSY");
      killed = answer(kills, "SCRIPT", "KILL");
    }
    assertThat(killed).isEqualTo("+OK\r\n");
    assertThat(new String(runs.readRaw(), StandardCharsets.US_ASCII))
        .startsWith("-ERR Script killed by user with SCRIPT KILL...");
    assertThat(answer(kills, "EXISTS", FIRST)).isEqualTo(":0\r\n");
  }

  @Test
  void aFunctionIsKilledAndSeenWhileItRuns() throws Exception {
    RespConnection runs = client(1, "one");
    RespConnection looks = client(1, "one");
    answer(looks, "FUNCTION", "LOAD",
        "#!lua name=lib\nredis.register_function('endless', function() while true do end end)");
    runs.send("FCALL", "endless", "1", FIRST, "x");
    runs.flush();
    String stats = answer(looks, "FUNCTION", "STATS");
    for (int i = 0; i < MOST_LOOKS && !stats.contains("duration_ms"); i++) {
      stats = answer(looks, "FUNCTION", "STATS");
    }
    assertThat(stats).contains("FCALL").contains("duration_ms");
    assertThat(answer(looks, "SCRIPT", "KILL")).startsWith("-BUSY");
    assertThat(answer(looks, "FUNCTION", "KILL")).isEqualTo("+OK\r\n");
    assertThat(new String(runs.readRaw(), StandardCharsets.US_ASCII))
        .startsWith("-ERR Script killed by user with FUNCTION KILL...");
  }

  @Test
  void aLibraryIsKnownAtEveryNodeAndToNoOtherTable() throws Exception {
    RespConnection third = client(3, "one");
    String library = "#!lua name=lib\nlocal n = 0\n"
        + "redis.register_function('add', function(keys) n = n + 1 return redis.call('incr', keys[1]) + n * 100 end)";
    assertThat(answer(third, "FUNCTION", "LOAD", library)).contains("lib");
    for (int node = 1; node <= 3; node++) {
      assertThat(answer(client(node, "one"), "FCALL", "add", "1", FIRST))
          .isEqualTo(":" + (100 + node) + "\r\n");
      assertThat(answer(client(node, "one"), "FCALL", "add", "1", SECOND))
          .isEqualTo(":" + (100 + node) + "\r\n");
      assertThat(answer(client(node, "two"), "FCALL", "add", "1", FIRST))
          .startsWith("-ERR Function not found");
    }
    assertThat(answer(third, "FUNCTION", "DELETE", "lib")).isEqualTo("+OK\r\n");
    assertThat(answer(client(1, "one"), "FCALL", "add", "1", FIRST)).startsWith("-ERR Function not found");
  }

  @Test
  void twoLibrariesThatAreLoadedAtOnceDoNotGetTheSameFunction() throws Exception {
    String first = "#!lua name=first\nredis.register_function('same', function() return 1 end)";
    String second = "#!lua name=second\nredis.register_function('same', function() return 2 end)";
    RespConnection one = client(1, "one");
    RespConnection two = client(2, "one");
    one.send("FUNCTION", "LOAD", first);
    two.send("FUNCTION", "LOAD", second);
    one.flush();
    two.flush();
    String answers = new String(one.readRaw(), StandardCharsets.US_ASCII)
        + new String(two.readRaw(), StandardCharsets.US_ASCII);
    assertThat(answers).contains("Function same already exists").containsPattern("first\r\n|second\r\n");
  }

  @Test
  void scriptsRunInTransactions() throws Exception {
    RespConnection client = client(3, "one");
    answer(client, "MULTI");
    assertThat(answer(client, "EVAL", "return redis.call('incr', KEYS[1])", "1", FIRST)).contains("QUEUED");
    assertThat(answer(client, "EVAL", "redis.call('incr', KEYS[1]) return redis.call('nosuch')", "1", FIRST))
        .contains("QUEUED");
    assertThat(answer(client, "INCR", FIRST)).contains("QUEUED");
    assertThat(answer(client, "EXEC")).startsWith("*3\r\n:1\r\n-ERR Unknown Redis command")
        .endsWith(":3\r\n");
  }

  @Test
  void messagesOfAScriptReachEveryNodeInOrderAndNotTheOtherTable() throws Exception {
    RespConnection near = client(1, "one");
    near.call("SUBSCRIBE", "news");
    RespConnection far = client(2, "one");
    far.call("PSUBSCRIBE", "n*");
    RespConnection shard = client(2, "one");
    shard.call("SSUBSCRIBE", FIRST);
    RespConnection stranger = client(2, "two");
    stranger.call("SUBSCRIBE", "news");
    RespConnection third = client(3, "one");
    String script = "redis.call('set', KEYS[1], 'x') redis.call('spublish', KEYS[1], 's')"
        + " return redis.call('publish', 'news', 'first') + redis.call('publish', 'news', 'second')";
    assertThat(answer(third, "EVAL", script, "1", FIRST)).isEqualTo(":0\r\n");
    for (String content : List.of("first", "second")) {
      assertThat(near.read().items().getLast().text()).isEqualTo(content);
      assertThat(far.read().items().getLast().text()).isEqualTo(content);
    }
    assertThat(shard.read().items().getLast().text()).isEqualTo("s");
    assertThat(client(1, "two").call("PUBLISH", "news", "of two").number()).isEqualTo(1);
    assertThat(stranger.read().items().getLast().text()).isEqualTo("of two");
  }

  @Test
  void aFunctionPublishesAndWhatATransactionPublishesComesWithExec() throws Exception {
    RespConnection hears = client(2, "one");
    hears.call("SUBSCRIBE", "news");
    RespConnection third = client(3, "one");
    answer(third, "FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('say',"
        + " function(keys, args) return redis.call('publish', 'news', args[1]) end)");
    assertThat(answer(third, "FCALL", "say", "1", FIRST, "function")).isEqualTo(":0\r\n");
    assertThat(hears.read().items().getLast().text()).isEqualTo("function");
    answer(third, "MULTI");
    answer(third, "EVAL", "return redis.call('publish', 'news', ARGV[1])", "1", FIRST, "transaction");
    answer(third, "SET", FIRST, "x");
    assertThat(answer(third, "EXEC")).isEqualTo("*2\r\n:0\r\n+OK\r\n");
    assertThat(hears.read().items().getLast().text()).isEqualTo("transaction");
  }

  @Test
  void aScriptThatIsStoppedPublishesNothingAndOneThatFailsWhatItPublishedBefore() throws Exception {
    RespConnection hears = client(1, "one");
    hears.call("SUBSCRIBE", "news");
    RespConnection third = client(3, "one");
    String publishes = "redis.call('publish', 'news', ARGV[1]) ";
    assertThat(answer(third, "EVAL", publishes + "return string.rep('x', 1e9)", "1", FIRST, "stopped"))
        .contains("not enough memory");
    assertThat(answer(third, "EVAL", publishes + "redis.call('nosuch')", "1", FIRST, "failed"))
        .startsWith("-ERR Unknown Redis command");
    assertThat(hears.read().items().getLast().text()).isEqualTo("failed");
  }

  @Test
  void messagesOfOneScriptAreBoundedAndShardChannelsMustBeInItsSlot() throws Exception {
    RespConnection third = client(3, "one");
    assertThat(answer(third, "EVAL", "for i = 1, 1024 do redis.call('publish', 'news', i) end"
        + " return redis.call('publish', 'news', 'x')", "1", FIRST)).startsWith("-ERR a script may publish");
    assertThat(answer(third, "EVAL", "local long = string.rep('x', 3e6) redis.call('publish', 'news', long)"
        + " return redis.call('publish', 'news', long)", "1", FIRST)).startsWith("-ERR a script may publish");
    assertThat(answer(third, "EVAL", "return redis.call('spublish', ARGV[1], 'x')", "1", FIRST, SECOND))
        .startsWith("-ERR Script attempted to access a non local key");
  }
}
