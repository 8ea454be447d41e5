package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.node.log.FsyncMode;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;

/** Commands of a resource, one to a line: words are separated by a bar, "\N" is a line end. */
final class ScriptLines {
  private ScriptLines() {}

  /** Runs them on a node and a redis-server of their own, in both protocols, and compares the replies byte for byte. */
  static void assertAnsweredAsRedisDoes(String resource, Path directory) throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    SoftAssertions softly = new SoftAssertions();
    try (RedisServer redis = RedisServer.start(directory);
        ServedNode node = new ServedNode(directory.resolve("node"), FsyncMode.NO)) {
      node.put(ServedNode.table(7, "one", 1, ""));
      for (String protocol : List.of("2", "3")) {
        try (RespConnection judge = redis.connect(); RespConnection tested = node.connect()) {
          tested.call("SELECT", "one");
          for (RespConnection each : List.of(judge, tested)) {
            each.call("HELLO", protocol);
            each.call("FLUSHALL");
            each.call("FUNCTION", "FLUSH");
          }
          for (String[] command : of(resource)) {
            softly.assertThat(answer(tested, command)).as("RESP%s %s", protocol, String.join(" ", command))
                .isEqualTo(answer(judge, command));
          }
        }
      }
    }
    softly.assertAll();
  }

  static List<String[]> of(String resource) throws IOException {
    List<String[]> commands = new ArrayList<>();
    try (var in = ScriptLines.class.getResourceAsStream(resource)) {
      assertThat(in).isNotNull();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank() && !line.startsWith("##")) {
          String[] words = line.split("¦");
          for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace("\\N", "\n");
          }
          commands.add(words);
        }
      }
    }
    return commands;
  }

  static String answer(RespConnection connection, String... command) throws IOException {
    connection.send(command);
    connection.flush();
    return new String(connection.readRaw(), StandardCharsets.ISO_8859_1);
  }
}
