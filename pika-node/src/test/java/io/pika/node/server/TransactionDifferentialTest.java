package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.node.log.FsyncMode;
import io.pika.testkit.differential.Call;
import io.pika.testkit.differential.Compatibility;
import io.pika.testkit.differential.Differential;
import io.pika.testkit.differential.Differential.Difference;
import io.pika.testkit.differential.Grammar;
import io.pika.testkit.differential.Grammars;
import io.pika.testkit.differential.Payloads;
import io.pika.testkit.differential.RespTarget;
import io.pika.testkit.differential.Target;
import io.pika.testkit.differential.TransactionGrammar;
import io.pika.testkit.differential.Vocabulary;
import io.pika.testkit.redis.RedisServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random transactions on one connection, here and at the leader's neighbour, against a redis-server. */
@Timeout(600)
class TransactionDifferentialTest {
  private static final int PROGRAMS = Integer.getInteger("pika.differential.programs", 400);
  private static final long SEED = Long.getLong("pika.differential.seed", System.nanoTime());

  @TempDir Path directory = Path.of("");

  @Test
  void transactionsAreAnsweredAsRedisDoesHereAndOverAnotherNode() throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    try (RedisServer redis = RedisServer.start(directory);
        ServedNode leader = new ServedNode(directory.resolve("leader"), FsyncMode.NO);
        ServedNode other = ServedNode.neighbour(directory.resolve("other"), leader)) {
      for (ServedNode node : List.of(leader, other)) {
        node.put(ServedNode.table(7, "one", 1, ""));
      }
      assertAlike(redis, leader);
      assertAlike(redis, other);
    }
  }

  private static void assertAlike(RedisServer redis, ServedNode node) {
    Vocabulary words = Vocabulary.together();
    try (Target judge = new RespTarget("127.0.0.1", redis.port());
        Target tested = new RespTarget("127.0.0.1", node.port(), Call.of("SELECT", "one"))) {
      Grammar grammar = TransactionGrammar.around(words,
          Grammars.strings(words).and(Grammars.keys(words, Payloads.of(judge))));
      Optional<Difference> difference = new Differential(judge, tested, Compatibility.JUDGEMENT)
          .search(grammar, SEED, PROGRAMS);
      assertThat(difference.map(Difference::toString)).as("-Dpika.differential.seed=%d", SEED).isEmpty();
    }
  }
}
