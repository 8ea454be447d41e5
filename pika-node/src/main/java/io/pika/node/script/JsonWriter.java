package io.pika.node.script;

import io.pika.node.lua.LuaError;
import io.pika.node.lua.LuaFunction;
import io.pika.node.lua.LuaNumbers;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import io.pika.node.lua.Nil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** cjson.encode. */
final class JsonWriter {
  private static final int MAX_DEPTH = 1000;
  private static final int SPARSE_RATIO = 2;
  private static final int SPARSE_SAFE = 10;
  private static final int DIGITS = 14;

  private final LuaState state;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int charged;

  JsonWriter(LuaState state) {
    this.state = state;
  }

  LuaString write(Object value) {
    write(value, 0);
    return state.string(out.toByteArray());
  }

  private void write(Object value, int depth) {
    state.tick();
    if (out.size() - charged > 4096) {
      state.charge((out.size() - charged) * 3L);
      charged = out.size();
    }
    switch (value) {
      case LuaString string -> string(string);
      case Double number -> number(number);
      case Boolean truth -> text(truth.toString());
      case Nil _ -> text("null");
      case LuaTable table -> table(table, depth + 1);
      case LuaFunction _ -> throw refuse("function", "type not supported");
      default -> {
        if (value != JsonLibrary.NULL) {
          throw refuse("thread", "type not supported");
        }
        text("null");
      }
    }
  }

  private LuaError refuse(String type, String why) {
    return state.error("Cannot serialise " + type + ": " + why);
  }

  private void text(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void number(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw refuse("number", "must not be NaN or Inf");
    }
    text(LuaNumbers.general(number, DIGITS, false));
  }

  private void table(LuaTable table, int depth) {
    if (depth > MAX_DEPTH) {
      throw state.error("Cannot serialise, excessive depth (" + depth + ")");
    }
    int length = arrayLength(table);
    if (length > 0) {
      out.write('[');
      for (int i = 1; i <= length; i++) {
        if (i > 1) {
          out.write(',');
        }
        write(table.get(i), depth);
      }
      out.write(']');
    } else {
      object(table, depth);
    }
  }

  /** -1: it is no array. */
  private int arrayLength(LuaTable table) {
    int most = 0;
    int items = 0;
    for (int place = table.placeFrom(0); place >= 0; place = table.placeFrom(place + 1)) {
      state.tick();
      boolean isIndex = table.keyAt(place) instanceof Double key && key >= 1 && key == Math.floor(key);
      if (!isIndex) {
        return -1;
      }
      most = Math.max(most, ((Double) table.keyAt(place)).intValue());
      items++;
    }
    if (most > (long) items * SPARSE_RATIO && most > SPARSE_SAFE) {
      throw refuse("table", "excessively sparse array");
    }
    return most;
  }

  private void object(LuaTable table, int depth) {
    out.write('{');
    boolean isFirst = true;
    for (int place = table.placeFrom(0); place >= 0; place = table.placeFrom(place + 1)) {
      if (!isFirst) {
        out.write(',');
      }
      isFirst = false;
      switch (table.keyAt(place)) {
        case Double key -> {
          out.write('"');
          number(key);
          out.write('"');
        }
        case LuaString key -> string(key);
        default -> throw refuse("table", "table key must be a number or string");
      }
      out.write(':');
      write(table.valueAt(place), depth);
    }
    out.write('}');
  }

  private void string(LuaString string) {
    state.charge(string.length() * 3L);
    out.write('"');
    for (byte each : string.bytes()) {
      int c = each & 0xff;
      switch (c) {
        case '"' -> text("\\\"");
        case '\\' -> text("\\\\");
        case '/' -> text("\\/");
        case '\b' -> text("\\b");
        case '\t' -> text("\\t");
        case '\n' -> text("\\n");
        case '\f' -> text("\\f");
        case '\r' -> text("\\r");
        default -> {
          if (c < 32 || c == 127) {
            text(String.format("\\u%04x", c));
          } else {
            out.write(c);
          }
        }
      }
    }
    out.write('"');
  }
}
