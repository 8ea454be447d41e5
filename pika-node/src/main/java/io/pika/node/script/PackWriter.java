package io.pika.node.script;

import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import java.io.ByteArrayOutputStream;

/** cmsgpack.pack: the smallest form that holds a number, whole numbers as such. */
final class PackWriter {
  private static final int MAX_NESTING = 16;

  private final LuaState state;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int charged;

  PackWriter(LuaState state) {
    this.state = state;
  }

  LuaString packed() {
    return state.string(out.toByteArray());
  }

  /** @param level tables below a certain one are nil, for tables may hold themselves */
  void write(Object value, int level) {
    state.tick();
    if (out.size() - charged > 4096) {
      state.charge((out.size() - charged) * 3L);
      charged = out.size();
    }
    switch (value) {
      case LuaString string -> {
        state.charge(string.length() * 3L);
        writeBytes(string.bytes());
      }
      case Boolean truth -> out.write(truth ? 0xc3 : 0xc2);
      case Double number -> writeNumber(number);
      case LuaTable table when level < MAX_NESTING -> writeTable(table, level + 1);
      default -> out.write(0xc0);
    }
  }

  private void head(int kind, long value, int bytes) {
    out.write(kind);
    for (int shift = 8 * bytes - 8; shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
  }

  private void writeBytes(byte[] bytes) {
    int length = bytes.length;
    if (length < 32) {
      out.write(0xa0 | length);
    } else if (length <= 0xff) {
      head(0xd9, length, 1);
    } else if (length <= 0xffff) {
      head(0xda, length, 2);
    } else {
      head(0xdb, length, 4);
    }
    out.writeBytes(bytes);
  }

  private void writeNumber(double number) {
    if (number >= -0x1p63 && number < 0x1p63 && (long) number == number) {
      writeWhole((long) number);
    } else if ((float) number == number) {
      head(0xca, Float.floatToRawIntBits((float) number), 4);
    } else {
      head(0xcb, Double.doubleToRawLongBits(number), 8);
    }
  }

  private void writeWhole(long number) {
    if (number >= -32 && number <= 127) {
      out.write((int) number);
    } else if (number >= 0) {
      if (number <= 0xff) {
        head(0xcc, number, 1);
      } else if (number <= 0xffff) {
        head(0xcd, number, 2);
      } else if (number <= 0xffffffffL) {
        head(0xce, number, 4);
      } else {
        head(0xcf, number, 8);
      }
    } else if (number >= Byte.MIN_VALUE) {
      head(0xd0, number, 1);
    } else if (number >= Short.MIN_VALUE) {
      head(0xd1, number, 2);
    } else if (number >= Integer.MIN_VALUE) {
      head(0xd2, number, 4);
    } else {
      head(0xd3, number, 8);
    }
  }

  private void writeTable(LuaTable table, int level) {
    int entries = 0;
    double most = 0;
    boolean isArray = true;
    for (int place = table.placeFrom(0); place >= 0; place = table.placeFrom(place + 1)) {
      state.tick();
      entries++;
      isArray &= table.keyAt(place) instanceof Double key && key > 0 && (double) key.intValue() == key;
      most = isArray ? Math.max(most, (Double) table.keyAt(place)) : most;
    }
    if (isArray && most == entries) {
      writeArray(table, level);
    } else {
      writeMap(table, entries, level);
    }
  }

  private void writeArray(LuaTable table, int level) {
    int length = table.length();
    if (length <= 15) {
      out.write(0x90 | length);
    } else if (length <= 0xffff) {
      head(0xdc, length, 2);
    } else {
      head(0xdd, length, 4);
    }
    for (int i = 1; i <= length; i++) {
      write(table.get(i), level);
    }
  }

  private void writeMap(LuaTable table, int entries, int level) {
    if (entries <= 15) {
      out.write(0x80 | entries);
    } else if (entries <= 0xffff) {
      head(0xde, entries, 2);
    } else {
      head(0xdf, entries, 4);
    }
    for (int place = table.placeFrom(0); place >= 0; place = table.placeFrom(place + 1)) {
      write(table.keyAt(place), level);
      write(table.valueAt(place), level);
    }
  }
}
