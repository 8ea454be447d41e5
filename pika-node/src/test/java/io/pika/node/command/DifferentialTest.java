package io.pika.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.node.store.StoreBench;
import io.pika.node.store.StoreOptions;
import io.pika.proxy.rdb.Model;
import io.pika.testkit.differential.BitmapGrammar;
import io.pika.testkit.differential.Call;
import io.pika.testkit.differential.Compatibility;
import io.pika.testkit.differential.Differential;
import io.pika.testkit.differential.Differential.Difference;
import io.pika.testkit.differential.GeoGrammar;
import io.pika.testkit.differential.Grammar;
import io.pika.testkit.differential.Grammars;
import io.pika.testkit.differential.HashGrammar;
import io.pika.testkit.differential.HyperLogLogGrammar;
import io.pika.testkit.differential.ListGrammar;
import io.pika.testkit.differential.Payloads;
import io.pika.testkit.differential.RespTarget;
import io.pika.testkit.differential.SetGrammar;
import io.pika.testkit.differential.SortGrammar;
import io.pika.testkit.differential.SortedSetGrammar;
import io.pika.testkit.differential.StreamGrammar;
import io.pika.testkit.differential.Target;
import io.pika.testkit.differential.Vocabulary;
import io.pika.testkit.redis.RedisServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random programs of commands give the same replies, byte for byte, as a redis-server, but for what
 * docs/compatibility.md lists. More of them: {@code -Dpika.differential.programs=100000}; one again:
 * {@code -Dpika.differential.seed=...}.
 */
class DifferentialTest {
  private static final int PROGRAMS = Integer.getInteger("pika.differential.programs", 3_000);
  private static final long SEED = Long.getLong("pika.differential.seed", System.nanoTime());
  private static final int TINY_STORES = 5;
  private static final long VALUE_BYTES_MAX = 1 << 20;

  @TempDir private static Path directory;
  private static RedisServer redis;

  private final Handlers handlers = Handlers.create(new Limits(() -> VALUE_BYTES_MAX, 64 << 20),
      new Random(1));

  /** Replies are long from the first element on, or from one of the next. */
  private final Random lengths = new Random(SEED);
  private final Handlers inPieces = Handlers.create(new Limits(() -> VALUE_BYTES_MAX, 64 << 20),
      new Random(1), Scripts.ofDefaults(),
      new LongReplies(() -> 1 + lengths.nextInt(300), Runnable::run));

  @BeforeAll
  static void startRedis() {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    redis = RedisServer.start(directory, "proto-max-bulk-len", Long.toString(VALUE_BYTES_MAX));
  }

  @AfterAll
  static void stopRedis() {
    if (redis != null) {
      redis.close();
    }
  }

  @Test
  void everyReplyOfTheHandlersIsRedisReply() {
    try (Target tested = new HandlersTarget(handlers)) {
      assertNoDifference(tested, PROGRAMS);
    }
  }

  @Test
  void everyReplyOverEngineAndStoreIsRedisReply(@TempDir Path data) {
    try (Target tested = new StoreTarget(handlers, data)) {
      assertNoDifference(tested, PROGRAMS / 4);
    }
  }

  /** Stores with room for a few keys, each of another size: what a program wrote is read back from everywhere. */
  @Test
  void everyReplyUnderTinyMemoryIsRedisReply(@TempDir Path data) {
    for (int store = 0; store < TINY_STORES; store++) {
      StoreOptions tiny = StoreBench.tinyWithThreads(new SplittableRandom(SEED + store));
      try (Target tested = new StoreTarget(handlers, data.resolve("store-" + store), tiny)) {
        assertNoDifference(tested, PROGRAMS / 4 / TINY_STORES, SEED + store, tiny.toString());
      }
    }
  }

  @Test
  void everyLongReplyOfTheHandlersIsRedisReply() {
    try (Target tested = HandlersTarget.alone(inPieces)) {
      assertNoDifference(tested, PROGRAMS);
    }
  }

  /** They are fetched when commands behind them have changed what they were read from. */
  @Test
  void everyLongReplyOverEngineAndStoreIsRedisReply(@TempDir Path data) {
    try (Target tested = new StoreTarget(inPieces, data)) {
      assertNoDifference(tested, PROGRAMS / 4);
    }
  }

  /** Payloads of collections are compared by what they hold: their order and form is not told by the value. */
  private static boolean isSameValue(Call call, byte[] expected, byte[] actual, List<Call> before) {
    return call.name().equals("DUMP") && expected[0] == '$' && actual[0] == '$'
        && Model.ofBulk(expected).content().equals(Model.ofBulk(actual).content());
  }

  /** What a reply may hold is bounded here, by the length of one value; a program must write one of that length to get there. */
  private static boolean isTooLong(Call call, byte[] expected, byte[] actual, List<Call> before) {
    return expected.length > VALUE_BYTES_MAX
        && new String(actual, StandardCharsets.UTF_8).startsWith("-ERR the reply would be longer than");
  }

  private void assertNoDifference(Target tested, int programs) {
    assertNoDifference(tested, programs, SEED, "default memory");
  }

  private void assertNoDifference(Target tested, int programs, long seed, String memory) {
    Vocabulary words = Vocabulary.scattered();
    try (Target judge = new RespTarget("127.0.0.1", redis.port())) {
      Grammar grammar = Grammars.strings(words).and(Grammars.keys(words, Payloads.of(judge)))
          .and(BitmapGrammar.of(words)).and(HyperLogLogGrammar.of(words))
          .and(SortedSetGrammar.of(words)).and(GeoGrammar.of(words))
          .and(HashGrammar.of(words)).and(SetGrammar.of(words))
          .and(ListGrammar.of(words))
          .and(StreamGrammar.of(words)).and(SortGrammar.of(words));
      Optional<Difference> difference = new Differential(judge, tested,
          Compatibility.JUDGEMENT.allowing(DifferentialTest::isSameValue)
              .allowing(DifferentialTest::isTooLong))
          .search(grammar, seed, programs);
      assertThat(difference.map(Difference::toString)).as("-Dpika.differential.seed=%d, %s", SEED, memory)
          .isEmpty();
    }
  }
}
