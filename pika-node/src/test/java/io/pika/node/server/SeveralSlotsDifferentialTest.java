package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.core.model.CrossSlot;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.node.log.FsyncMode;
import io.pika.testkit.differential.BitmapGrammar;
import io.pika.testkit.differential.Call;
import io.pika.testkit.differential.Compatibility;
import io.pika.testkit.differential.Differential;
import io.pika.testkit.differential.Differential.Difference;
import io.pika.testkit.differential.GeoGrammar;
import io.pika.testkit.differential.Grammar;
import io.pika.testkit.differential.Grammars;
import io.pika.testkit.differential.HyperLogLogGrammar;
import io.pika.testkit.differential.ListGrammar;
import io.pika.testkit.differential.Payloads;
import io.pika.testkit.differential.RespTarget;
import io.pika.testkit.differential.SetGrammar;
import io.pika.testkit.differential.SortedSetGrammar;
import io.pika.testkit.differential.Target;
import io.pika.testkit.differential.Vocabulary;
import io.pika.testkit.redis.RedisServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where nothing else writes, commands over several slots answer as a redis-server does: half of the slots are led by the
 * session's node, half by its neighbour. More programs: {@code -Dpika.differential.programs=20000}.
 */
class SeveralSlotsDifferentialTest {
  private static final int PROGRAMS = Integer.getInteger("pika.differential.programs", 300);
  private static final long SEED = Long.getLong("pika.differential.seed", System.nanoTime());

  @Test
  void everyReplyIsRedisReply(@TempDir Path directory) throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    Table wide = new Table(7, "wide", 16, TableState.READY, false, "", CrossSlot.SERVE,
        List.of(new SlotRange(0, 7, 1, 1, List.of(1)), new SlotRange(8, 15, 1, 2, List.of(2))));
    try (
        RedisServer redis = RedisServer.start(directory, "proto-max-bulk-len", Long.toString(longestValue()));
        ServedNode other = new ServedNode(directory.resolve("other"), FsyncMode.NO);
        ServedNode node = ServedNode.neighbour(directory.resolve("node"), other)) {
      other.put(wide);
      node.put(wide);
      assertAlike(redis, node);
    }
  }

  private static boolean isTooLongToCarry(Call call, byte[] expected, byte[] actual, List<Call> before) {
    return new String(actual, StandardCharsets.ISO_8859_1)
        .startsWith("-ERR the strings that this command reads");
  }

  /** Of a node with this heap. */
  private static long longestValue() {
    return Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 8);
  }

  private static void assertAlike(RedisServer redis, ServedNode node) {
    Vocabulary words = Vocabulary.scattered();
    try (Target judge = new RespTarget("127.0.0.1", redis.port());
        Target tested = new RespTarget("127.0.0.1", node.port(), Call.of("SELECT", "wide"))) {
      Grammar grammar = Grammars.strings(words).and(Grammars.keys(words, Payloads.of(judge)))
          .and(BitmapGrammar.of(words)).and(HyperLogLogGrammar.of(words))
          .and(SortedSetGrammar.of(words)).and(GeoGrammar.of(words)).and(SetGrammar.of(words))
          .and(ListGrammar.of(words))
          .without("RENAME", "RENAMENX", "MSETNX", "LMOVE", "RPOPLPUSH");
      Optional<Difference> difference = new Differential(judge, tested,
          Compatibility.OVER_SLOTS.allowing(SeveralSlotsDifferentialTest::isTooLongToCarry))
          .search(grammar, SEED, PROGRAMS);
      assertThat(difference.map(Difference::toString)).as("-Dpika.differential.seed=" + SEED).isEmpty();
    }
  }
}
