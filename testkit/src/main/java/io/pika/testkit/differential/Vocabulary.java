package io.pika.testkit.differential;

import static io.pika.testkit.differential.Piece.oneOf;
import static io.pika.testkit.differential.Piece.oneOfBytes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The arguments that programs are made of: few keys, so that commands meet each other, and values on every edge. */
public final class Vocabulary {
  private static final List<String> NUMBERS = List.of("0", "1", "-1", "2", "7", "10", "99", "-5", "127",
      "128", "-128",
      "-129", "32767", "32768", "-32769", "2147483647", "2147483648", "-2147483648", "-2147483649",
      "4294967296",
      "9223372036854775807", "-9223372036854775807", "-9223372036854775808", "1000000000000");
  private static final List<String> BROKEN_NUMBERS = List.of("", " 1", "1 ", "+1", "-0", "01", "-01", "1.0",
      "1e3", "0x1",
      "abc", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999",
      "-", "--1", "1\0", "123456789012345678901234567890");
  private static final List<String> FLOATS = List.of("0", "-0", "0.0", "1.5", "-2.25", "3.0", "0.1", "0.2",
      "1e5", "1E-5",
      "5e-324", "1e308", "1.7e308", "-1e308", "1e4000", "-1e4932", "1e5000", "1e-4940", "1e-4960", "1e-5000",
      "1e-17",
      "5e-18", "4.9e-18", "1.00000000000000000001", "3.14159265358979323846264338327950288", "0x10",
      "0x1.8p3", "0X.8P-2",
      "0x", "0x1p", "inf", "-inf", "+inf", "Infinity", "nan", "NaN", "-nan", ".5", "5.", ".", "+7", "1e",
      "1e+2", "1e+",
      "12345678901234567890", "9007199254740993", "18446744073709551615", "18446744073709551617", "1e18",
      "0.3333333333",
      " 1", "1 ", "", "abc", "1.2.3", "0e99999999999", "100000000000000000000000000000000");
  private static final List<String> TEXTS = List.of("", "a", "b", "hello", "Hello World", "ohmytext",
      "mynewtext", "foo bar",
      "a\r\nb", "\"quoted\"", "{x}", "*", "nil");

  private final List<byte[]> keys;
  private final String tag;

  private Vocabulary(List<byte[]> keys, String tag) {
    this.keys = keys;
    this.tag = tag;
  }

  /** What all keys begin with; may be empty. */
  public String tag() {
    return tag;
  }

  /** Keys that lie in different slots of a table. */
  public static Vocabulary scattered() {
    List<byte[]> keys = new ArrayList<>();
    keys.addAll(List.of("a".getBytes(StandardCharsets.US_ASCII), "b".getBytes(StandardCharsets.US_ASCII),
        "key:1".getBytes(StandardCharsets.US_ASCII), new byte[0],
        new byte[]{0, (byte) 0xff, '\r', '\n', (byte) 0x80},
        "k".repeat(300).getBytes(StandardCharsets.US_ASCII)));
    return new Vocabulary(List.copyOf(keys), "");
  }

  /** Keys that lie in one slot of any table, by their hash tag. */
  public static Vocabulary together() {
    List<byte[]> keys = new ArrayList<>();
    for (byte[] key : scattered().keys) {
      byte[] tagged = Arrays.copyOf(new byte[]{'{', 't', '}'}, 3 + key.length);
      System.arraycopy(key, 0, tagged, 3, key.length);
      keys.add(tagged);
    }
    return new Vocabulary(List.copyOf(keys), "{t}");
  }

  /** A key. */
  public Piece key() {
    return oneOfBytes(keys);
  }

  /** A key, and mostly the same: for what takes many commands to come about. */
  public Piece mostlyOneKey() {
    return (dice, call) -> call.add(dice.percent(80) ? keys.getFirst().clone() : dice.pick(keys).clone());
  }

  /** A string value: text, number, binary, short and long, compressible and not. */
  public Piece value() {
    Piece text = oneOf(TEXTS.toArray(String[]::new));
    return oneOf(text, text, integer(), number(), Vocabulary::randomBytes, Vocabulary::repetitive);
  }

  /** A whole number, mostly a good one. */
  public Piece integer() {
    return (dice, call) -> call.add(ascii(switch (dice.below(10)) {
      case 0 -> dice.pick(BROKEN_NUMBERS);
      case 1 -> Long.toString(dice.anyLong());
      case 2, 3, 4 -> Integer.toString(dice.below(40) - 20);
      default -> dice.pick(NUMBERS);
    }));
  }

  /** A whole number that is no length to be afraid of, or far too big. */
  public Piece place() {
    return (dice, call) -> call.add(ascii(switch (dice.below(12)) {
      case 0 -> dice.pick(BROKEN_NUMBERS);
      case 1 ->
        dice.pick(List.of("9223372036854775807", "-9223372036854775808", "1048576", "1048575", "2147483647"));
      case 2 -> Integer.toString(dice.below(3000));
      default -> Integer.toString(dice.below(24) - 12);
    }));
  }

  /** A floating point number, good or bad. */
  public Piece number() {
    return (dice, call) -> call.add(ascii(switch (dice.below(6)) {
      case 0 -> Integer.toString(dice.below(2000) - 1000);
      case 1 -> (dice.below(200000) - 100000) + "." + dice.below(1000000);
      case 2 -> Double.toString(Double.longBitsToDouble(dice.anyLong()));
      case 3 -> Double.toString(dice.below(1 << 30) / 7.0);
      default -> dice.pick(FLOATS);
    }));
  }

  /** Seconds from now: far, past, zero or nonsense; never near. */
  public Piece secondsFromNow() {
    return fromNow(1);
  }

  public Piece millisFromNow() {
    return fromNow(1000);
  }

  private static Piece fromNow(long unit) {
    return (dice, call) -> call.add(ascii(switch (dice.below(10)) {
      case 0 -> dice.pick(BROKEN_NUMBERS);
      case 1 -> dice
          .pick(List.of("0", "-1", "-1000", "9223372036854775807", "-9223372036854775808", "9223372036854775",
              "9223372036854776", "-9223372036854775", "-9223372036854776", "9223372036854774000"));
      default -> Long.toString(dice.freshDelaySeconds() * unit);
    }));
  }

  /** Seconds since 1970: past, far in the future, beyond the end or nonsense. */
  public Piece unixSeconds() {
    return unix(1);
  }

  public Piece unixMillis() {
    return unix(1000);
  }

  private static Piece unix(long unit) {
    return (dice, call) -> call.add(ascii(switch (dice.below(10)) {
      case 0 -> dice.pick(BROKEN_NUMBERS);
      case 1 ->
        dice.pick(List.of("0", "-1", "1", "9223372036854775807", "-9223372036854775808", "9223372036854775",
            "9223372036854776"));
      case 2 -> Long.toString(1_000_000_000 * unit);
      default -> Long.toString(
          (4_000_000_000L + dice.below(50) * 1_000_000L) * unit + (unit > 1 ? dice.below(1000) : 0));
    }));
  }

  private static void randomBytes(Dice dice, List<byte[]> call) {
    call.add(dice.bytes(dice.below(dice.percent(10) ? 2000 : 60)));
  }

  /** What compresses: few letters, long runs, patterns that come again. */
  private static void repetitive(Dice dice, List<byte[]> call) {
    int size = 20 + dice.below(dice.percent(15) ? 20_000 : 200);
    int letters = 1 + dice.below(4);
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      boolean again = i > 8 && dice.percent(70);
      bytes[i] = again ? bytes[i - 1 - dice.below(8)] : (byte) ('a' + dice.below(letters));
    }
    call.add(bytes);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
