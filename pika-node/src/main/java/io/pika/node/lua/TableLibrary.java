package io.pika.node.lua;

import static io.pika.node.lua.Builtin.one;

import java.io.ByteArrayOutputStream;

/** ltablib.c. */
final class TableLibrary {
  private TableLibrary() {}

  static LuaTable create() {
    return new BaseLibrary.Library(9)
        .on("concat", TableLibrary::concat)
        .on("foreach", TableLibrary::forEach)
        .on("foreachi", TableLibrary::forEachIndex)
        .on("getn", (state, args) -> one((double) args.table(1).length()))
        .on("insert", TableLibrary::insert)
        .on("maxn", TableLibrary::maxN)
        .on("remove", TableLibrary::remove)
        .on("setn", (state, args) -> {
          args.table(1);
          throw state.error("'setn' is obsolete");
        })
        .on("sort", TableSort::sort)
        .freeze();
  }

  private static Object[] concat(LuaState state, LuaArgs args) {
    byte[] between = args.string(2, LuaString.EMPTY).bytes();
    LuaTable table = args.table(1);
    int from = args.int32(3, 1);
    int to = args.isNoneOrNil(4) ? table.length() : args.int32(4);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long charged = 0;
    for (long i = from; i <= to; i++) {
      Object value = table.get((int) i);
      if (!(value instanceof LuaString || value instanceof Double)) {
        throw state.error("invalid value (" + Operations.typeName(value) + ") at index " + i
            + " in table for 'concat'");
      }
      byte[] bytes = Operations.text(state, value).bytes();
      charged += bytes.length + (long) between.length;
      state.tick();
      if (charged > 1 << 16) {
        state.charge(charged * 3);
        charged = 0;
      }
      out.writeBytes(bytes);
      if (i < to) {
        out.writeBytes(between);
      }
    }
    return one(state.string(out.toByteArray()));
  }

  private static Object[] forEach(LuaState state, LuaArgs args) {
    LuaTable table = args.table(1);
    LuaFunction function = args.function(2);
    for (int place = table.placeFrom(0); place >= 0; place = table.placeFrom(place + 1)) {
      Object[] values = state.callBack(function, table.keyAt(place), table.valueAt(place));
      if (values.length > 0 && values[0] != Nil.NIL) {
        return one(values[0]);
      }
    }
    return LuaFunction.NOTHING;
  }

  private static Object[] forEachIndex(LuaState state, LuaArgs args) {
    LuaTable table = args.table(1);
    LuaFunction function = args.function(2);
    int size = table.length();
    for (int i = 1; i <= size; i++) {
      Object[] values = state.callBack(function, (double) i, table.get(i));
      if (values.length > 0 && values[0] != Nil.NIL) {
        return one(values[0]);
      }
    }
    return LuaFunction.NOTHING;
  }

  static void set(LuaState state, LuaTable table, int index, Object value) {
    BaseLibrary.checkWritable(state, table);
    table.set(state, index, value);
  }

  private static Object[] insert(LuaState state, LuaArgs args) {
    LuaTable table = args.table(1);
    int end = table.length() + 1;
    switch (args.size()) {
      case 2 -> set(state, table, end, args.get(2));
      case 3 -> {
        int at = args.int32(2);
        for (int i = Math.max(end, at); i > at; i--) {
          state.tick();
          set(state, table, i, table.get(i - 1));
        }
        set(state, table, at, args.get(3));
      }
      default -> throw state.error("wrong number of arguments to 'insert'");
    }
    return LuaFunction.NOTHING;
  }

  private static Object[] remove(LuaState state, LuaArgs args) {
    LuaTable table = args.table(1);
    int end = table.length();
    int at = args.int32(2, end);
    if (at < 1 || at > end) {
      return LuaFunction.NOTHING;
    }
    Object removed = table.get(at);
    for (int i = at; i < end; i++) {
      state.tick();
      set(state, table, i, table.get(i + 1));
    }
    set(state, table, end, Nil.NIL);
    return one(removed);
  }

  private static Object[] maxN(LuaState state, LuaArgs args) {
    LuaTable table = args.table(1);
    double most = 0;
    for (int place = table.placeFrom(0); place >= 0; place = table.placeFrom(place + 1)) {
      state.tick();
      if (table.keyAt(place) instanceof Double number && number > most) {
        most = number;
      }
    }
    return one(most);
  }
}
