package io.pika.testkit.differential;

import static io.pika.testkit.differential.Grammar.rule;
import static io.pika.testkit.differential.Piece.all;
import static io.pika.testkit.differential.Piece.maybe;
import static io.pika.testkit.differential.Piece.oneOf;
import static io.pika.testkit.differential.Piece.options;
import static io.pika.testkit.differential.Piece.times;
import static io.pika.testkit.differential.Piece.word;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands on streams. Ids are few and near each other, so that commands meet; times are far from each other, so that
 * none passes while a program runs. Entries are small, for Redis' rough trimming depends on their size. Nothing blocks:
 * the judge would wait.
 */
public final class StreamGrammar {
  private static final List<String> BROKEN_IDS = List.of("", "-", "+", "abc", "1-", "-1", "1-1-1", "1--3",
      "1--03",
      " 5", "+5", "05-01", "5-*", "*", "5-* ", "1-+2", "(", "((1", "(-", "(+", "18446744073709551616", "1-x",
      "1.5",
      "0-0", "0", "0-*", "$", ">", "(0-0", "(18446744073709551615-18446744073709551615",
      "18446744073709551615-18446744073709551615", "18446744073709551615-*", "18446744073709551614-5",
      "18446744073709551615", "9223372036854775808-9223372036854775808", "5-1\0x");
  private static final List<String> BROKEN_NUMBERS = List.of("", "abc", "1.5", "9223372036854775808", " 1",
      "01");
  private static final List<String> IDLE_MS = List.of("0", "10000", "30000", "100000", "-5",
      "9223372036854775807",
      "-9223372036854775808");
  private static final List<String> LEAST_IDLE_MS = List.of("0", "0", "0", "-1", "20000", "50000",
      "1000000000000",
      "9223372036854775807");

  private StreamGrammar() {}

  public static Grammar of(Vocabulary words) {
    List<Grammar.Rule> rules = new ArrayList<>();
    rules.addAll(entries(words));
    rules.addAll(groups(words));
    rules.addAll(insides(words));
    return new Grammar(rules, oneOf(words.key(), id(), id(), group(), text(), numbers(BROKEN_NUMBERS),
        oneOf(word("COUNT"), word("MAXLEN"), word("NOACK"), word("STREAMS"), word("GROUP"), word("MKSTREAM"),
            word("JUSTID"), word("FULL"), word("IDLE"), word("LIMIT"))));
  }

  private static List<Grammar.Rule> entries(Vocabulary words) {
    Piece key = words.mostlyOneKey();
    Piece fields = times(1, 2, all(text(), text()));
    Piece count = maybe(60, all(word("COUNT"), count()));
    return List.of(
        rule("XADD", 12, key, id(), fields),
        rule("XADD", 12, key, growing(), fields),
        rule("XADD", 5, key, options(word("NOMKSTREAM"), bound(), bound()), growing(), fields),
        rule("XADD", 2, key, oneOf("*"), fields),
        rule("XDEL", 5, key, times(1, 3, id())),
        rule("XLEN", 2, key),
        rule("XRANGE", 5, key, end(), end(), count),
        rule("XREVRANGE", 4, key, end(), end(), count),
        rule("XREAD", 5, count, word("STREAMS"), key, idOr("$")),
        rule("XREAD", 2, count, word("STREAMS"), key, key, id(), idOr("$")),
        rule("XSETID", 3, key, id(),
            options(all(word("ENTRIESADDED"), count()), all(word("MAXDELETEDID"), id()))),
        rule("XTRIM", 6, key, bound(), maybe(10, bound())));
  }

  private static List<Grammar.Rule> groups(Vocabulary words) {
    Piece key = words.mostlyOneKey();
    Piece reader = all(word("GROUP"), group(), consumer());
    Piece options = options(all(word("COUNT"), count()), word("NOACK"));
    Piece entriesRead = maybe(15, all(word("ENTRIESREAD"), count()));
    Piece claims = options(word("FORCE"), word("JUSTID"), all(word("RETRYCOUNT"), count()),
        all(word("LASTID"), id()),
        all(word("IDLE"), numbers(IDLE_MS)), all(word("TIME"), time()));
    return List.of(
        rule("XGROUP", 9, word("CREATE"), key, group(), idOr("$"), maybe(70, word("MKSTREAM")), entriesRead),
        rule("XGROUP", 2, word("SETID"), key, group(), idOr("$"), entriesRead),
        rule("XGROUP", 1, word("DESTROY"), key, group()),
        rule("XGROUP", 2, word("CREATECONSUMER"), key, group(), consumer()),
        rule("XGROUP", 2, word("DELCONSUMER"), key, group(), consumer()),
        rule("XGROUP", 1, oneOf(word("HELP"), word("NONSENSE"), word("CREATE"))),
        rule("XREADGROUP", 14, reader, options, word("STREAMS"), key, oneOf(oneOf(">"), oneOf(">"), id())),
        rule("XREADGROUP", 2, reader, options, word("STREAMS"), key, key, idOr(">"), idOr(">")),
        rule("XACK", 5, key, group(), times(1, 3, id())),
        rule("XPENDING", 4, key, group()),
        rule("XPENDING", 5, key, group(), maybe(25, all(word("IDLE"), numbers(LEAST_IDLE_MS))), end(), end(),
            count(),
            maybe(40, consumer()), maybe(3, consumer())),
        rule("XCLAIM", 8, key, group(), consumer(), numbers(LEAST_IDLE_MS), times(1, 3, id()), claims),
        rule("XAUTOCLAIM", 6, key, group(), consumer(), numbers(LEAST_IDLE_MS), end(),
            options(all(word("COUNT"), count()), word("JUSTID"))));
  }

  private static List<Grammar.Rule> insides(Vocabulary words) {
    Piece key = words.mostlyOneKey();
    return List.of(
        rule("XINFO", 4, word("STREAM"), key),
        rule("XINFO", 3, word("STREAM"), key, word("FULL"), maybe(50, all(word("COUNT"), count()))),
        rule("XINFO", 5, word("GROUPS"), key),
        rule("XINFO", 3, word("CONSUMERS"), key, group()),
        rule("XINFO", 1, oneOf(word("HELP"), word("NONSENSE"), word("STREAM"))));
  }

  /** Rough ones are such as leave no doubt about what goes. */
  private static Piece bound() {
    Piece exact = maybe(50, oneOf("="));
    Piece all = oneOf("0", "18446744073709551615-18446744073709551615");
    Piece limit = all(word("LIMIT"), count());
    return oneOf(all(word("MAXLEN"), exact, count()), all(word("MINID"), exact, id()),
        all(oneOf(all(word("MAXLEN"), oneOf("~"), count()), all(word("MINID"), oneOf("~"), all)),
            maybe(30, limit)),
        all(oneOf(all(word("MAXLEN"), exact, count()), all(word("MINID"), exact, id())), maybe(10, limit)));
  }

  /** Mostly within twelve milliseconds. */
  private static Piece id() {
    return (dice, call) -> call.add(bytes(switch (dice.below(12)) {
      case 0 -> dice.pick(BROKEN_IDS);
      case 1, 2 -> Integer.toString(1 + dice.below(12));
      default -> (1 + dice.below(12)) + "-" + dice.below(4);
    }));
  }

  /** Greater with every call of a program, so that entries come together. */
  private static Piece growing() {
    return (dice, call) -> call.add(bytes(switch (dice.below(8)) {
      case 0 -> (1 + dice.below(12)) + "-*";
      default -> (1 + dice.below(4)) + "-" + dice.below(4);
    }));
  }

  private static Piece idOr(String sign) {
    return oneOf(id(), oneOf(sign), oneOf("0"));
  }

  private static Piece end() {
    return (dice, call) -> {
      List<byte[]> id = new ArrayList<>();
      id().add(dice, id);
      call.add(switch (dice.below(8)) {
        case 0, 1 -> bytes("-");
        case 2, 3 -> bytes("+");
        case 4 -> bytes("(" + new String(id.getFirst(), StandardCharsets.ISO_8859_1));
        default -> id.getFirst();
      });
    };
  }

  private static Piece count() {
    return (dice, call) -> call.add(bytes(switch (dice.below(14)) {
      case 0 -> dice.pick(BROKEN_NUMBERS);
      case 1 -> dice.pick(List.of("9223372036854775807", "-9223372036854775808", "-1", "-7"));
      default -> Integer.toString(dice.below(6));
    }));
  }

  private static Piece numbers(List<String> numbers) {
    return (dice, call) -> call.add(bytes(dice.percent(4) ? dice.pick(BROKEN_NUMBERS) : dice.pick(numbers)));
  }

  private static Piece time() {
    return numbers(
        List.of("0", "1000", "1600000000000", "99999999999999", "-1", "-7", "9223372036854775807"));
  }

  private static Piece group() {
    return oneOf("g", "g", "g", "group 2", "", "a\r\nb\0c");
  }

  private static Piece consumer() {
    return oneOf("alice", "alice", "bob", "", "c\0\u00ff\r\n");
  }

  private static Piece text() {
    return oneOf("", "a", "f", "field", "value", "0", "-12", "32768", "a\r\nb", "some longer text");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
