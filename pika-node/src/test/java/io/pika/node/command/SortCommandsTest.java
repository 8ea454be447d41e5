package io.pika.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.bytes.Bytes;
import io.pika.node.type.InMemoryKeySpace;
import io.pika.proxy.protocol.Reply;
import io.pika.testkit.differential.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the comparison with Redis cannot show: orders that its rules leave open, other slots, and what is too much. */
class SortCommandsTest {
  private static final Limits LIMITS = new Limits(() -> 1 << 20, 64 << 20);

  private final InMemoryKeySpace keys = new InMemoryKeySpace(1_700_000_000_000L);
  private HandlersTarget node = new HandlersTarget(Handlers.create(LIMITS, new Random(1)));

  @Test
  void numbersAreReadAsStrtodReadsThem() {
    for (String number : List.of("", " 12", "\t\n\u000b\f\r-3", "12\0abc", "\0abc", "+5", "-0", "0x10",
        "0x1.8p3",
        "0x.8", "inf", "-INF", "+infinity", "0x1p-1074", "2.2250738585072014e-308", "1.7976931348623157e308",
        ".5", "5.", "1e5", "0e99999999999", "0x1P+1", "  0x8")) {
      run("DEL", "l");
      run("RPUSH", "l", number);
      assertThat(run("SORT", "l")).as(number).isInstanceOf(Reply.Array.class);
    }
    for (String none : List.of(" ", "12 ", " \0", "0x", "0x1p", "nan", "nan(1)", "1e400", "-1e400", "1e-310",
        "5e-324", "1e-400", "2.2250738585072011e-308", "1.7976931348623159e308", "1_0", "1d", "1f", ".", "-",
        "+-1", "1e", "1e+", "abc", "1,5", "\u00a05", "infinit", "INFINITY ")) {
      run("DEL", "l");
      run("RPUSH", "l", none);
      assertThat(run("SORT", "l", "LIMIT", "0", "0")).as(none)
          .isEqualTo(Reply.error("ERR One or more scores can't be converted into double"));
    }
  }

  @Test
  void whatIsNotSortedKeepsItsOrderOrTheOppositeOne() {
    run("RPUSH", "l", "c", "a", "d", "b");
    run("ZADD", "z", "1", "c", "2", "a", "3", "d", "4", "b");
    for (String key : List.of("l", "z")) {
      assertThat(texts("SORT", key, "BY", "x")).containsExactly("c", "a", "d", "b");
      assertThat(texts("SORT", key, "BY", "x", "DESC", "BY", "w_*")).containsExactly("b", "d", "a", "c");
      assertThat(texts("SORT", key, "BY", "x", "LIMIT", "1", "2")).containsExactly("a", "d");
      assertThat(texts("SORT", key, "BY", "x", "DESC", "LIMIT", "1", "9223372036854775807"))
          .containsExactly("d", "a", "c");
      assertThat(texts("SORT", key, "BY", "x", "LIMIT", "-9223372036854775808", "-1")).hasSize(4);
      assertThat(texts("SORT", key, "BY", "x", "LIMIT", "9223372036854775807", "9223372036854775807"))
          .isEmpty();
    }
  }

  @Test
  void whatAlphaFindsAlikeKeepsTheOrderOfItsCollection() {
    run("RPUSH", "l", "5", "4", "3", "2", "1", "0", "9", "8");
    run("MSET", "w_5", "x", "w_3", "x", "w_1", "a", "w_0", "");
    assertThat(texts("SORT", "l", "BY", "w_*", "ALPHA")).containsExactly("4", "2", "9", "8", "0", "1", "5",
        "3");
    assertThat(texts("SORT", "l", "BY", "w_*", "ALPHA", "DESC"))
        .containsExactly("5", "3", "1", "0", "4", "2", "9", "8");
    assertThat(texts("SORT", "l", "BY", "w_*", "ALPHA", "LIMIT", "1", "4")).containsExactly("2", "9", "8",
        "0");
  }

  @Test
  void aPartIsThatOfTheWhole() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      run("RPUSH", "l", Integer.toString(random.nextInt(300)));
    }
    for (String[] order : List.of(new String[]{}, new String[]{"DESC"}, new String[]{"ALPHA", "DESC"})) {
      List<String> whole = texts(call(order));
      for (int from : List.of(0, 1, 250, 499, 500, 501)) {
        for (int count : List.of(0, 1, 17, 600, -1)) {
          int to = count < 0 ? 500 : Math.min(500, from + count);
          assertThat(texts(call(order, "LIMIT", Integer.toString(from), Integer.toString(count))))
              .isEqualTo(from >= to ? List.of() : whole.subList(from, to));
        }
      }
    }
  }

  @Test
  void aPartNeedsMemoryForItselfAlone() {
    node = new HandlersTarget(Handlers.create(new Limits(() -> 1 << 20, 10_000), new Random(1)));
    IntStream.range(0, 1000).forEach(i -> run("RPUSH", "l", Integer.toString(i * 7919 % 1000)));
    assertThat(run("SORT", "l").toString()).contains("sorting so much would take more than 10000 bytes");
    assertThat(run("SORT", "l", "BY", "x").toString()).contains("sorting so much");
    assertThat(run("SORT", "l", "STORE", "t").toString()).contains("sorting so much");
    assertThat(run("EXISTS", "t")).isEqualTo(Reply.ZERO);
    assertThat(texts("SORT", "l", "LIMIT", "3", "2")).containsExactly("3", "4");
    assertThat(texts("SORT", "l", "BY", "x", "LIMIT", "998", "5")).hasSize(2);
    run("SET", "long", "x".repeat(900));
    run("RPUSH", "few", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
    run("SET", "w", "1");
    IntStream.range(1, 13).forEach(i -> run("SET", "w_" + i, "x".repeat(900)));
    assertThat(run("SORT", "few", "GET", "w_*").toString()).contains("the reply would be longer");
    assertThat(run("SORT", "few", "GET", "w_*", "STORE", "t").toString())
        .contains("the reply would be longer");
    assertThat(run("EXISTS", "t")).isEqualTo(Reply.ZERO);
  }

  @Test
  void whatPatternsNameInOtherSlotsIsRefused() {
    Scripts one = Scripts.ofDefaults();
    node = new HandlersTarget(
        Handlers.create(LIMITS, new Random(1),
            new Scripts(one.cache(), one.runner(), table -> 16_384, one.libraries(),
                one.users())));
    run("RPUSH", "{t}l", "2", "1", "3");
    run("MSET", "{t}w:1", "30", "{t}w:2", "20", "{t}w:3", "10");
    assertThat(texts("SORT", "{t}l", "BY", "{t}w:*", "GET", "#")).containsExactly("3", "2", "1");
    assertThat(texts("SORT", "{t}l", "GET", "{t}w:*")).containsExactly("30", "20", "10");
    assertThat(run("SORT", "{t}l", "BY", "w:*"))
        .isEqualTo(Reply.error("ERR BY option of SORT denied in cluster"
            + " mode when keys formed by the pattern may be in different slots."));
    assertThat(run("SORT", "{t}l", "GET", "{t}w:*", "GET", "w:*", "STORE", "{t}x").toString())
        .contains("GET option of SORT denied");
    assertThat(run("EXISTS", "{t}x")).isEqualTo(Reply.ZERO);
    assertThat(run("SORT", "{t}none", "BY", "w:*", "GET", "x:*")).isEqualTo(Reply.EMPTY_ARRAY);
    run("RPUSH", "tags", "{tags}2", "{tags}1");
    run("MSET", "w:{tags}2", "1", "w:{tags}1", "2");
    assertThat(texts("SORT", "tags", "BY", "w:*")).as("elements may bring the tag")
        .containsExactly("{tags}2", "{tags}1");
  }

  @Test
  void theResultMayTakeThePlaceOfWhatWasSorted() {
    run("SADD", "s", "3", "1", "2");
    run("EXPIRE", "s", "100");
    assertThat(run("SORT", "s", "BY", "x", "DESC", "STORE", "s")).isEqualTo(Reply.of(3));
    assertThat(texts("LRANGE", "s", "0", "-1")).containsExactly("3", "2", "1");
    assertThat(run("TTL", "s")).isEqualTo(Reply.MINUS_ONE);
    assertThat(run("SORT", "s", "LIMIT", "5", "1", "STORE", "s")).isEqualTo(Reply.ZERO);
    assertThat(run("EXISTS", "s")).isEqualTo(Reply.ZERO);
    keys.assertNoOrphans();
  }

  private static String[] call(String[] order, String... options) {
    List<String> call = new ArrayList<>(List.of("SORT", "l"));
    call.addAll(List.of(order));
    call.addAll(List.of(options));
    return call.toArray(String[]::new);
  }

  private List<String> texts(String... call) {
    return ((Reply.Array) run(call)).items().stream().map(item -> ((Reply.Bulk) item).text()).toList();
  }

  private Reply run(String... call) {
    return node.answer(new Call(List.of(call).stream()
        .map(argument -> Bytes.of(argument.getBytes(StandardCharsets.ISO_8859_1))).toList()), keys);
  }
}
