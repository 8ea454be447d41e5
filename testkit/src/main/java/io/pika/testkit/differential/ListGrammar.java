package io.pika.testkit.differential;

import static io.pika.testkit.differential.Grammar.rule;
import static io.pika.testkit.differential.Piece.all;
import static io.pika.testkit.differential.Piece.maybe;
import static io.pika.testkit.differential.Piece.oneOf;
import static io.pika.testkit.differential.Piece.options;
import static io.pika.testkit.differential.Piece.text;
import static io.pika.testkit.differential.Piece.times;
import static io.pika.testkit.differential.Piece.word;

import java.util.List;

/** The grammar of the list commands that do not wait. */
public final class ListGrammar {
  private ListGrammar() {}

  public static Grammar of(Vocabulary words) {
    Piece key = words.key();
    Piece value = value(words);
    Piece place = words.place();
    Piece end = oneOf(word("LEFT"), word("RIGHT"), word("LEFT"), word("RIGHT"), word("LEFT"), word("BEFORE"));
    return new Grammar(List.of(
        rule("LINDEX", 4, key, place),
        rule("LINSERT", 10, key, oneOf(word("BEFORE"), word("AFTER"), word("AFTER"), end), value, value),
        rule("LLEN", 3, key),
        rule("LMOVE", 6, key, key, end, end),
        rule("LMPOP", 4, oneOf(all(text("1"), key), all(text("2"), key, key), all(text("3"), key, key, key),
            all(place, key)), end, maybe(50, all(word("COUNT"), place))),
        rule("LPOP", 4, key, maybe(50, place)),
        rule("LPOS", 8, key, value, options(all(word("RANK"), place), all(word("COUNT"), place),
            all(word("MAXLEN"), place))),
        rule("LPUSH", 10, key, times(1, 6, value)),
        rule("LPUSHX", 2, key, times(1, 3, value)),
        rule("LRANGE", 8, key, text("0"), text("-1")),
        rule("LRANGE", 8, key, place, place),
        rule("LREM", 8, key, place, value),
        rule("LSET", 6, key, place, value),
        rule("LTRIM", 4, key, place, place),
        rule("RPOP", 4, key, maybe(50, place)),
        rule("RPOPLPUSH", 4, key, key),
        rule("RPUSH", 10, key, times(1, 12, value)),
        rule("RPUSHX", 2, key, times(1, 3, value))), anything(words));
  }

  /** Mostly of few, so that they are found again. */
  private static Piece value(Vocabulary words) {
    Piece few = oneOf("a", "b", "c", "1", "");
    return oneOf(few, few, few, few, words.value());
  }

  private static Piece anything(Vocabulary words) {
    return oneOf(words.key(), words.value(), words.integer(), words.place(), word("LEFT"), word("RIGHT"),
        word("COUNT"), word("BEFORE"), word("RANK"), word("MAXLEN"));
  }
}
