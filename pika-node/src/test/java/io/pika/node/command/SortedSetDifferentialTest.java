package io.pika.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.testkit.differential.Compatibility;
import io.pika.testkit.differential.Differential;
import io.pika.testkit.differential.Differential.Difference;
import io.pika.testkit.differential.GeoGrammar;
import io.pika.testkit.differential.Grammar;
import io.pika.testkit.differential.RespTarget;
import io.pika.testkit.differential.SortedSetGrammar;
import io.pika.testkit.differential.Target;
import io.pika.testkit.differential.Vocabulary;
import io.pika.testkit.redis.RedisServer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sorted sets against a redis-server, as {@link DifferentialTest} does it for all commands together. */
class SortedSetDifferentialTest {
  private static final int PROGRAMS = Integer.getInteger("pika.differential.programs", 2_000);
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
  void everyReplyOnSortedSetsIsRedisReply() {
    try (Target tested = new HandlersTarget(handlers)) {
      assertNoDifference(tested, SortedSetGrammar.of(words), PROGRAMS);
    }
  }

  @Test
  void everyReplyOnPlacesIsRedisReply() {
    try (Target tested = new HandlersTarget(handlers)) {
      assertNoDifference(tested, GeoGrammar.of(words), PROGRAMS);
    }
  }

  @Test
  void rangesByNameAreRedisRanges(@TempDir Path data) {
    try (Target memory = new HandlersTarget(handlers); Target disk = new StoreTarget(handlers, data)) {
      assertNoDifference(memory, SortedSetGrammar.byName(words), PROGRAMS);
      assertNoDifference(disk, SortedSetGrammar.byName(words), PROGRAMS / 4);
    }
  }

  private static void assertNoDifference(Target tested, Grammar grammar, int programs) {
    try (Target judge = new RespTarget("127.0.0.1", redis.port())) {
      Optional<Difference> difference = new Differential(judge, tested, Compatibility.JUDGEMENT)
          .search(grammar, SEED, programs);
      assertThat(difference.map(Difference::toString)).as("-Dpika.differential.seed=" + SEED).isEmpty();
    }
  }
}
