package io.pika.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.store.CollectionHead;
import io.pika.node.store.Entry;
import io.pika.node.type.AnyKey;
import io.pika.node.type.InMemoryKeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.testkit.differential.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the comparison with Redis cannot show: what Redis has not, and what only other types would show. */
class CommandsTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final byte[] KEY = {'k'};

  private final InMemoryKeySpace keys = new InMemoryKeySpace(NOW);
  private final HandlersTarget handlers = new HandlersTarget(
      Handlers.create(new Limits(() -> 1 << 20, 64 << 20), new Random(1)));

  @Test
  void pkSetExAtSetsTheInstantInSeconds() {
    assertThat(run("PKSETEXAT", "k", "1700000001", "v")).isEqualTo(Reply.OK);
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(NOW + 1000);
    assertThat(run("PKSETEXAT", "k", "1600000000", "v")).isEqualTo(Reply.OK);
    assertThat(keys.keys()).isZero();
    assertThat(run("PKSETEXAT", "k", "0", "v"))
        .isEqualTo(Reply.error("ERR invalid expire time in 'pksetexat' command"));
    assertThat(run("PKSETEXAT", "k", "soon", "v")).isEqualTo(Reply.NOT_AN_INTEGER);
  }

  @Test
  void delVxDeletesWhatIsEqual() {
    run("SET", "k", "v");
    assertThat(run("DELVX", "k", "w")).isEqualTo(Reply.MINUS_ONE);
    assertThat(run("DELVX", "k", "v")).isEqualTo(Reply.ONE);
    assertThat(run("DELVX", "k", "v")).isEqualTo(Reply.ZERO);
  }

  @Test
  void expiriesFromNowAreKeptAsInstants() {
    run("SET", "k", "v", "EX", "10");
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(NOW + 10_000);
    run("PEXPIRE", "k", "7");
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(NOW + 7);
    run("GETEX", "k", "PXAT", Long.toString(NOW + 3));
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(NOW + 3);
    assertThat(run("PTTL", "k")).isEqualTo(Reply.of(3));
    keys.setNowMs(NOW + 3);
    assertThat(run("GET", "k")).isEqualTo(Reply.NIL);
    assertThat(run("PTTL", "k")).isEqualTo(Reply.MINUS_TWO);
  }

  @Test
  void timesToLiveInSecondsAreRounded() {
    run("SET", "k", "v", "PX", "1499");
    assertThat(run("TTL", "k")).isEqualTo(Reply.of(1));
    run("PEXPIRE", "k", "1500");
    assertThat(run("TTL", "k")).isEqualTo(Reply.of(2));
    run("PEXPIRE", "k", "499");
    assertThat(run("TTL", "k")).isEqualTo(Reply.ZERO);
  }

  @Test
  void copiesDoNotLeaveTheTable() {
    run("SET", "k", "v");
    assertThat(run("COPY", "k", "o", "DB", "1"))
        .isEqualTo(Reply.error("ERR Copying to another database is not allowed in cluster mode"));
    assertThat(run("COPY", "k", "o", "DB", "one")).isEqualTo(Reply.NOT_AN_INTEGER);
    assertThat(run("COPY", "k", "o", "DB")).isEqualTo(Reply.SYNTAX_ERROR);
  }

  @Test
  void stringCommandsRefuseOtherTypes() {
    keys.put(KEY, Entry.collection(Entry.LIST, new CollectionHead(1, 1, new byte[0]), 0));
    for (String command : new String[]{"GET k", "GETSET k v", "APPEND k v", "INCR k", "INCRBYFLOAT k 1",
        "STRLEN k", "GETEX k EX 0", "GETDEL k", "SETRANGE k 1 v", "GETRANGE k 0 1", "SET k v GET",
        "DELVX k v"}) {
      assertThat(run(command.split(" "))).as(command).isEqualTo(Reply.WRONG_TYPE);
    }
    assertThat(run("MGET", "k")).isEqualTo(Reply.array(Reply.NIL));
    assertThat(run("TYPE", "k")).isEqualTo(Reply.simple("list"));
    assertThat(run("SETNX", "k", "v")).isEqualTo(Reply.ZERO);
    assertThat(run("SET", "k", "v", "XX")).isEqualTo(Reply.OK);
  }

  @Test
  void scanOptionsFilterByPatternAndType() {
    ScanOptions options = options("COUNT", "7", "MATCH", "a*", "TYPE", "STRING");
    assertThat(options.count()).isEqualTo(7);
    assertThat(options.filter().accepts(new byte[]{'a', 'b'}, Entry.STRING)).isTrue();
    assertThat(options.filter().accepts(new byte[]{'b'}, Entry.STRING)).isFalse();
    assertThat(options.filter().accepts(new byte[]{'a'}, Entry.HASH)).isFalse();
    assertThat(options("TYPE", "nonsense").filter().accepts(KEY, Entry.STRING)).isFalse();
    assertThat(options().count()).isEqualTo(10);
  }

  @Test
  void wrongScanOptionsAreRefusedAsRedisRefusesThem() {
    assertThat(refusal("COUNT", "0")).isEqualTo(Reply.SYNTAX_ERROR);
    assertThat(refusal("COUNT", "x")).isEqualTo(Reply.NOT_AN_INTEGER);
    assertThat(refusal("MATCH")).isEqualTo(Reply.SYNTAX_ERROR);
    assertThat(refusal("NOVALUES", "1")).isEqualTo(Reply.SYNTAX_ERROR);
  }

  private Reply run(String... arguments) {
    return handlers.answer(Call.of(arguments), keys);
  }

  private static ScanOptions options(String... words) {
    return ScanOptions.parse(args(words));
  }

  private static Reply refusal(String... words) {
    try {
      throw new AssertionError("read as " + options(words));
    } catch (RefusalException refusal) {
      return refusal.reply();
    }
  }

  private static Args args(String... words) {
    List<String> request = new ArrayList<>(List.of("SCAN", "0"));
    request.addAll(List.of(words));
    return new Args(Request.of(request.toArray(String[]::new)), 2);
  }
}
