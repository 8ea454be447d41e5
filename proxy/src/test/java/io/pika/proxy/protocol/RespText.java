package io.pika.proxy.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads replies for comparison: scalars as text, everything with items as a list, in RESP3 with its type in front. */
final class RespText {
  private RespText() {}

  static Object read(ByteBuf in) {
    char type = (char) in.readByte();
    String line = line(in);
    return switch (type) {
      case '+', '-', ':', ',', '#', '(', '_' -> line;
      case '$', '=' -> bulk(Integer.parseInt(line), in);
      case '*', '>' -> items(Integer.parseInt(line), in);
      case '~' -> typed("set", items(Integer.parseInt(line), in));
      case '%' -> typed("map", items(2 * Integer.parseInt(line), in));
      default -> throw new IllegalArgumentException("reply of type " + type);
    };
  }

  private static Object bulk(int length, ByteBuf in) {
    if (length < 0) {
      return "null";
    }
    String text = in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
    in.skipBytes(2);
    return text;
  }

  private static List<Object> items(int count, ByteBuf in) {
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(read(in));
    }
    return items;
  }

  private static List<Object> typed(String type, List<Object> items) {
    items.addFirst("<" + type + ">");
    return items;
  }

  private static String line(ByteBuf in) {
    StringBuilder line = new StringBuilder();
    for (char next = (char) in.readByte(); next != '\r'; next = (char) in.readByte()) {
      line.append(next);
    }
    in.skipBytes(1);
    return line.toString();
  }
}
