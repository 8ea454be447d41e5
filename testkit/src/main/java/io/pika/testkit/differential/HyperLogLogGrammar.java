package io.pika.testkit.differential;

import static io.pika.testkit.differential.Grammar.rule;
import static io.pika.testkit.differential.Piece.all;
import static io.pika.testkit.differential.Piece.oneOf;
import static io.pika.testkit.differential.Piece.times;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands on HyperLogLogs, in between GET and DUMP, for the value's bytes are Redis'. Some programs damage it. */
public final class HyperLogLogGrammar {
  private HyperLogLogGrammar() {}

  public static Grammar of(Vocabulary words) {
    Piece key = words.key();
    Piece value = words.value();
    return new Grammar(List.of(
        rule("PFADD", 8, key, times(0, 5, value)),
        rule("PFADD", 6, key, times(1, 400, HyperLogLogGrammar::number)),
        rule("PFADD", 1, key, times(1000, 3000, HyperLogLogGrammar::number)),
        rule("PFCOUNT", 6, key),
        rule("PFCOUNT", 3, times(2, 4, key)),
        rule("PFMERGE", 5, key, times(0, 3, key)),
        rule("GET", 8, key),
        rule("DUMP", 2, key),
        rule("SETRANGE", 1, key, offset(), value),
        rule("SETRANGE", 1, key, offset(), HyperLogLogGrammar::someByte),
        rule("SET", 1, key,
            all(oneOf("HYLL", "HYLL\1\0\0\0\0\0\0\0\0\0\0\0\177\377", "HYLL\1\0\0\0\0\0\0\0\0\0\0\0\200",
                "HYLL\2\0\0\0\0\0\0\0\0\0\0\0\177"))),
        rule("APPEND", 1, key, HyperLogLogGrammar::someByte),
        rule("DEL", 1, key)), oneOf(key, value));
  }

  private static Piece offset() {
    return oneOf("0", "1", "4", "5", "8", "15", "16", "17", "18", "19", "20", "22", "30", "100", "12000");
  }

  private static void number(Dice dice, List<byte[]> call) {
    call.add(Integer.toString(dice.below(1_000_000)).getBytes(StandardCharsets.US_ASCII));
  }

  private static void someByte(Dice dice, List<byte[]> call) {
    call.add(dice.bytes(1 + dice.below(2)));
  }
}
