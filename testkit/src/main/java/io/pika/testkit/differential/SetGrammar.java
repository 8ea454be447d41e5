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
import java.util.List;

/** The grammar of Redis' set commands. */
public final class SetGrammar {
  private SetGrammar() {}

  public static Grammar of(Vocabulary words) {
    Piece key = words.key();
    Piece member = member(words);
    Piece sources = times(1, 4, key);
    Piece limit = all(word("LIMIT"), oneOf("0", "1", "2", "100", "-1", "x", "9223372036854775807"));
    return new Grammar(List.of(
        rule("SADD", 18, key, times(1, 8, member)),
        rule("SADD", 1, key, SetGrammar::manyMembers),
        rule("SCARD", 3, key),
        rule("SDIFF", 4, sources),
        rule("SDIFFSTORE", 4, key, sources),
        rule("SINTER", 4, sources),
        rule("SINTERCARD", 2, text("1"), key, options(limit)),
        rule("SINTERCARD", 3, text("2"), key, key, options(limit, limit)),
        rule("SINTERCARD", 2, oneOf("0", "-1", "3", "x", "", "9223372036854775807", "2"), sources,
            options(limit, word("LIMIT"))),
        rule("SINTERSTORE", 4, key, sources),
        rule("SISMEMBER", 3, key, member),
        rule("SMEMBERS", 6, key),
        rule("SMISMEMBER", 3, key, times(1, 4, member)),
        rule("SMOVE", 5, key, key, member),
        rule("SPOP", 2, key,
            maybe(80, oneOf("100", "1000000", "0", "1", "-1", "x", "", "9223372036854775807",
                "9223372036854775808"))),
        rule("SRANDMEMBER", 4, key, maybe(80, HashGrammar.count())),
        rule("SREM", 5, key, times(1, 6, member)),
        rule("SSCAN", 5, key, HashGrammar.cursor(), HashGrammar.scanOptions()),
        rule("SUNION", 4, sources),
        rule("SUNIONSTORE", 4, key, sources)), anything(words));
  }

  /** Few, so that they are met again; now and then any text. */
  private static Piece member(Vocabulary words) {
    Piece few = oneOf("a", "b", "ab", "1", "2", "3", "-3", "01", "");
    return oneOf(few, few, few, few, few, words.value());
  }

  /** So many that they come in more than one page. */
  private static void manyMembers(Dice dice, List<byte[]> call) {
    int first = dice.below(1000);
    String prefix = dice.percent(50) ? "" : "member:";
    for (int i = first; i < first + 150; i++) {
      call.add((prefix + i).getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static Piece anything(Vocabulary words) {
    return oneOf(words.key(), words.value(), HashGrammar.count(), word("LIMIT"), word("MATCH"),
        word("COUNT"));
  }
}
