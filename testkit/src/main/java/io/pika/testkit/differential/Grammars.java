package io.pika.testkit.differential;

import static io.pika.testkit.differential.Grammar.rule;
import static io.pika.testkit.differential.Piece.all;
import static io.pika.testkit.differential.Piece.maybe;
import static io.pika.testkit.differential.Piece.oneOf;
import static io.pika.testkit.differential.Piece.options;
import static io.pika.testkit.differential.Piece.times;
import static io.pika.testkit.differential.Piece.word;

import java.util.ArrayList;
import java.util.List;

/** The grammars of Redis' commands, a data type each. */
public final class Grammars {
  private Grammars() {}

  /** Commands on strings. */
  public static Grammar strings(Vocabulary words) {
    Piece key = words.key();
    Piece value = words.value();
    Piece integer = words.integer();
    Piece expiry = oneOf(all(word("EX"), words.secondsFromNow()), all(word("PX"), words.millisFromNow()),
        all(word("EXAT"), words.unixSeconds()), all(word("PXAT"), words.unixMillis()));
    return new Grammar(List.of(
        rule("APPEND", 3, key, value),
        rule("DECR", 2, key),
        rule("DECRBY", 2, key, integer),
        rule("GET", 6, key),
        rule("GETDEL", 2, key),
        rule("GETEX", 4, key,
            maybe(70, oneOf(expiry, expiry, word("PERSIST"), options(expiry, word("PERSIST"))))),
        rule("GETRANGE", 3, key, words.place(), words.place()),
        rule("GETSET", 2, key, value),
        rule("INCR", 3, key),
        rule("INCRBY", 3, key, integer),
        rule("INCRBYFLOAT", 5, key, words.number()),
        rule("LCS", 4, key, key, options(word("LEN"), word("IDX"), all(word("MINMATCHLEN"), words.place()),
            word("WITHMATCHLEN"))),
        rule("MGET", 2, times(1, 4, key)),
        rule("MSET", 2, times(1, 4, all(key, value))),
        rule("MSETNX", 2, times(1, 3, all(key, value))),
        rule("PSETEX", 2, key, words.millisFromNow(), value),
        rule("SET", 8, key, value),
        rule("SET", 10, key, value,
            options(word("NX"), word("XX"), word("GET"), word("KEEPTTL"), expiry, expiry)),
        rule("SETEX", 2, key, words.secondsFromNow(), value),
        rule("SETNX", 2, key, value),
        rule("SETRANGE", 3, key, words.place(), value),
        rule("STRLEN", 2, key),
        rule("SUBSTR", 1, key, words.place(), words.place())), anything(words));
  }

  /**
   * Commands on keys of any type.
   *
   * @param payloads what DUMP gave on the system that is the judge
   */
  public static Grammar keys(Vocabulary words, List<byte[]> payloads) {
    Piece key = words.key();
    Piece conditions = maybe(40, options(word("NX"), word("XX"), word("GT"), word("LT")));
    return new Grammar(List.of(
        rule("COPY", 3, key, key, maybe(50, word("REPLACE"))),
        rule("DEL", 2, times(1, 3, key)),
        rule("DUMP", 4, key),
        rule("EXISTS", 2, times(1, 4, key)),
        rule("EXPIRE", 4, key, words.secondsFromNow(), conditions),
        rule("EXPIREAT", 4, key, words.unixSeconds(), conditions),
        rule("EXPIRETIME", 2, key),
        rule("KEYS", 1, pattern(words)),
        rule("OBJECT", 3, oneOf(word("ENCODING"), word("REFCOUNT"), word("FREQ"), word("IDLETIME")), key),
        rule("OBJECT", 1, oneOf(word("HELP"), word("NONSENSE"), word("ENCODING"))),
        rule("PERSIST", 2, key),
        rule("PEXPIRE", 4, key, words.millisFromNow(), conditions),
        rule("PEXPIREAT", 4, key, words.unixMillis(), conditions),
        rule("PEXPIRETIME", 2, key),
        rule("PTTL", 2, key),
        rule("RENAME", 2, key, key),
        rule("RENAMENX", 2, key, key),
        rule("RESTORE", 5, key, words.millisFromNow(), payload(payloads),
            maybe(50, options(word("REPLACE"), all(word("IDLETIME"), words.integer()),
                all(word("FREQ"), words.place())))),
        rule("RESTORE", 2, key, words.unixMillis(), payload(payloads), word("ABSTTL"),
            maybe(50, word("REPLACE"))),
        rule("TOUCH", 1, times(1, 3, key)),
        rule("TTL", 2, key),
        rule("TYPE", 2, key),
        rule("UNLINK", 1, times(1, 3, key))), anything(words));
  }

  private static Piece payload(List<byte[]> payloads) {
    return (dice, call) -> {
      byte[] payload = dice.pick(payloads).clone();
      if (payload.length > 0 && dice.percent(15)) {
        payload[dice.below(payload.length)] ^= (byte) (1 << dice.below(8));
      }
      call.add(payload);
    };
  }

  /** Patterns near the keys. */
  private static Piece pattern(Vocabulary words) {
    return oneOf(words.key(),
        oneOf("*", "**", "?", "a*", "*1", "[ab]", "[^a]", "[a-c]*", "key:?", "k*k", "\\a", "[", "[a",
            "*[0-9]", "", "?*", "*\\", "{t}*", "*[^]"));
  }

  private static Piece anything(Vocabulary words) {
    List<Piece> pieces = new ArrayList<>(
        List.of(words.key(), words.value(), words.integer(), words.number()));
    for (String option : List.of("NX", "XX", "GET", "KEEPTTL", "PERSIST", "REPLACE", "LEN", "IDX", "GT", "EX",
        "PXAT")) {
      pieces.add(word(option));
    }
    return oneOf(pieces.toArray(Piece[]::new));
  }
}
