package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.node.log.FsyncMode;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What CLIENT PAUSE WRITE holds, here and at a redis-server. */
@Timeout(60)
class PauseTest {
  private static final String READS = "return redis.call('get', KEYS[1])";
  private static final String SHA = "4e6d8fc8bb01276962cce5371fa795a7763657ae";
  private static final List<String[]> HELD = List.of(words("SET a 1"), words("DEL a"), words("PFCOUNT a"),
      new String[]{"EVAL", READS, "1", "a"}, words("EVALSHA " + SHA + " 1 a"), words("FCALL f 1 a"),
      words("PUBLISH news x"), words("SPUBLISH news x"), words("XGROUP CREATE s g 0 MKSTREAM"),
      words("FUNCTION FLUSH"), words("BLPOP l 1"));
  private static final List<String[]> NOT_HELD = List.of(words("GET a"), words("XINFO STREAM s"),
      new String[]{"EVAL_RO", READS, "1", "a"}, words("EVALSHA_RO " + SHA + " 1 a"),
      words("FCALL_RO reads 1 a"),
      words("SCRIPT EXISTS " + SHA), words("FUNCTION LIST"), words("PING"));
  /** Nothing that is answered at once takes so long; if it does, a fault goes unseen and none is made up. */
  private static final Duration NOT_ANSWERED = Duration.ofMillis(50);

  private interface Server {
    RespConnection connect() throws IOException;
  }

  private static String[] words(String line) {
    return line.split(" ");
  }

  @Test
  void pausedWritesAreThoseOfRedis(@TempDir Path directory) throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    try (RedisServer redis = RedisServer.start(directory)) {
      holdsWhatMayWrite(redis::connect);
    }
  }

  @Test
  void whatMayWriteIsHeldUntilThePauseEnds(@TempDir Path directory) throws Exception {
    try (ServedNode node = new ServedNode(directory, FsyncMode.NO)) {
      holdsWhatMayWrite(node::shopper);
    }
  }

  private static void holdsWhatMayWrite(Server server) throws Exception {
    RespConnection owner = server.connect();
    assertThat(owner.call("SCRIPT", "LOAD", READS).text()).isEqualTo(SHA);
    owner.call("FUNCTION", "LOAD", "#!lua name=l\nlocal one = function(k) return 1 end\n"
        + "redis.register_function('f', one)\n"
        + "redis.register_function{function_name='reads', callback=one, flags={'no-writes'}}");
    List<RespConnection> waiting = new ArrayList<>();
    List<String> names = new ArrayList<>();
    RespConnection reading = transaction(server, words("GET a"));
    for (String[] queued : List.of(words("SET a 1"), words("PFCOUNT a"),
        new String[]{"EVAL", READS, "1", "a"})) {
      waiting.add(transaction(server, queued));
      names.add("EXEC of " + queued[0]);
    }
    assertThat(owner.call("CLIENT", "PAUSE", "50000", "WRITE")).isEqualTo(RespValue.OK);
    for (RespConnection each : waiting) {
      each.send("EXEC");
    }
    for (String[] command : HELD) {
      RespConnection connection = server.connect();
      connection.send(command);
      waiting.add(connection);
      names.add(String.join(" ", command));
    }
    for (RespConnection each : waiting) {
      each.flush();
    }
    for (String[] command : NOT_HELD) {
      owner.call(command);
    }
    assertThat(reading.call("EXEC").items()).hasSize(1);
    for (int i = 0; i < waiting.size(); i++) {
      waiting.get(i).timeout(NOT_ANSWERED);
      assertThatThrownBy(waiting.get(i)::read, names.get(i)).isInstanceOf(SocketTimeoutException.class);
    }
    assertThat(owner.call("CLIENT", "UNPAUSE")).isEqualTo(RespValue.OK);
    for (RespConnection each : waiting) {
      each.timeout(Duration.ofSeconds(20));
      each.read();
      each.close();
    }
    owner.close();
  }

  private static RespConnection transaction(Server server, String[] queued) throws IOException {
    RespConnection connection = server.connect();
    connection.call("MULTI");
    assertThat(connection.call(queued).text()).isEqualTo("QUEUED");
    return connection;
  }
}
