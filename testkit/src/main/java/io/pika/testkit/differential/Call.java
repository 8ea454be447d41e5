package io.pika.testkit.differential;

import io.pika.core.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One command with its arguments; the first is its name. */
public record Call(List<Bytes> arguments) {
  private static final int SHOWN_MAX = 120;

  public Call {
    arguments = List.copyOf(arguments);
  }

  public static Call of(List<byte[]> arguments) {
    return new Call(arguments.stream().map(Bytes::of).toList());
  }

  public static Call of(String... arguments) {
    return new Call(Arrays.stream(arguments).map(Bytes::of).toList());
  }

  public byte[][] array() {
    return arguments.stream().map(Bytes::array).toArray(byte[][]::new);
  }

  /** In capitals. */
  public String name() {
    return upper(0);
  }

  /** An argument in capitals; empty where there is none. */
  public String upper(int index) {
    return index < arguments.size()
        ? new String(arguments.get(index).array(), StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT)
        : "";
  }

  /** As one would type it into redis-cli. */
  @Override
  public String toString() {
    return arguments.stream().map(argument -> shown(argument.array())).collect(Collectors.joining(" "));
  }

  /** Bytes as redis-cli reads and writes them. */
  static String shown(byte[] bytes) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < Math.min(bytes.length, SHOWN_MAX); i++) {
      char c = (char) (bytes[i] & 0xff);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        default -> text.append(c >= ' ' && c < 127 ? String.valueOf(c) : "\\x%02x".formatted((int) c));
      }
    }
    text.append('"');
    return bytes.length > SHOWN_MAX ? text + "...(" + bytes.length + " bytes)" : text.toString();
  }
}
