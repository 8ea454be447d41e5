package io.pika.node.script;

import io.pika.node.lua.BaseLibrary;
import io.pika.node.lua.LuaArgs;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import java.util.ArrayList;
import java.util.List;

/** lua-cmsgpack 0.4.0: MessagePack. */
final class PackLibrary {
  private PackLibrary() {}

  static LuaTable create() {
    return new BaseLibrary.Library()
        .on("pack", PackLibrary::pack)
        .on("unpack", (state, args) -> unpack(state, args, 0, 0))
        .on("unpack_one", (state, args) -> unpack(state, args, 1, args.int32(2, 0)))
        .on("unpack_limit", (state, args) -> unpack(state, args, args.int32(2), args.int32(3, 0)))
        .with("_NAME", LuaString.of("cmsgpack"))
        .with("_VERSION", LuaString.of("lua-cmsgpack 0.4.0"))
        .with("_COPYRIGHT", LuaString.of("Copyright (C) 2012, Salvatore Sanfilippo"))
        .with("_DESCRIPTION", LuaString.of("MessagePack C implementation for Lua"))
        .freeze();
  }

  private static Object[] pack(LuaState state, LuaArgs args) {
    if (args.size() == 0) {
      throw args.error(0, "MessagePack pack needs input.");
    }
    PackWriter writer = new PackWriter(state);
    for (int i = 1; i <= args.size(); i++) {
      writer.write(args.get(i), 0);
    }
    return new Object[]{writer.packed()};
  }

  /** With neither limit nor offset all is read; else the place to go on at comes first, -1 at the end. */
  private static Object[] unpack(LuaState state, LuaArgs args, int limit, int offset) {
    byte[] bytes = args.string(1).bytes();
    if (offset < 0 || limit < 0) {
      throw state.error(
          "Invalid request to unpack with offset of " + offset + " and limit of " + bytes.length + ".");
    }
    if (offset > bytes.length) {
      throw state.error("Start offset " + offset + " greater than input length " + bytes.length + ".");
    }
    boolean all = limit == 0 && offset == 0;
    PackReader reader = new PackReader(state, bytes, offset);
    List<Object> values = new ArrayList<>();
    if (!all) {
      values.add(0.0);
    }
    for (int i = 0; !reader.isAtEnd() && (all || i < limit); i++) {
      values.add(reader.read());
      state.charge(Double.BYTES);
    }
    if (!all) {
      values.set(0, reader.isAtEnd() ? -1.0 : (double) reader.offset());
    }
    return values.toArray();
  }
}
