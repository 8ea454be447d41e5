package io.pika.testkit.differential;

import static io.pika.testkit.differential.Grammar.rule;
import static io.pika.testkit.differential.Piece.all;
import static io.pika.testkit.differential.Piece.maybe;
import static io.pika.testkit.differential.Piece.oneOf;
import static io.pika.testkit.differential.Piece.options;
import static io.pika.testkit.differential.Piece.text;
import static io.pika.testkit.differential.Piece.times;
import static io.pika.testkit.differential.Piece.word;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The grammar of Redis' hash commands. */
public final class HashGrammar {
  private HashGrammar() {}

  public static Grammar of(Vocabulary words) {
    Piece key = words.key();
    Piece field = field(words);
    Piece value = words.value();
    Piece pair = all(field, value);
    List<Grammar.Rule> rules = new ArrayList<>(List.of(
        rule("HDEL", 4, key, times(1, 5, field)),
        rule("HEXISTS", 2, key, field),
        rule("HGET", 3, key, field),
        rule("HGETALL", 5, key),
        rule("HINCRBY", 5, key, field, words.integer()),
        rule("HINCRBYFLOAT", 5, key, field, words.number()),
        rule("HKEYS", 2, key),
        rule("HLEN", 3, key),
        rule("HMGET", 3, key, times(1, 4, field)),
        rule("HMSET", 3, key, times(1, 4, pair)),
        rule("HRANDFIELD", 5, key, maybe(80, all(count(), maybe(50, word("WITHVALUES"))))),
        rule("HSET", 12, key, times(1, 6, pair)),
        rule("HSET", 1, key, HashGrammar::manyPairs),
        rule("HSETNX", 3, key, field, value),
        rule("HSTRLEN", 2, key, field),
        rule("HVALS", 2, key)));
    rules.add(rule("HSCAN", 5, key, cursor(), scanOptions()));
    return new Grammar(rules, anything(words));
  }

  /** Few, so that they are met again; now and then any text. */
  private static Piece field(Vocabulary words) {
    Piece few = oneOf("a", "b", "ab", "f1", "f2", "5", "-3", "");
    return oneOf(few, few, few, few, few, words.value());
  }

  /** So many that they come in more than one page. */
  private static void manyPairs(Dice dice, List<byte[]> call) {
    int first = dice.below(1000);
    for (int i = first; i < first + 150; i++) {
      call.add(("field:" + i).getBytes(StandardCharsets.US_ASCII));
      call.add(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** How many to draw. Never far below zero: Redis would make as many, without end. */
  static Piece count() {
    Piece good = oneOf("0", "1", "2", "3", "7", "100", "-1", "-2", "-3", "-30");
    return oneOf(good, good, good, oneOf("9223372036854775807", "4611686018427387903", "4611686018427387904",
        "-9223372036854775808", "9223372036854775808", "x", "", "1.0", "+1", "01", " 1"));
  }

  static Piece cursor() {
    return oneOf(text("0"), text("0"), text("0"),
        oneOf("1", "17", "4294967295", "4294967296", "", "-1", "+1", "-", "x", " 1", "1 ", "0x1", "1.0",
            "9223372036854775807", "18446744073709551615", "18446744073709551616", "1\0x", "00"));
  }

  static Piece scanOptions() {
    return options(all(word("COUNT"), oneOf("1", "3", "10", "1000", "0", "-1", "x", "9223372036854775807")),
        all(word("MATCH"), oneOf("*", "a*", "?", "[ab]", "*:1*", "", "x", "[^a]*", "\\a")),
        all(word("MATCH"), oneOf("*b", "*5*", "*")), word("NOVALUES"), all(word("TYPE"), text("hash")));
  }

  private static Piece anything(Vocabulary words) {
    return oneOf(words.key(), words.value(), count(), word("WITHVALUES"), word("MATCH"), word("COUNT"));
  }
}
