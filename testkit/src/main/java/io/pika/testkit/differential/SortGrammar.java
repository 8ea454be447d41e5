package io.pika.testkit.differential;

import static io.pika.testkit.differential.Grammar.rule;
import static io.pika.testkit.differential.Piece.all;
import static io.pika.testkit.differential.Piece.maybe;
import static io.pika.testkit.differential.Piece.oneOf;
import static io.pika.testkit.differential.Piece.text;
import static io.pika.testkit.differential.Piece.times;
import static io.pika.testkit.differential.Piece.word;

import java.util.List;

/** The grammar of SORT and SORT_RO, with what fills the keys that they sort and those that their patterns name. */
public final class SortGrammar {
  private SortGrammar() {}

  public static Grammar of(Vocabulary words) {
    Piece key = words.key();
    Piece element = element(words);
    Piece options = times(0, 5, oneOf(by(words), get(words), get(words), word("ALPHA"), word("ALPHA"),
        word("DESC"), word("DESC"), word("ASC"), all(word("LIMIT"), words.place(), words.place())));
    return new Grammar(List.of(
        rule("HSET", 6, key, times(1, 3, all(field(), element))),
        rule("LPUSH", 4, key, times(1, 6, element)),
        rule("LRANGE", 10, key, text("0"), text("-1")),
        rule("RPUSH", 14, key, times(1, 12, element)),
        rule("SADD", 6, key, times(1, 8, element)),
        rule("SET", 10, key, element),
        rule("SORT", 10, key, maybe(40, word("ALPHA"))),
        rule("SORT", 30, key, options),
        rule("SORT", 14, key, options, word("STORE"), key, maybe(30, options)),
        rule("SORT_RO", 12, key, options, maybe(4, all(word("STORE"), key))),
        rule("ZADD", 6, key, times(1, 6, all(oneOf("1", "2", "3", "-1", "1.5"), element)))), anything(words));
  }

  /** Numbers mostly, and names of which patterns make keys. */
  private static Piece element(Vocabulary words) {
    Piece number = oneOf("1", "2", "3", "10", "-1", "0", "1.5", "-7", "100", "33");
    Piece name = oneOf("a", "b", "1", "");
    return oneOf(number, number, number, number, name, name, words.number(), words.value());
  }

  private static Piece field() {
    return oneOf("f", "g", "", "->", "a->b");
  }

  private static Piece by(Vocabulary words) {
    return all(word("BY"), oneOf(pattern(words), pattern(words), oneOf("nosort", "", "#", "x->f")));
  }

  private static Piece get(Vocabulary words) {
    return all(word("GET"), oneOf(text("#"), pattern(words), pattern(words), oneOf("a", "", "##", "#*")));
  }

  private static Piece pattern(Vocabulary words) {
    List<String> patterns = List.of("*", "*", "key:*", "*->f", "*->g", "key:*->f", "*->", "*->->", "*->a->b",
        "**", "->*", "k\0*", "*\0->f", "*->f\0g", "*-", "*:1");
    return (dice, call) -> text(words.tag() + dice.pick(patterns)).add(dice, call);
  }

  private static Piece anything(Vocabulary words) {
    return oneOf(words.key(), words.value(), words.integer(), words.place(), word("BY"), word("GET"),
        word("LIMIT"), word("STORE"), word("ALPHA"), word("NX"));
  }
}
