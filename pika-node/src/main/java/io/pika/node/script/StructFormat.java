package io.pika.node.script;

import io.pika.node.lua.LuaArgs;
import io.pika.node.lua.LuaError;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;

/** Reads a format of lua_struct.c: its options one after the other, with byte order and alignment. */
final class StructFormat {
  private static final int MAX_INTEGER = 32;
  private static final int MAX_ALIGN = 8;

  private final LuaState state;
  private final LuaArgs args;
  private final LuaString format;
  private int at;
  private long align = 1;
  private boolean bigEndian;

  /** The option that was read last, and its size. */
  int option;
  long size;

  StructFormat(LuaState state, LuaArgs args) {
    this.state = state;
    this.args = args;
    this.format = args.string(1);
  }

  boolean isBigEndian() { return bigEndian; }

  private int peek() {
    return at < format.length() ? format.at(at) : 0;
  }

  /** Whether there is one more option. */
  boolean next() {
    state.tick();
    option = peek();
    if (option == 0) {
      return false;
    }
    at++;
    size = switch (option) {
      case 'B', 'b', 'x' -> 1;
      case 'H', 'h' -> 2;
      case 'f' -> 4;
      case 'L', 'l', 'T', 'd' -> 8;
      case 'c' -> number(1);
      case 'i', 'I' -> integerSize();
      default -> 0;
    };
    return true;
  }

  private int integerSize() {
    int given = number(Integer.BYTES);
    if (given > MAX_INTEGER) {
      throw state.error("integral size " + given + " is larger than limit of " + MAX_INTEGER);
    }
    return given;
  }

  private int number(int otherwise) {
    if (!isDigit(peek())) {
      return otherwise;
    }
    long value = 0;
    while (isDigit(peek())) {
      value = value * 10 + peek() - '0';
      if (value > Integer.MAX_VALUE) {
        throw state.error("integral size overflow");
      }
      at++;
    }
    return (int) value;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Bytes to leave out before the option, so that it stands where its size divides. */
  long padding(long position) {
    if (size == 0 || option == 'c') {
      return 0;
    }
    long step = Math.min(size, align);
    return (step - (position & (step - 1))) & (step - 1);
  }

  boolean isInteger() { return option != 0 && "bBhHlLTiI".indexOf(option) >= 0; }

  boolean isSigned() { return option >= 'a'; }

  /** What is no value: byte order, alignment, blanks. */
  void control() {
    switch (option) {
      case ' ' -> {
      }
      case '>' -> bigEndian = true;
      case '<' -> bigEndian = false;
      case '!' -> {
        int wanted = number(MAX_ALIGN);
        if (Integer.bitCount(wanted) != 1) {
          throw state.error("alignment " + wanted + " is not a power of 2");
        }
        align = wanted;
      }
      default -> throw wrong("invalid format option '" + (char) option + "'");
    }
  }

  LuaError wrong(String why) {
    return args.error(1, why);
  }
}
