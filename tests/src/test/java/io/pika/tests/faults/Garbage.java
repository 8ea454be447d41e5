package io.pika.tests.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Flag;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Requests that nobody should send, by a seed: commands of the table with arguments that do not belong, and
 * bytes that are no requests at all.
 */
final class Garbage {
  /** Would stop the other clients of the test, or be slow on purpose (password hashes). */
  private static final Set<Command> LEFT_OUT = EnumSet.of(Command.CLIENT, Command.CONFIG, Command.AUTH,
      Command.HELLO, Command.SHUTDOWN);
  private static final List<Command> ANY = Arrays.stream(Command.values())
      .filter(command -> !LEFT_OUT.contains(command)).toList();
  /** Without those that may wait for ever, as they ought to. */
  private static final List<Command> ANSWERED = ANY.stream()
      .filter(command -> !command.flags().contains(Flag.BLOCKING)).toList();
  private static final List<String> WORDS = List.of("", "0", "1", "-1", "2147483648", "9223372036854775807",
      "-9223372036854775808", "9223372036854775808", "1e400", "nan", "-inf", "0x10", " 1", "1 ", "+1", "01",
      "NX", "XX",
      "EX", "PX", "GET", "KEEPTTL", "COUNT", "MATCH", "TYPE", "[", "*", "?", "\\", "[a-", "{", "{}", "{a}b",
      "MAXLEN",
      "\0", "\r\n", "$-1\r\n", "ÿþ", "%s%n", "x".repeat(300), "y".repeat(70_000));
  private static final List<String> LENGTHS = List.of("-1", "-2", "0", "1", "00", "", " ", "1048577",
      "536870912",
      "536870913", "2147483647", "2147483648", "4294967297", "9223372036854775808", "-9223372036854775808",
      "1a", "+3",
      "3 ", "x");

  private final Random random;

  Garbage(long seed) {
    this.random = new Random(seed);
  }

  /** A well-formed request with arguments that may make no sense; each is answered. */
  byte[] request() {
    return request(ANSWERED);
  }

  private byte[] request(List<Command> commands) {
    Command command = commands.get(random.nextInt(commands.size()));
    List<String> arguments = new ArrayList<>();
    arguments.add(random.nextInt(20) == 0 ? word() : anyCase(command.redisName()));
    int wanted = Math.abs(command.arity()) - 1;
    int count = random.nextInt(4) == 0 ? random.nextInt(8) : wanted + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      arguments.add(random.nextInt(3) == 0 ? word() : "key" + random.nextInt(50));
    }
    return encode(arguments);
  }

  /** Bytes that are near to a request: most of them a protocol error, some of them a request after all. */
  byte[] noise() {
    byte[] request = request(ANY);
    return switch (random.nextInt(8)) {
      case 0 -> flipped(request);
      case 1 -> Arrays.copyOf(request, random.nextInt(request.length));
      case 2 -> ("*" + length() + "\r\n$3\r\nGET\r\n$1\r\na\r\n").getBytes(ISO_8859_1);
      case 3 -> ("*2\r\n$" + length() + "\r\nGET\r\n$" + length() + "\r\na\r\n").getBytes(ISO_8859_1);
      case 4 -> (word() + " " + word() + (random.nextBoolean() ? "\r\n" : "\n")).getBytes(ISO_8859_1);
      case 5 ->
        ("GET \"" + word() + "\\x4" + (random.nextBoolean() ? "1\"" : "") + "\r\n").getBytes(ISO_8859_1);
      case 6 -> bytes(1 + random.nextInt(200));
      default -> "z".repeat(random.nextInt(70_000)).getBytes(US_ASCII);
    };
  }

  private byte[] flipped(byte[] request) {
    byte[] bent = request.clone();
    for (int i = 0; i <= random.nextInt(4); i++) {
      bent[random.nextInt(bent.length)] = (byte) random.nextInt(256);
    }
    return bent;
  }

  private byte[] bytes(int count) {
    byte[] made = new byte[count];
    random.nextBytes(made);
    return made;
  }

  private String word() {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  private String length() {
    return LENGTHS.get(random.nextInt(LENGTHS.size()));
  }

  private String anyCase(String name) {
    return random.nextBoolean() ? name.toUpperCase(Locale.ROOT) : name;
  }

  static byte[] encode(List<String> arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("*" + arguments.size() + "\r\n").getBytes(US_ASCII));
    for (String argument : arguments) {
      byte[] content = argument.getBytes(ISO_8859_1);
      out.writeBytes(("$" + content.length + "\r\n").getBytes(US_ASCII));
      out.writeBytes(content);
      out.writeBytes("\r\n".getBytes(US_ASCII));
    }
    return out.toByteArray();
  }
}
