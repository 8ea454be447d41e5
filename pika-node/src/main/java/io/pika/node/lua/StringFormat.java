package io.pika.node.lua;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** string.format: what C's printf does. */
final class StringFormat {
  private static final String FLAGS = "-+ #0";
  private final LuaState state;
  private final LuaArgs args;
  private final byte[] format;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int at;
  private int argument = 1;

  private String flags = "";
  private int width;
  /** -1: none given. */
  private int precision;

  private StringFormat(LuaState state, LuaArgs args) {
    this.state = state;
    this.args = args;
    this.format = args.string(1).bytes();
  }

  static Object[] format(LuaState state, LuaArgs args) {
    StringFormat work = new StringFormat(state, args);
    work.run();
    return Builtin.one(state.string(work.out.toByteArray()));
  }

  private void run() {
    while (at < format.length) {
      int c = format[at++];
      if (c != '%') {
        out.write(c);
      } else if (at < format.length && format[at] == '%') {
        out.write('%');
        at++;
      } else {
        item();
      }
    }
  }

  private int peek() {
    return at < format.length ? format[at] & 0xff : 0;
  }

  private void item() {
    argument++;
    int start = at;
    while (peek() != 0 && FLAGS.indexOf(peek()) >= 0) {
      at++;
    }
    if (at - start >= 6) {
      throw state.error("invalid format (repeated flags)");
    }
    flags = LuaString.of(format, start, at).toString();
    width = digits();
    precision = -1;
    if (peek() == '.') {
      at++;
      precision = digits();
    }
    if (isDigit(peek())) {
      throw state.error("invalid format (width or precision too long)");
    }
    int conversion = peek();
    at++;
    switch (conversion) {
      case 'c' -> pad(new byte[]{(byte) args.integer(argument)});
      case 'd', 'i' -> integer(LuaArgs.toInteger(args.number(argument)));
      case 'u' -> digits(Long.toUnsignedString(LuaNumbers.toUnsigned(args.number(argument))), "", "");
      case 'o' -> octal(LuaNumbers.toUnsigned(args.number(argument)));
      case 'x', 'X' -> hexadecimal(LuaNumbers.toUnsigned(args.number(argument)), conversion == 'X');
      case 'e', 'E', 'f', 'g', 'G' -> floating(args.number(argument), conversion);
      case 'q' -> quoted(args.string(argument));
      case 's' -> text(args.string(argument));
      default -> throw state.error("invalid option '%"
          + (at > format.length ? "" : LuaString.of(new byte[]{(byte) conversion})) + "' to 'format'");
    }
  }

  private int digits() {
    int value = 0;
    for (int i = 0; i < 2 && isDigit(peek()); i++) {
      value = value * 10 + peek() - '0';
      at++;
    }
    return value;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private void text(LuaString string) {
    byte[] bytes = string.bytes();
    state.charge(bytes.length * 3L);
    if (precision < 0 && bytes.length >= 100) {
      out.writeBytes(bytes);
      return;
    }
    int length = 0;
    while (length < bytes.length && bytes[length] != 0 && (precision < 0 || length < precision)) {
      length++;
    }
    pad(LuaString.of(bytes, 0, length).bytes());
  }

  private void integer(long value) {
    String sign = value < 0 ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
    digits(value < 0 ? Long.toString(value).substring(1) : Long.toString(value), sign, "");
  }

  private void octal(long value) {
    String text = Long.toOctalString(value);
    boolean zeroBefore = flags.contains("#") && (!text.startsWith("0") || precision == 0);
    digits(zeroBefore && !text.equals("0") ? "0" + text : text, "",
        zeroBefore && text.equals("0") ? "0" : "");
  }

  private void hexadecimal(long value, boolean upper) {
    String text = Long.toHexString(value);
    String prefix = flags.contains("#") && value != 0 ? "0x" : "";
    digits(upper ? text.toUpperCase(Locale.ROOT) : text, "",
        upper ? prefix.toUpperCase(Locale.ROOT) : prefix);
  }

  private void digits(String given, String sign, String prefix) {
    String text = precision == 0 && given.equals("0") ? "" : given;
    if (text.length() < precision) {
      text = "0".repeat(precision - text.length()) + text;
    }
    if (precision < 0 && flags.contains("0") && !flags.contains("-")) {
      int room = width - sign.length() - prefix.length() - text.length();
      text = room > 0 ? "0".repeat(room) + text : text;
    }
    pad((sign + prefix + text).getBytes(StandardCharsets.US_ASCII));
  }

  private void floating(double value, int conversion) {
    int places = precision < 0 ? 6 : precision;
    boolean alternative = flags.contains("#");
    String text = switch (conversion) {
      case 'e', 'E' -> LuaNumbers.exponential(value, places, alternative);
      case 'f' -> LuaNumbers.fixed(value, places, alternative);
      default -> LuaNumbers.general(value, places, alternative);
    };
    if (!text.startsWith("-")) {
      text = (flags.contains("+") ? "+" : flags.contains(" ") ? " " : "") + text;
    }
    if (conversion == 'E' || conversion == 'G') {
      text = text.toUpperCase(Locale.ROOT);
    }
    boolean zeros = flags.contains("0") && !flags.contains("-") && !LuaNumbers.isSpecial(value);
    if (zeros && text.length() < width) {
      int sign = isDigit(text.charAt(0)) ? 0 : 1;
      text = text.substring(0, sign) + "0".repeat(width - text.length()) + text.substring(sign);
    }
    pad(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void pad(byte[] bytes) {
    int room = width - bytes.length;
    boolean left = flags.contains("-");
    for (int i = 0; i < room && !left; i++) {
      out.write(' ');
    }
    out.writeBytes(bytes);
    for (int i = 0; i < room && left; i++) {
      out.write(' ');
    }
  }

  private void quoted(LuaString string) {
    state.charge(string.length() * 6L);
    out.write('"');
    for (byte each : string.bytes()) {
      switch (each) {
        case '"', '\\', '\n' -> {
          out.write('\\');
          out.write(each);
        }
        case '\r' -> out.writeBytes(new byte[]{'\\', 'r'});
        case 0 -> out.writeBytes(new byte[]{'\\', '0', '0', '0'});
        default -> out.write(each);
      }
    }
    out.write('"');
  }
}
