package io.pika.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import io.pika.testkit.differential.TransactionGrammar;
import io.pika.testkit.differential.Vocabulary;
import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.redis.RedisServer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The comparison with redis-server through a running cluster: the same programs as in the node's own test, but over
 * TCP, pipelined, through each node, so that most keys are led elsewhere. More of them:
 * {@code -Dpika.differential.programs=20000}.
 */
class DifferentialIT {
  private static final int PROGRAMS = Integer.getInteger("pika.differential.programs", 150);
  private static final long SEED = Long.getLong("pika.differential.seed", System.nanoTime());
  /** What is answered CROSSSLOT where keys do not lie together. */
  private static final String[] NOT_CUT = {"RENAME", "RENAMENX", "COPY", "MSETNX", "LCS",
      "ZMPOP", "ZRANGESTORE", "ZDIFF", "ZDIFFSTORE", "ZINTER", "ZINTERCARD", "ZINTERSTORE", "ZUNION",
      "ZUNIONSTORE",
      "GEOSEARCHSTORE",
      "BITOP", "PFCOUNT", "PFMERGE",
      "SDIFF", "SDIFFSTORE", "SINTER", "SINTERCARD", "SINTERSTORE", "SMOVE", "SUNION", "SUNIONSTORE",
      "LMOVE", "RPOPLPUSH", "LMPOP",
      "XREAD", "XREADGROUP", "SORT", "SORT_RO"};

  /** The same in a table that serves commands over several slots. */
  private static final String[] NEVER_CUT = {"RENAME", "RENAMENX", "MSETNX", "LMOVE", "RPOPLPUSH", "XREAD",
      "XREADGROUP", "SORT", "SORT_RO"};

  /** An eighth of a node's heap, but not less than 64 MiB, bounds what LCS and the like may take. */
  private static final String LONGEST_VALUE = Integer.toString(64 << 20);

  @Test
  void everyNodeAnswersAsRedisWhereverTheKeysAre(@TempDir Path directory) {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    try (RedisServer redis = RedisServer.start(directory, "proto-max-bulk-len", LONGEST_VALUE);
        TestCluster cluster = TestCluster.of(3).nodeHeapMb(512).start()) {
      cluster.createTable("one", 1, "");
      cluster.createTable("many", 64, "");
      cluster.createCrossSlotTable("wide", 64);
      for (Member node : cluster.nodes()) {
        assertAlike(redis, node, "one", Vocabulary.scattered());
        assertTransactionsAlike(redis, node);
        assertAlike(redis, node, "many", Vocabulary.together(), "SORT", "SORT_RO");
        assertAlike(redis, node, "many", Vocabulary.scattered(), NOT_CUT);
        assertAlike(redis, node, "wide", Vocabulary.scattered(), NEVER_CUT);
      }
    }
  }

  private static void assertTransactionsAlike(RedisServer redis, Member node) {
    Vocabulary words = Vocabulary.scattered();
    try (Target judge = new RespTarget("127.0.0.1", redis.port());
        Target tested = new RespTarget("127.0.0.1", node.clientPort(), Call.of("SELECT", "one"))) {
      Grammar grammar = TransactionGrammar.around(words,
          Grammars.strings(words).and(Grammars.keys(words, Payloads.of(judge))));
      Optional<Difference> difference = new Differential(judge, tested, Compatibility.JUDGEMENT)
          .search(grammar, SEED, PROGRAMS);
      assertThat(difference.map(Difference::toString))
          .as("transactions through %s, -Dpika.differential.seed=%d", node.name(), SEED).isEmpty();
    }
  }

  private static void assertAlike(RedisServer redis, Member node, String table, Vocabulary words,
      String... without) {
    try (Target judge = new RespTarget("127.0.0.1", redis.port());
        Target tested = new RespTarget("127.0.0.1", node.clientPort(), Call.of("SELECT", table))) {
      Grammar grammar = Grammars.strings(words).and(Grammars.keys(words, Payloads.of(judge)))
          .and(BitmapGrammar.of(words)).and(HyperLogLogGrammar.of(words))
          .and(SortedSetGrammar.of(words)).and(GeoGrammar.of(words))
          .and(HashGrammar.of(words)).and(SetGrammar.of(words))
          .and(ListGrammar.of(words))
          .and(StreamGrammar.of(words)).and(SortGrammar.of(words))
          .without(without);
      Optional<Difference> difference = new Differential(judge, tested, Compatibility.OVER_SLOTS)
          .search(grammar, SEED, PROGRAMS);
      assertThat(difference.map(Difference::toString))
          .as("table %s through %s, -Dpika.differential.seed=%d", table, node.name(), SEED).isEmpty();
    }
  }
}
