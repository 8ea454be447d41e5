package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.node.log.FsyncMode;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Functions with their replies byte for byte as a redis-server's, in both protocols; and what only we do. */
@Timeout(120)
class FunctionOracleTest {
  @TempDir Path directory = Path.of("");

  @Test
  void functionsAreAnsweredAsRedisDoes() throws Exception {
    ScriptLines.assertAnsweredAsRedisDoes("functions.txt", directory);
  }

  private static RespConnection connection(int port) throws Exception {
    return RespConnection.open("127.0.0.1", port, Duration.ofSeconds(20));
  }

  @Test
  void whatRedisDumpsIsRestoredHereAndTheOtherWayRound() throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    byte[] first = "#!lua name=first\nredis.register_function('f', function() return 'one' end)".getBytes(
        StandardCharsets.US_ASCII);
    byte[] second = "#!lua name=second\nredis.register_function('g', function() return 'two' end)".getBytes(
        StandardCharsets.US_ASCII);
    try (RedisServer redis = RedisServer.start(directory);
        ServedNode node = new ServedNode(directory.resolve("node"), FsyncMode.NO)) {
      node.put(ServedNode.table(7, "one", 1, ""));
      try (RespConnection judge = connection(redis.port()); RespConnection tested = connection(node.port())) {
        tested.call("SELECT", "one");
        for (List<RespConnection> pair : List.of(List.of(judge, tested), List.of(tested, judge))) {
          RespConnection from = pair.getFirst();
          RespConnection to = pair.getLast();
          from.call(words("FUNCTION", "FLUSH"));
          to.call(words("FUNCTION", "FLUSH"));
          from.call(words("FUNCTION", "LOAD", first));
          from.call(words("FUNCTION", "LOAD", second));
          byte[] dump = ((RespValue.Bulk) from.call("FUNCTION", "DUMP")).bytes();
          assertThat(answer(to, words("FUNCTION", "RESTORE", dump))).isEqualTo("+OK\r\n");
          assertThat(ScriptLines.answer(to, "FCALL", "g", "0")).contains("two");
          assertThat(answer(to, words("FUNCTION", "RESTORE", dump)))
              .containsPattern("Library (first|second) already exists");
          assertThat(answer(to, words("FUNCTION", "RESTORE", dump, "REPLACE"))).isEqualTo("+OK\r\n");
          assertThat(answer(to, words("FUNCTION", "RESTORE", dump, "flush"))).isEqualTo("+OK\r\n");
          dump[3]++;
          assertThat(answer(to, words("FUNCTION", "RESTORE", dump))).contains("checksum are wrong");
        }
      }
    }
  }

  private static byte[][] words(Object... words) {
    byte[][] all = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      all[i] = words[i] instanceof byte[] bytes
          ? bytes
          : words[i].toString().getBytes(StandardCharsets.US_ASCII);
    }
    return all;
  }

  private static String answer(RespConnection connection, byte[]... words) throws Exception {
    connection.send(words);
    connection.flush();
    return new String(connection.readRaw(), StandardCharsets.ISO_8859_1);
  }
}
