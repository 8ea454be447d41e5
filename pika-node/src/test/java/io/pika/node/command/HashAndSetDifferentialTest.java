package io.pika.node.command;

import static io.pika.testkit.differential.Grammar.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.testkit.differential.Compatibility;
import io.pika.testkit.differential.Differential;
import io.pika.testkit.differential.Differential.Difference;
import io.pika.testkit.differential.Grammar;
import io.pika.testkit.differential.HashGrammar;
import io.pika.testkit.differential.Piece;
import io.pika.testkit.differential.RespTarget;
import io.pika.testkit.differential.SetGrammar;
import io.pika.testkit.differential.Target;
import io.pika.testkit.differential.Vocabulary;
import io.pika.testkit.redis.RedisServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hashes and sets by themselves against a redis-server: programs in which they meet more often than in {@link DifferentialTest}. */
class HashAndSetDifferentialTest {
  private static final int PROGRAMS = Integer.getInteger("pika.differential.programs", 1_500);
  private static final long SEED = Long.getLong("pika.differential.seed", System.nanoTime());

  @TempDir private static Path directory;
  private static RedisServer redis;

  private final Handlers handlers = Handlers.create(new Limits(() -> 1 << 20, 64 << 20), new Random(1));
  private final Vocabulary words = Vocabulary.scattered();

  @BeforeAll
  static void startRedis() {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    redis = RedisServer.start(directory);
  }

  @AfterAll
  static void stopRedis() {
    if (redis != null) {
      redis.close();
    }
  }

  @Test
  void everyReplyOnHashesIsRedisReply(@TempDir Path data) {
    assertNoDifference(HashGrammar.of(words).and(keys()), data);
  }

  @Test
  void everyReplyOnSetsIsRedisReply(@TempDir Path data) {
    assertNoDifference(SetGrammar.of(words).and(keys()), data);
  }

  /** What is done to keys of any type, and strings that are in the way. */
  private Grammar keys() {
    Piece key = words.key();
    return new Grammar(List.of(rule("SET", 2, key, Piece.text("string")), rule("DEL", 2, key),
        rule("COPY", 2, key, key, Piece.maybe(50, Piece.word("REPLACE"))), rule("RENAME", 2, key, key),
        rule("EXPIRE", 1, key, words.secondsFromNow()), rule("TTL", 2, key), rule("PERSIST", 1, key),
        rule("TYPE", 1, key), rule("EXISTS", 1, key), rule("GETSET", 1, key, Piece.text("string")),
        rule("OBJECT", 2, Piece.word("ENCODING"), key)), key);
  }

  private void assertNoDifference(Grammar grammar, Path data) {
    try (Target judge = new RespTarget("127.0.0.1", redis.port());
        Target memory = new HandlersTarget(handlers);
        Target disk = new StoreTarget(handlers, data)) {
      assertNoDifference(judge, memory, grammar, PROGRAMS);
      assertNoDifference(judge, disk, grammar, PROGRAMS / 4);
    }
  }

  private static void assertNoDifference(Target judge, Target tested, Grammar grammar, int programs) {
    Optional<Difference> difference = new Differential(judge, tested, Compatibility.JUDGEMENT)
        .search(grammar, SEED, programs);
    assertThat(difference.map(Difference::toString)).as("-Dpika.differential.seed=" + SEED).isEmpty();
  }
}
