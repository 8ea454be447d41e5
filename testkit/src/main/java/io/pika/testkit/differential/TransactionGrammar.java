package io.pika.testkit.differential;

import static io.pika.testkit.differential.Grammar.rule;
import static io.pika.testkit.differential.Piece.maybe;
import static io.pika.testkit.differential.Piece.oneOf;
import static io.pika.testkit.differential.Piece.text;
import static io.pika.testkit.differential.Piece.times;
import static io.pika.testkit.differential.Piece.word;

import java.util.List;

/** Transactions around other commands. For targets that have sessions, and keys that lie in one slot. */
public final class TransactionGrammar {
  /**
   * The replies of most are compared by rules of their own, which do not look into the array of an EXEC. SET and RESTORE
   * come back without times that have passed: to make no key of none is a touch in Redis and nothing here.
   */
  private static final String[] NOT_INSIDE = {"KEYS", "OBJECT", "TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME",
      "SET",
      "RESTORE"};

  private TransactionGrammar() {}

  /** The commands of a grammar, with transactions among them. */
  public static Grammar around(Vocabulary words, Grammar commands) {
    Piece key = words.key();
    Grammar transactions = new Grammar(List.of(
        rule("MULTI", 40),
        rule("EXEC", 30),
        rule("DISCARD", 5),
        rule("WATCH", 20, times(1, 3, key)),
        rule("UNWATCH", 5),
        rule("PING", 4, maybe(40, words.value())),
        rule("ECHO", 2, words.value()),
        rule("CLIENT", 2, text("GETNAME")),
        rule("CLIENT", 2, text("SETNAME"), oneOf("one", "two", "a b")),
        // With a time that ends: the number of replicas may be bent to one that there never are.
        rule("WAIT", 1, text("0"), text("1")),
        rule("SET", 15, key, words.value(),
            maybe(30, oneOf(word("NX"), word("XX"), word("GET"), word("KEEPTTL")))),
        rule("SET", 5, key, words.value(), word("EX"), words.secondsFromNow()),
        rule("NOSUCH", 1, key)), words.value());
    return transactions.and(commands.without(NOT_INSIDE));
  }
}
