package io.pika.proxy.protocol;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Valid requests of all commands, with something wrong in most of them. */
final class Mutations {
  private static final String[] TOKENS = {"\r\n", "*", "$", "-1", "0", "*1\r\n", "$1\r\n", "$-1\r\n",
      "*-1\r\n", "\0",
      "\r", "\n", "\"", "'", "\\x4", "2147483648", "9223372036854775808", "536870913", "1048577", "STREAMS",
      "STORE",
      "KEYS", "LIMIT", "AUTH2", "+OK\r\n", "_\r\n", " ", "\t", "PO", "Host:"};

  private final SplittableRandom random;
  private final boolean knownCommands;

  Mutations(SplittableRandom random) {
    this(random, true);
  }

  /** @param knownCommands false = only names that are no command */
  Mutations(SplittableRandom random, boolean knownCommands) {
    this.random = random;
    this.knownCommands = knownCommands;
  }

  byte[] next() {
    byte[] bytes = valid();
    for (int i = random.nextInt(4); i > 0; i--) {
      bytes = mutate(bytes);
    }
    return bytes;
  }

  private byte[] valid() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      byte[][] arguments = new byte[1 + random.nextInt(7)][];
      arguments[0] = name();
      for (int argument = 1; argument < arguments.length; argument++) {
        arguments[argument] = argument();
      }
      if (random.nextInt(5) == 0) {
        for (byte[] argument : arguments) {
          out.writeBytes(argument);
          out.write(' ');
        }
        out.writeBytes(Model.bytes(random.nextBoolean() ? "\r\n" : "\n"));
      } else {
        out.writeBytes(Model.bytes(Model.text(Request.of(arguments).raw())));
      }
    }
    return out.toByteArray();
  }

  private byte[] name() {
    Command[] commands = Command.values();
    return Model.bytes(knownCommands ? commands[random.nextInt(commands.length)].redisName() : "nosuch");
  }

  private byte[] argument() {
    return switch (random.nextInt(4)) {
      case 0 -> Model.bytes(TOKENS[random.nextInt(TOKENS.length)]);
      case 1 -> Model.bytes(Integer.toString(random.nextInt(-3, 9)));
      case 2 -> Model.bytes("key" + random.nextInt(4));
      default -> random(random.nextInt(30));
    };
  }

  private byte[] mutate(byte[] bytes) {
    int at = random.nextInt(bytes.length + 1);
    int end = Math.min(bytes.length, at + random.nextInt(12));
    return switch (random.nextInt(6)) {
      case 0 -> splice(bytes, at, at, Model.bytes(TOKENS[random.nextInt(TOKENS.length)]));
      case 1 -> splice(bytes, at, end, new byte[0]);
      case 2 -> splice(bytes, at, end, random(random.nextInt(12)));
      case 3 -> Arrays.copyOf(bytes, at);
      case 4 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
      default -> splice(bytes, at, Math.min(bytes.length, at + 1), Model.bytes("" + random.nextInt(10)));
    };
  }

  private byte[] random(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] with) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(with);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
