package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts of a user with some rights: at the slots' leader and at another node, with the answers of a redis-server. */
@Timeout(120)
class ScriptUsersTest {
  private static final String[] ANN = {"ACL", "SETUSER", "ann", "reset", "on", "nopass", "~{t}a*", "%R~{t}r*",
      "&news*", "+eval", "+evalsha", "+fcall", "+get", "+set", "+publish", "+sort", "+multi", "+exec"};

  @TempDir Path directory = Path.of("");

  @Test
  void whatAUsersScriptCallsIsJudgedAsRedisDoes() throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    SoftAssertions softly = new SoftAssertions();
    try (RedisServer redis = RedisServer.start(directory);
        ServedCluster cluster = new ServedCluster(directory.resolve("cluster"), 2);
        RespConnection judge = redis.connect();
        RespConnection owner = cluster.connect(1)) {
      owner.call("SELECT", "shop");
      for (RespConnection each : List.of(judge, owner)) {
        each.call(ANN);
        each.call("FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('f',"
            + " function(k, a) return redis.call(unpack(a)) end)");
      }
      for (int node = 1; node <= 2; node++) {
        for (String protocol : List.of("2", "3")) {
          try (RespConnection theirs = redis.connect(); RespConnection ours = cluster.connect(node)) {
            assertThat(theirs.call("HELLO", protocol, "AUTH", "ann", "x").isError()).isFalse();
            assertThat(ours.call("HELLO", protocol, "AUTH", "ann@shop", "x").isError()).isFalse();
            for (String[] command : ScriptLines.of("users.txt")) {
              softly.assertThat(ScriptLines.answer(ours, command))
                  .as("node %s, RESP%s: %s", node, protocol, String.join(" ", command))
                  .isEqualTo(ScriptLines.answer(theirs, command));
            }
          }
        }
      }
    }
    softly.assertAll();
  }

  @Test
  void refusalsInScriptsAreLoggedAtTheLeaderAndAUserWhoIsGoneRunsNothing() throws Exception {
    try (ServedCluster cluster = new ServedCluster(directory, 2); RespConnection owner = cluster.connect(1)) {
      owner.call("SELECT", "shop");
      owner.call(ANN);
      try (RespConnection ann = cluster.connect(2)) {
        ann.call("AUTH", "ann@shop", "x");
        ann.call("EVAL", "return redis.call('get', '{t}b')", "1", "{t}a");
        assertThat(owner.call("ACL", "LOG").items().getFirst().toString()).contains("lua");
        owner.call("ACL", "DELUSER", "ann");
        assertGone(ann);
      }
    }
  }

  private static void assertGone(RespConnection client) {
    try {
      assertThat(client.call("EVAL", "return 1", "0").isError()).isTrue();
    } catch (IOException disconnected) {
      assertThat(disconnected).isNotNull();
    }
  }
}
