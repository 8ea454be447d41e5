package io.pika.node.script;

import io.pika.node.lua.BaseLibrary;
import io.pika.node.lua.LuaArgs;
import io.pika.node.lua.LuaError;
import io.pika.node.lua.LuaNumbers;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** lua_struct.c 0.2: values as the structures of C. */
final class StructLibrary {
  private static final int STACK = 8000;

  private StructLibrary() {}

  static LuaTable create() {
    return new BaseLibrary.Library()
        .on("pack", StructLibrary::pack)
        .on("unpack", StructLibrary::unpack)
        .on("size", StructLibrary::size)
        .freeze();
  }

  private static Object[] pack(LuaState state, LuaArgs given) {
    StructFormat format = new StructFormat(state, given);
    LuaArgs args = given.withNil();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int index = 2;
    while (format.next()) {
      state.charge(MAX_ITEM);
      out.writeBytes(new byte[(int) format.padding(out.size())]);
      switch (format.option) {
        case 'x' -> out.write(0);
        case 'f' -> out.writeBytes(ordered(format, Float.floatToRawIntBits((float) args.number(index++)), 4));
        case 'd' -> out.writeBytes(ordered(format, Double.doubleToRawLongBits(args.number(index++)), 8));
        case 'c', 's' -> {
          byte[] text = args.string(index++).bytes();
          state.charge(text.length * 3L);
          int size = (int) (format.size == 0 ? text.length : format.size);
          if (text.length < size) {
            throw args.error(index, "string too short");
          }
          out.write(text, 0, size);
          if (format.option == 's') {
            out.write(0);
          }
        }
        default -> {
          if (format.isInteger()) {
            out.writeBytes(ordered(format, LuaNumbers.toUnsigned(args.number(index++)), (int) format.size));
          } else {
            format.control();
          }
        }
      }
    }
    return new Object[]{state.string(out.toByteArray())};
  }

  /** Of a value with its padding, about. */
  private static final int MAX_ITEM = 48;

  private static byte[] ordered(StructFormat format, long value, int size) {
    byte[] bytes = new byte[size];
    long rest = value;
    for (int i = 0; i < size; i++) {
      bytes[format.isBigEndian() ? size - 1 - i : i] = (byte) rest;
      rest >>>= 8;
    }
    return bytes;
  }

  private static Object[] unpack(LuaState state, LuaArgs args) {
    StructFormat format = new StructFormat(state, args);
    byte[] data = args.string(2).bytes();
    long position = args.integer(3, 1);
    if (position == 0) {
      throw args.error(3, "offset must be 1 or greater");
    }
    position--;
    List<Object> values = new ArrayList<>();
    while (format.next()) {
      position += format.padding(position);
      check(args, data, position, format.size);
      if (values.size() + args.size() + 2 > STACK) {
        throw state.error("stack overflow (too many results)");
      }
      state.charge(Double.BYTES);
      position += take(state, args, format, values, data, (int) position);
    }
    values.add((double) (position + 1));
    return values.toArray();
  }

  /** A position that is negative is one beyond all. */
  private static void check(LuaArgs args, byte[] data, long position, long size) {
    boolean fits = Long.compareUnsigned(size, data.length) <= 0
        && Long.compareUnsigned(position, data.length - size) <= 0;
    if (!fits) {
      throw args.error(2, "data string too short");
    }
  }

  /** Reads one value, and returns how many bytes it was. */
  private static long take(LuaState state, LuaArgs args, StructFormat format, List<Object> values,
      byte[] data,
      int at) {
    int size = (int) format.size;
    switch (format.option) {
      case 'x' -> {
      }
      case 'f' -> values.add((double) buffer(format, data, at).getFloat());
      case 'd' -> values.add(buffer(format, data, at).getDouble());
      case 'c' -> {
        size = size == 0 ? (int) previousSize(state, args, values, data, at) : size;
        values.add(state.string(Arrays.copyOfRange(data, at, at + size)));
      }
      case 's' -> {
        while (at + size < data.length && data[at + size] != 0) {
          size++;
        }
        state.ticks(size);
        if (at + size >= data.length) {
          throw state.error("unfinished string in data");
        }
        values.add(state.string(Arrays.copyOfRange(data, at, at + size)));
        size++;
      }
      default -> {
        if (format.isInteger()) {
          values.add(integer(format, data, at));
        } else {
          format.control();
        }
      }
    }
    return size;
  }

  private static long previousSize(LuaState state, LuaArgs args, List<Object> values, byte[] data, int at) {
    Double size = values.isEmpty() ? null : numberOf(values.removeLast());
    if (size == null) {
      throw noSize(state);
    }
    long wanted = LuaNumbers.toUnsigned(size);
    check(args, data, at, wanted);
    return wanted;
  }

  private static LuaError noSize(LuaState state) {
    return state.error("format 'c0' needs a previous size");
  }

  private static @org.jspecify.annotations.Nullable Double numberOf(Object value) {
    return value instanceof LuaString text ? LuaNumbers.parse(text) : (Double) value;
  }

  private static ByteBuffer buffer(StructFormat format, byte[] data, int at) {
    return ByteBuffer.wrap(data, at, data.length - at)
        .order(format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private static double integer(StructFormat format, byte[] data, int at) {
    int size = (int) format.size;
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | data[format.isBigEndian() ? at + i : at + size - 1 - i] & 0xff;
    }
    if (!format.isSigned()) {
      return value >= 0 ? (double) value : (value >>> 1 | value & 1) * 2.0;
    }
    long sign = -1L << size * 8 - 1;
    return (double) ((value & sign) == 0 ? value : value | sign);
  }

  private static Object[] size(LuaState state, LuaArgs args) {
    StructFormat format = new StructFormat(state, args);
    long position = 0;
    while (format.next()) {
      position += format.padding(position);
      if (format.option == 's') {
        throw format.wrong("option 's' has no fixed size");
      }
      if (format.option == 'c' && format.size == 0) {
        throw format.wrong("option 'c0' has no fixed size");
      }
      if (!Character.isLetterOrDigit(format.option) || format.option > 127) {
        format.control();
      }
      position += format.size;
    }
    return new Object[]{(double) position};
  }
}
