package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.node.log.FsyncMode;
import io.pika.testkit.differential.BitmapGrammar;
import io.pika.testkit.differential.Call;
import io.pika.testkit.differential.Grammar;
import io.pika.testkit.differential.Grammars;
import io.pika.testkit.differential.HashGrammar;
import io.pika.testkit.differential.HyperLogLogGrammar;
import io.pika.testkit.differential.ListGrammar;
import io.pika.testkit.differential.Payloads;
import io.pika.testkit.differential.Program;
import io.pika.testkit.differential.RespTarget;
import io.pika.testkit.differential.SetGrammar;
import io.pika.testkit.differential.SortedSetGrammar;
import io.pika.testkit.differential.Vocabulary;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keyspace notifications: which, on which channels, in which order, as a redis-server sends them. */
@Timeout(300)
class KeyEventsTest {
  private static final int PROGRAMS = Integer.getInteger("pika.differential.programs", 150);
  private static final long SEED = Long.getLong("pika.differential.seed", System.nanoTime());
  private static final String LETTERS = "KEg$shzx";

  /** Their parts run side by side when their keys are in several slots. */
  private static final Set<String> SPLIT = Set.of("MSET", "DEL", "UNLINK");

  @TempDir Path directory = Path.of("");

  private record Heard(boolean refused, List<String> events) {}

  /** A client that changes keys, and one that hears of it. */
  private record Pair(RespConnection writer, RespConnection listener) {
    static Pair on(RespConnection writer, RespConnection listener, String letters) throws IOException {
      assertThat(writer.call("CONFIG", "SET", "notify-keyspace-events", letters)).isEqualTo(RespValue.OK);
      listener.call("PSUBSCRIBE", "__key*");
      return new Pair(writer, listener);
    }

    /** What is heard of a command, each once: Redis tells of a key that MSET names twice twice. */
    Heard eventsOf(Call call) throws IOException {
      List<String> events = new ArrayList<>();
      RespValue reply = writer.call(call.array());
      listener.send("PING");
      listener.flush();
      for (RespValue next = listener.read(); next.items().size() == 4; next = listener.read()) {
        events.add(latin(next.items().get(2)) + " " + latin(next.items().get(3)));
      }
      boolean split = SPLIT.contains(call.name());
      return new Heard(reply.isError(),
          split ? events.stream().distinct().sorted().toList() : events.stream().distinct().toList());
    }

    private static String latin(RespValue bulk) {
      return new String(((RespValue.Bulk) bulk).bytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void randomProgramsHaveTheEventsOfRedis() throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    try (RedisServer server = RedisServer.start(directory, "proto-max-bulk-len", "1mb");
        ServedNode node = new ServedNode(directory.resolve("node"), FsyncMode.NO, "proto-max-bulk-len=1mb");
        RespTarget judge = new RespTarget("127.0.0.1", server.port())) {
      Vocabulary words = Vocabulary.together();
      Grammar grammar = Grammars.strings(words).and(Grammars.keys(words, Payloads.of(judge)))
          .and(BitmapGrammar.of(words)).and(HyperLogLogGrammar.of(words)).and(SortedSetGrammar.of(words))
          .and(HashGrammar.of(words)).and(SetGrammar.of(words)).and(ListGrammar.of(words))
          .without("SPOP", "BITFIELD");
      Pair theirs = Pair.on(server.connect(), server.connect(), LETTERS);
      Pair ours = Pair.on(node.connect(), node.connect(), LETTERS);
      for (long seed = SEED; seed < SEED + PROGRAMS; seed++) {
        theirs.writer.call("FLUSHDB");
        ours.writer.call("FLUSHDB");
        Program program = grammar.program(seed);
        for (Call call : program.calls()) {
          Heard own = ours.eventsOf(call);
          Heard redis = theirs.eventsOf(call);
          // A refusal that differs (several slots, a type that is not served) is not this test's matter.
          if (own.refused != redis.refused || mayWriteWhatHasExpired(call)) {
            break;
          }
          assertThat(own.events).as("%s in %s", call, program).isEqualTo(redis.events);
        }
      }
    }
  }

  /** Redis writes such a key and then finds that it has expired; here it is not written. */
  private static boolean mayWriteWhatHasExpired(Call call) {
    boolean instant = call.toString().toUpperCase(Locale.ROOT).contains("XAT\"");
    return instant && (call.name().equals("SET") || call.name().equals("GETEX"))
        || call.name().equals("RESTORE");
  }

  @Test
  void anotherTableHearsNothing() throws Exception {
    try (ServedNode node = new ServedNode(directory.resolve("node"), FsyncMode.NO)) {
      RespConnection writer = node.connect();
      writer.call("CONFIG", "SET", "notify-keyspace-events", "KEA");
      RespConnection shopper = node.shopper();
      shopper.call("HELLO", "3");
      shopper.call("PSUBSCRIBE", "*");
      writer.call("SET", "secret", "1");
      shopper.send("SET", "own", "1");
      shopper.flush();
      RespValue first = shopper.read();
      RespValue message = first.equals(RespValue.OK) ? shopper.read() : first;
      assertThat(message.items().get(2))
          .isEqualTo(RespValue.bulk("__keyspace@" + ServedNode.SHOP + "__:own"));
    }
  }

  @Test
  void nothingIsToldByDefaultAndUnknownLettersAreRefused() throws Exception {
    try (ServedNode node = new ServedNode(directory.resolve("node"), FsyncMode.NO)) {
      RespConnection writer = node.connect();
      RespConnection listener = node.connect();
      listener.call("PSUBSCRIBE", "*");
      writer.call("SET", "key", "1");
      assertThat(listener.call("PING").items()).hasSize(2);
      assertThat(writer.call("CONFIG", "SET", "notify-keyspace-events", "KEq").isError()).isTrue();
    }
  }
}
