package io.pika.node.script;

import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import io.pika.node.lua.Nil;

/** cmsgpack.unpack, one value after the other. */
final class PackReader {
  /** Values that Lua's stack takes, of which nesting needs two each. */
  private static final int STACK = 8000;
  private static final String TOO_MANY = "stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)";

  private final LuaState state;
  private final byte[] bytes;
  private int at;
  private int stack = 1;

  PackReader(LuaState state, byte[] bytes, int from) {
    this.state = state;
    this.bytes = bytes;
    this.at = from;
  }

  boolean isAtEnd() { return at == bytes.length; }

  int offset() {
    return at;
  }

  /** A value of the outermost level: it stays on the stack. */
  Object read() {
    Object value = value();
    stack++;
    return value;
  }

  private void room(String otherwise) {
    if (stack + 1 > STACK) {
      throw state.error(otherwise);
    }
  }

  private void need(long count) {
    if (count > bytes.length - at) {
      throw state.error("Missing bytes in input.");
    }
  }

  /** A number of so many bytes behind the first one. */
  private long number(int size) {
    need(1L + size);
    long value = 0;
    for (int i = 1; i <= size; i++) {
      value = value << 8 | bytes[at + i] & 0xff;
    }
    at += 1 + size;
    return value;
  }

  private LuaString string(long length) {
    need(length);
    LuaString string = state.string(java.util.Arrays.copyOfRange(bytes, at, at + (int) length));
    at += (int) length;
    return string;
  }

  private Object value() {
    state.tick();
    need(1);
    room(TOO_MANY);
    int first = bytes[at] & 0xff;
    return switch (first) {
      case 0xc0, 0xc2, 0xc3 -> {
        at++;
        yield first == 0xc0 ? Nil.NIL : (Object) (first == 0xc3);
      }
      case 0xca -> (double) Float.intBitsToFloat((int) number(4));
      case 0xcb -> Double.longBitsToDouble(number(8));
      case 0xcc -> (double) number(1);
      case 0xcd -> (double) number(2);
      case 0xce -> (double) number(4);
      case 0xcf -> (double) number(8);
      case 0xd0 -> (double) (byte) number(1);
      case 0xd1 -> (double) (short) number(2);
      case 0xd2 -> (double) (int) number(4);
      case 0xd3 -> (double) number(8);
      case 0xd9 -> string(number(1));
      case 0xda -> string(number(2));
      case 0xdb -> string(number(4));
      case 0xdc -> array(number(2));
      case 0xdd -> array(number(4));
      case 0xde -> map(number(2));
      case 0xdf -> map(number(4));
      default -> small(first);
    };
  }

  /** Values that are in their first byte, wholly or with their length. */
  private Object small(int first) {
    if (first < 0x80 || first >= 0xe0) {
      at++;
      return (double) (byte) first;
    }
    if (first >= 0xc0) {
      throw state.error("Bad data format in input.");
    }
    at++;
    return switch (first & 0xf0) {
      case 0x80 -> map(first & 0xf);
      case 0x90 -> array(first & 0xf);
      default -> string(first & 0x1f);
    };
  }

  private LuaTable array(long length) {
    LuaTable table = state.table();
    stack++;
    room("stack overflow (in function mp_decode_to_lua_array)");
    for (int i = 1; i <= length; i++) {
      stack++;
      table.set(state, i, value());
      stack--;
    }
    stack--;
    return table;
  }

  private LuaTable map(long length) {
    LuaTable table = state.table();
    stack++;
    for (long i = 0; i < length; i++) {
      Object key = value();
      stack++;
      Object item = value();
      stack--;
      if (key == Nil.NIL || key instanceof Double number && number.isNaN()) {
        throw state.raise(LuaString.of("table index is " + (key == Nil.NIL ? "nil" : "NaN")));
      }
      table.set(state, key, item);
    }
    stack--;
    return table;
  }
}
