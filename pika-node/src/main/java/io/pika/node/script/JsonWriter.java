package io.pika.node.script;

import io.pika.node.lua.Builtin;
import io.pika.node.lua.LuaError;
import io.pika.node.lua.LuaNumbers;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import io.pika.node.lua.LuaUserdata;
import io.pika.node.lua.Nil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** cjson.encode. */
final class JsonWriter {
  /** So many values has Lua's stack, of which a level takes up to three, whatever depth is allowed. */
  private static final int STACK = 8000;

  private final LuaState state;
  private final JsonSettings settings;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int charged;

  JsonWriter(LuaState state, JsonSettings settings) {
    this.state = state;
    this.settings = settings;
  }

  LuaString write(Object value) {
    write(value, 0, 1);
    return state.string(out.toByteArray());
  }

  private void write(Object value, int depth, int stack) {
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
      case LuaTable table -> table(table, depth + 1, stack);
      case LuaUserdata _ -> text("null");
      default -> throw refuse(Builtin.typeName(value), "type not supported");
    }
  }

  private LuaError refuse(String type, String why) {
    return state.error("Cannot serialise " + type + ": " + why);
  }

  private void text(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void number(double number) {
    boolean isInvalid = Double.isNaN(number) || Double.isInfinite(number);
    if (isInvalid && settings.writesInvalidNumbers == 0) {
      throw refuse("number", "must not be NaN or Inf");
    }
    if (isInvalid && settings.writesInvalidNumbers == 2) {
      text("null");
    } else {
      text(Double.isNaN(number) ? "nan" : LuaNumbers.general(number, settings.digits, false));
    }
  }

  private void table(LuaTable table, int depth, int stack) {
    if (depth > settings.encodeDepth || stack + 3 > STACK) {
      throw state.error("Cannot serialise, excessive nesting (" + depth + ")");
    }
    int length = arrayLength(table);
    if (length > 0) {
      out.write('[');
      for (int i = 1; i <= length; i++) {
        if (i > 1) {
          out.write(',');
        }
        write(table.get(i), depth, stack + 1);
      }
      out.write(']');
    } else {
      object(table, depth, stack);
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
      double index = (Double) table.keyAt(place);
      if (index > most) {
        most = index <= Integer.MAX_VALUE ? (int) index : Integer.MIN_VALUE;
      }
      items++;
    }
    if (settings.sparseRatio > 0 && most > items * settings.sparseRatio && most > settings.sparseSafe) {
      if (!settings.convertsSparse) {
        throw refuse("table", "excessively sparse array");
      }
      return -1;
    }
    return most;
  }

  private void object(LuaTable table, int depth, int stack) {
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
        case Object key -> throw refuse(Builtin.typeName(key), "table key must be a number or string");
      }
      out.write(':');
      write(table.valueAt(place), depth, stack + 2);
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
