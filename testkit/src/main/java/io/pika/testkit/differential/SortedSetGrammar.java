package io.pika.testkit.differential;

import static io.pika.testkit.differential.Grammar.rule;
import static io.pika.testkit.differential.Piece.all;
import static io.pika.testkit.differential.Piece.maybe;
import static io.pika.testkit.differential.Piece.oneOf;
import static io.pika.testkit.differential.Piece.oneOfBytes;
import static io.pika.testkit.differential.Piece.options;
import static io.pika.testkit.differential.Piece.text;
import static io.pika.testkit.differential.Piece.times;
import static io.pika.testkit.differential.Piece.word;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands on sorted sets. Those by name have a grammar of their own, in which all scores are the same: else Redis
 * promises nothing of them.
 */
public final class SortedSetGrammar {
  private final Vocabulary words;
  private final Piece key;
  private final Piece member;
  private final Piece score;

  private SortedSetGrammar(Vocabulary words) {
    this.words = words;
    this.key = words.key();
    this.member = oneOf(shortMember(), shortMember(), shortMember(), shortMember(), words.value());
    this.score = score(words);
  }

  /** All but what goes by name. */
  public static Grammar of(Vocabulary words) {
    SortedSetGrammar grammar = new SortedSetGrammar(words);
    List<Grammar.Rule> rules = new ArrayList<>(grammar.members());
    rules.addAll(grammar.ranges());
    rules.addAll(grammar.algebra());
    rules.addAll(grammar.draws());
    return new Grammar(rules, grammar.anything());
  }

  /** What goes by name, on sets whose members have all the same score. */
  public static Grammar byName(Vocabulary words) {
    Piece key = words.key();
    Piece name = name();
    Piece bound = bound(name);
    Piece limit = maybe(30, limit(words));
    return new Grammar(List.of(
        rule("SET", 1, key, text("string")),
        rule("DEL", 1, key),
        rule("ZADD", 14, key, maybe(20, oneOf(word("NX"), word("CH"), word("GT"))),
            times(1, 6, all(text("0"), name))),
        rule("ZLEXCOUNT", 3, key, bound, bound),
        rule("ZRANGE", 3, key, bound, bound, word("BYLEX"),
            options(word("REV"), limit(words), word("WITHSCORES"))),
        rule("ZRANGE", 2, key, words.place(), words.place(), word("WITHSCORES")),
        rule("ZRANGEBYLEX", 3, key, bound, bound, limit),
        rule("ZRANGESTORE", 3, key, key, bound, bound, word("BYLEX"), options(word("REV"), limit(words))),
        rule("ZREM", 2, key, name),
        rule("ZREMRANGEBYLEX", 2, key, bound, bound),
        rule("ZREVRANGEBYLEX", 3, key, bound, bound, limit)), oneOf(name, bound, word("LIMIT"), word("REV")));
  }

  private List<Grammar.Rule> members() {
    Piece pair = all(score, member);
    return List.of(
        rule("ZADD", 16, key, times(1, 8, pair)),
        rule("ZADD", 8, key,
            options(word("NX"), word("XX"), word("GT"), word("LT"), word("CH"), word("INCR")),
            times(1, 3, pair)),
        rule("ZCARD", 2, key),
        rule("ZCOUNT", 4, key, scoreBound(), scoreBound()),
        rule("ZINCRBY", 4, key, score, member),
        rule("ZMPOP", 2, text("1"), key, oneOf(word("MIN"), word("MAX")), count()),
        rule("ZMPOP", 2, text("2"), key, key, oneOf(word("MIN"), word("MAX")), count()),
        rule("ZMPOP", 1, words.place(), times(1, 3, key), oneOf(word("MIN"), word("MAX"), word("COUNT")),
            count()),
        rule("ZMSCORE", 2, key, times(1, 4, member)),
        rule("ZPOPMAX", 2, key, maybe(60, words.place())),
        rule("ZPOPMIN", 2, key, maybe(60, words.place())),
        rule("ZRANK", 3, key, member),
        rule("ZREM", 3, key, times(1, 4, member)),
        rule("ZREVRANK", 3, key, member),
        rule("ZSCORE", 3, key, member));
  }

  private List<Grammar.Rule> ranges() {
    Piece scores = maybe(60, word("WITHSCORES"));
    Piece options = options(word("WITHSCORES"), limit(words));
    return List.of(
        rule("ZRANGE", 4, key, words.place(), words.place(), options(word("REV"), word("WITHSCORES"))),
        rule("ZRANGE", 4, key, scoreBound(), scoreBound(), word("BYSCORE"),
            options(word("REV"), word("WITHSCORES"), limit(words))),
        rule("ZRANGE", 1, key, words.place(), words.place(), limit(words), maybe(50, word("BYSCORE"))),
        rule("ZRANGEBYSCORE", 4, key, scoreBound(), scoreBound(), options),
        rule("ZRANGESTORE", 3, key, key, words.place(), words.place(), options(word("REV"))),
        rule("ZRANGESTORE", 3, key, key, scoreBound(), scoreBound(), word("BYSCORE"),
            options(word("REV"), limit(words))),
        rule("ZRANGESTORE", 1, key, key, scoreBound(), scoreBound(),
            options(word("WITHSCORES"), word("REV"))),
        rule("ZREMRANGEBYRANK", 2, key, words.place(), words.place()),
        rule("ZREMRANGEBYSCORE", 2, key, scoreBound(), scoreBound()),
        rule("ZREVRANGE", 4, key, words.place(), words.place(), scores),
        rule("ZREVRANGEBYSCORE", 4, key, scoreBound(), scoreBound(), options));
  }

  private List<Grammar.Rule> algebra() {
    Piece weights = all(word("WEIGHTS"), times(1, 3, weight()));
    Piece aggregate = all(word("AGGREGATE"), oneOf(word("SUM"), word("MIN"), word("MAX"), word("AVG")));
    Piece scores = word("WITHSCORES");
    Piece sources = sources(weight(), aggregate);
    List<Grammar.Rule> rules = new ArrayList<>();
    rules.add(rule("SADD", 3, key, times(1, 4, member)));
    for (String name : List.of("ZINTER", "ZUNION")) {
      rules.add(rule(name, 4, sources, maybe(70, scores)));
      rules.add(rule(name, 1, words.place(), times(1, 3, key), options(weights, aggregate, scores)));
      rules.add(rule(name + "STORE", 4, key, sources));
      rules.add(
          rule(name + "STORE", 1, key, words.place(), times(1, 3, key), options(weights, aggregate, scores)));
    }
    rules.add(rule("ZDIFF", 4, counted(), maybe(70, scores)));
    rules.add(rule("ZDIFF", 1, words.place(), times(1, 3, key), options(weights, aggregate, scores)));
    rules.add(rule("ZDIFFSTORE", 4, key, counted(), maybe(5, scores)));
    rules.add(rule("ZINTERCARD", 4, counted(), maybe(50, all(word("LIMIT"), words.place()))));
    rules.add(rule("ZINTERCARD", 1, words.place(), times(1, 3, key), options(aggregate, scores)));
    return rules;
  }

  /** As many keys as their count says, each with a weight. */
  private Piece sources(Piece weight, Piece aggregate) {
    return (dice, call) -> {
      int count = 1 + dice.below(4);
      text(Integer.toString(count)).add(dice, call);
      times(count, count, key).add(dice, call);
      maybe(50, all(word("WEIGHTS"), times(count, count, weight))).add(dice, call);
      maybe(50, aggregate).add(dice, call);
    };
  }

  private Piece counted() {
    return (dice, call) -> {
      int count = 1 + dice.below(4);
      text(Integer.toString(count)).add(dice, call);
      times(count, count, key).add(dice, call);
    };
  }

  private Piece weight() {
    return oneOf(oneOf("1", "2", "0", "-1", "0.5", "inf", "-inf", "1e-300", "-0"), score);
  }

  private List<Grammar.Rule> draws() {
    Piece cursor = oneOf("0", "0", "0", "0", "", "x", "-1", "1 ", "18446744073709551615",
        "18446744073709551616");
    Piece pattern = oneOf(oneOf("*", "a*", "?", "[^a]", "", "*b"), member);
    Piece count = oneOf(oneOf("0", "1", "-1", "3", "-3", "100", "4611686018427387904", "-9223372036854775807",
        "-9223372036854775808", "9223372036854775807", "9223372036854775808", "+1", "x"), words.place());
    return List.of(
        rule("ZRANDMEMBER", 2, key),
        rule("ZRANDMEMBER", 3, key, oneOf("0", "1", "-1", "3", "-3", "100", "9223372036854775807"),
            maybe(50, word("WITHSCORES"))),
        rule("ZRANDMEMBER", 2, key, boundedDraws(count),
            maybe(50, oneOf(word("WITHSCORES"), word("NONSENSE")))),
        rule("ZSCAN", 3, key, cursor,
            options(all(word("MATCH"), pattern), all(word("COUNT"), words.place()), word("NOVALUES"))));
  }

  /** Redis would draw as often as it is told to: nothing that takes long. */
  private static Piece boundedDraws(Piece count) {
    return (dice, call) -> {
      List<byte[]> drawn = new ArrayList<>();
      count.add(dice, drawn);
      String text = new String(drawn.getFirst(), StandardCharsets.ISO_8859_1);
      boolean endless = text.startsWith("-") && text.length() > 4 && !text.equals("-9223372036854775808");
      call.add(endless ? ascii("-7") : drawn.getFirst());
    };
  }

  private Piece anything() {
    List<Piece> pieces = new ArrayList<>(List.of(key, member, score, scoreBound(), words.place()));
    for (String option : List.of("NX", "XX", "CH", "GT", "LT", "INCR", "REV", "BYSCORE", "LIMIT",
        "WITHSCORES",
        "COUNT", "MIN", "MAX")) {
      pieces.add(word(option));
    }
    return oneOf(pieces.toArray(Piece[]::new));
  }

  /** Few, so that commands meet them again. */
  static Piece shortMember() {
    return oneOfBytes(
        List.of(ascii("a"), ascii("b"), ascii("c"), ascii("ab"), ascii("aa"), ascii("1"), ascii("-1"),
            ascii("0"), new byte[0], new byte[]{0}, new byte[]{(byte) 0xff}, new byte[]{'a', 0},
            new byte[]{'a', (byte) 0xff}, ascii("a\r\nb"), ascii("member")));
  }

  /** No number, lest one be taken for a score by mistake. */
  private static Piece name() {
    return oneOfBytes(List.of(ascii("a"), ascii("b"), ascii("c"), ascii("ab"), ascii("aa"), ascii("abc"),
        ascii("A"),
        ascii("x".repeat(70)), new byte[0], new byte[]{0}, new byte[]{(byte) 0xff}, new byte[]{'a', 0},
        new byte[]{'a', (byte) 0xff}, ascii("a\r\nb"), ascii("member"), ascii("[a"), ascii("-"), ascii("+")));
  }

  private static Piece score(Vocabulary words) {
    Piece few = oneOf("0", "1", "1", "2", "2", "3", "-1", "1.5", "2.5", "inf", "-inf", "-0", "1e300", "0.1");
    return oneOf(few, few, few, few, words.number());
  }

  private Piece scoreBound() {
    return (dice, call) -> {
      List<byte[]> bound = new ArrayList<>();
      score.add(dice, bound);
      if (dice.percent(30)) {
        call.add(joined("(", bound.getFirst()));
      } else if (dice.percent(20)) {
        oneOf("-inf", "+inf", "(-inf", "(+inf", "(", "", " 1", "1 ", "1\0x", "(1\0", "nan", "(nan", "1e999",
            "-1e999",
            "1e-999", "0x2", "\t(1", "((1").add(dice, call);
      } else {
        call.add(bound.getFirst());
      }
    };
  }

  private static Piece bound(Piece name) {
    return (dice, call) -> {
      List<byte[]> bound = new ArrayList<>();
      name.add(dice, bound);
      switch (dice.below(8)) {
        case 0, 1 -> oneOf("-", "+").add(dice, call);
        case 2 -> oneOf("", "-x", "+x", "-\0x", "+\0x", "[", "(", "x", "*").add(dice, call);
        case 3, 4 -> call.add(joined("(", bound.getFirst()));
        default -> call.add(joined("[", bound.getFirst()));
      }
    };
  }

  private Piece count() {
    return maybe(50, all(word("COUNT"), words.place()));
  }

  private static Piece limit(Vocabulary words) {
    return all(word("LIMIT"), words.place(), words.place());
  }

  private static byte[] joined(String head, byte[] tail) {
    byte[] whole = new byte[head.length() + tail.length];
    System.arraycopy(ascii(head), 0, whole, 0, head.length());
    System.arraycopy(tail, 0, whole, head.length(), tail.length);
    return whole;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
