package io.pika.testkit.differential;

import static io.pika.testkit.differential.Grammar.rule;
import static io.pika.testkit.differential.Piece.all;
import static io.pika.testkit.differential.Piece.maybe;
import static io.pika.testkit.differential.Piece.oneOf;
import static io.pika.testkit.differential.Piece.times;
import static io.pika.testkit.differential.Piece.word;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands on the bits of strings. */
public final class BitmapGrammar {
  private BitmapGrammar() {}

  public static Grammar of(Vocabulary words) {
    Piece key = words.key();
    Piece place = words.place();
    Piece unit = maybe(70, oneOf(word("BIT"), word("BYTE"), word("BITS")));
    Piece bit = oneOf("0", "1", "0", "1", "0", "1", "2", "-1", "", "01");
    Piece get = all(word("GET"), type(), fieldOffset());
    Piece overflow = all(word("OVERFLOW"),
        oneOf(word("WRAP"), word("SAT"), word("FAIL"), word("FAIL"), word("SOME")));
    Piece step = oneOf(get, all(word("SET"), type(), fieldOffset(), words.integer()),
        all(word("INCRBY"), type(), fieldOffset(), words.integer()), overflow);
    return new Grammar(List.of(
        rule("BITCOUNT", 3, key),
        rule("BITCOUNT", 4, key, place, place, unit),
        rule("BITFIELD", 6, key, times(0, 5, step)),
        rule("BITFIELD_RO", 3, key, times(0, 3, oneOf(get, get, get, step))),
        rule("BITOP", 5, oneOf(word("AND"), word("OR"), word("XOR"), word("NOT"), word("NAND")), key,
            times(1, 3, key)),
        rule("BITOP", 2, word("NOT"), key, key),
        rule("BITPOS", 3, key, bit),
        rule("BITPOS", 3, key, bit, place),
        rule("BITPOS", 4, key, bit, place, place, unit),
        rule("GETBIT", 3, key, offset()),
        rule("SETBIT", 8, key, offset(), bit)),
        oneOf(key, words.value(), words.integer(), word("BIT"), word("GET"), type()));
  }

  /** Near the start, or at the end of what a string of a mebibyte may have. */
  private static Piece offset() {
    return (dice, call) -> call.add(ascii(switch (dice.below(20)) {
      case 0 ->
        dice.pick(List.of("", "-1", "01", "#1", "1.0", "abc", "9223372036854775807", "9223372036854775808",
            "4294967296", "-9223372036854775808"));
      case 1 -> dice.pick(List.of("8388607", "8388608", "8388600"));
      case 2 -> Integer.toString(dice.below(20_000));
      default -> Integer.toString(dice.below(100));
    }));
  }

  private static Piece fieldOffset() {
    return (dice, call) -> {
      if (dice.percent(70)) {
        offset().add(dice, call);
      } else {
        call.add(ascii("#" + dice.pick(List.of("0", "1", "2", "3", "10", "100", "-1", "", "x", "1048576",
            "8388607", "9223372036854775807", "2305843009213693952"))));
      }
    };
  }

  private static Piece type() {
    return (dice, call) -> call.add(ascii(switch (dice.below(12)) {
      case 0 -> dice.pick(List.of("", "i", "u", "u64", "i65", "i0", "u0", "u-1", "8", "x8", "i08", "I8",
          "i8 ", "u9999999999999"));
      case 1, 2, 3 -> dice.pick(List.of("i64", "u63", "i63", "u62", "i1", "u1"));
      default -> (dice.percent(50) ? "i" : "u") + (1 + dice.below(63));
    }));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
