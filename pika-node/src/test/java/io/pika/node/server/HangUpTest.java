package io.pika.node.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that closes its side, or says that it goes: node 1 leads all slots, node 2 forwards to it. */
@Timeout(60)
class HangUpTest {
  private static final List<String> LAST_WORDS = List.of("", "PING\r\n", "PING\r\nPI", "*1\r\n$4\r\nPI",
      "*x\r\n",
      "SET a 1\r\nGET a\r\n", "PING\r\n*1\r\n$x\r\n", "GET a b\r\nFOO\r\nQUIT\r\nPING\r\n",
      "MULTI\r\nSET a 2\r\n",
      "MULTI\r\nINCR a\r\nEXEC\r\n*1\r\nPING\r\n", "SUBSCRIBE c\r\n");
  /** More than the sockets between client and node hold. */
  private static final int BIG_REPLIES = 60;
  private static final int BIG = 4 << 20;

  @TempDir Path directory = Path.of("");
  private ServedCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new ServedCluster(directory.resolve("nodes"), 2);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private void awaitNoClient(int node) {
    Awaitility.await().until(() -> cluster.server(node).connectionCount() == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatWasSaidBeforeIsAnsweredAsRedisDoes(int node) throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    try (RedisServer redis = RedisServer.start(directory)) {
      SoftAssertions all = new SoftAssertions();
      for (String words : LAST_WORDS) {
        String theirs = untilClosed(redis.connect(), words);
        all.assertThat(untilClosed(cluster.connect(node), words)).as(words).isEqualTo(theirs);
      }
      all.assertAll();
    }
    awaitNoClient(node);
  }

  private static String untilClosed(RespConnection client, String words) throws Exception {
    try (client) {
      client.sendRaw(words.getBytes(ISO_8859_1));
      client.shutdownOutput();
      return new String(client.readToEnd(), ISO_8859_1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whoWaitsForAnElementAndHangsUpTakesNone(int node) throws Exception {
    RespConnection waiting = cluster.connect(node);
    waiting.send("BLPOP", "list", "0");
    waiting.shutdownOutput();
    assertThat(waiting.readToEnd()).isEmpty();
    awaitNoClient(node);
    try (RespConnection other = cluster.connect(node)) {
      assertThat(other.call("RPUSH", "list", "a").number()).isEqualTo(1);
      assertThat(other.call("LLEN", "list").number()).isEqualTo(1);
    }
  }

  /** Also when they do not fit into the sockets, and only run as the client makes room. */
  @ParameterizedTest
  @ValueSource(strings = {"", "QUIT\r\n", "*x\r\n"})
  void allRepliesArriveHoweverLong(String lastWords) throws Exception {
    String value = "x".repeat(BIG);
    RespConnection client = cluster.connect(1);
    client.call("SET", "big", value);
    for (int i = 0; i < BIG_REPLIES; i++) {
      client.send("GET", "big");
    }
    client.sendRaw(lastWords.getBytes(ISO_8859_1));
    client.shutdownOutput();
    for (int i = 0; i < BIG_REPLIES; i++) {
      assertThat(client.read().text()).hasSize(BIG);
    }
    String expected = lastWords.isEmpty()
        ? ""
        : lastWords.startsWith("Q")
            ? "+OK\r\n"
            : "-ERR Protocol error: invalid multibulk length\r\n";
    assertThat(new String(client.readToEnd(), ISO_8859_1)).isEqualTo(expected);
    awaitNoClient(1);
  }

  @Test
  void whoHangsUpWithoutTakingRepliesIsForgotten() throws Exception {
    RespConnection client = cluster.connect(1);
    client.call("SET", "big", "x".repeat(BIG));
    for (int i = 0; i < BIG_REPLIES; i++) {
      client.send("GET", "big");
    }
    client.flush();
    client.close();
    awaitNoClient(1);
  }
}
