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
import java.util.Locale;

/** Commands on places: in a crowd, all over the world, on its edges and beyond. */
public final class GeoGrammar {
  private final Vocabulary words;
  private final Piece key;
  private final Piece member = SortedSetGrammar.shortMember();
  private final Piece unit = oneOf(word("M"), word("KM"), word("KM"), word("FT"), word("MI"), text("yd"));
  private final Piece length;
  private final Piece place = GeoGrammar::place;

  private GeoGrammar(Vocabulary words) {
    this.words = words;
    this.key = words.key();
    Piece few = oneOf("0", "1", "10", "100", "200.5", "1000", "5000", "12000", "20038", "50000");
    this.length = oneOf(few, few, few, oneOf("-1", "inf", "nan", "x", "", "1e300"), words.number());
  }

  public static Grammar of(Vocabulary words) {
    GeoGrammar grammar = new GeoGrammar(words);
    List<Grammar.Rule> rules = new ArrayList<>(grammar.places());
    rules.addAll(grammar.searches());
    return new Grammar(rules, grammar.anything());
  }

  private List<Grammar.Rule> places() {
    Piece added = all(place, member);
    return List.of(
        rule("GEOADD", 24, key, times(1, 6, added)),
        rule("GEOADD", 4, key, options(word("NX"), word("XX"), word("CH")), times(1, 3, added)),
        rule("GEODIST", 4, key, member, member, maybe(60, unit)),
        rule("GEOHASH", 3, key, times(0, 4, member)),
        rule("GEOPOS", 4, key, times(0, 4, member)),
        rule("ZADD", 1, key,
            oneOf(oneOf("0", "-1", "1.5", "4503599627370496", "1e300", "inf"), words.number()),
            member),
        rule("ZRANGE", 3, key, text("0"), text("-1"), word("WITHSCORES")),
        rule("SET", 1, key, text("string")),
        rule("DEL", 1, key));
  }

  private List<Grammar.Rule> searches() {
    Piece from = oneOf(all(word("FROMMEMBER"), member), all(word("FROMLONLAT"), place));
    Piece within = oneOf(all(word("BYRADIUS"), length, unit), all(word("BYBOX"), length, length, unit));
    Piece limit = all(word("COUNT"), oneOf("1", "2", "3", "100", "0", "-1", "x"), maybe(30, word("ANY")));
    Piece order = oneOf(word("ASC"), word("DESC"));
    Piece shown = options(word("WITHDIST"), word("WITHHASH"), word("WITHCOORD"), limit, order);
    Piece target = oneOf(all(word("STORE"), key), all(word("STOREDIST"), key));
    Piece stored = maybe(25, all(options(limit, order), target));
    return List.of(
        rule("GEORADIUS", 4, key, place, length, unit, shown),
        rule("GEORADIUS", 3, key, place, length, unit, stored),
        rule("GEORADIUS_RO", 3, key, place, length, unit, oneOf(shown, stored)),
        rule("GEORADIUSBYMEMBER", 4, key, member, length, unit, shown),
        rule("GEORADIUSBYMEMBER", 3, key, member, length, unit, stored),
        rule("GEORADIUSBYMEMBER_RO", 3, key, member, length, unit, oneOf(shown, stored)),
        rule("GEOSEARCH", 10, key, from, within, shown),
        rule("GEOSEARCH", 2, key, options(from, from, within, within, limit, order)),
        rule("GEOSEARCHSTORE", 4, key, key, from, within, options(limit, order, word("STOREDIST"))),
        rule("GEOSEARCHSTORE", 1, key, key, from, within, shown));
  }

  private Piece anything() {
    List<Piece> pieces = new ArrayList<>(List.of(key, member, place, length, unit, words.number()));
    for (String option : List.of("NX", "XX", "CH", "ASC", "DESC", "COUNT", "ANY", "STORE", "STOREDIST",
        "WITHDIST",
        "WITHHASH", "WITHCOORD", "FROMMEMBER", "FROMLONLAT", "BYRADIUS", "BYBOX")) {
      pieces.add(word(option));
    }
    return oneOf(pieces.toArray(Piece[]::new));
  }

  /** A longitude and a latitude. */
  private static void place(Dice dice, List<byte[]> call) {
    switch (dice.below(20)) {
      case 0 ->
        oneOf("180", "-180", "0", "181", "-181", "x", "nan", "inf", "1e20", "-0.00000001").add(dice, call);
      case 1, 2, 3, 4, 5 -> call.add(degrees(dice, 0, 180_000));
      default -> call.add(degrees(dice, 15, 3_000));
    }
    switch (dice.below(20)) {
      case 0 -> oneOf("85.05112878", "-85.05112878", "0", "86", "90", "x", "nan").add(dice, call);
      case 1, 2, 3, 4, 5 -> call.add(degrees(dice, 0, 85_000));
      default -> call.add(degrees(dice, 37, 3_000));
    }
  }

  private static byte[] degrees(Dice dice, int middle, int thousandths) {
    double degrees = middle + (dice.below(2 * thousandths) - thousandths + dice.below(1000) / 1000.0) / 1000;
    return String.format(Locale.ROOT, "%.6f", degrees).getBytes(StandardCharsets.US_ASCII);
  }
}
