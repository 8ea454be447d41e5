package io.pika.node.script;

import io.pika.node.lua.BaseLibrary;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import io.pika.node.lua.LuaUserdata;

/** lua-cjson 2.1.0 with the settings that it begins with; those that change them are not there. */
final class JsonLibrary {
  static final LuaUserdata NULL = new LuaUserdata("(nil)");

  private JsonLibrary() {}

  static LuaTable create() {
    return new BaseLibrary.Library()
        .on("encode", (state, args) -> {
          if (args.size() != 1) {
            throw args.error(1, "expected 1 argument");
          }
          return new Object[]{new JsonWriter(state).write(args.get(1))};
        })
        .on("decode", (state, args) -> {
          if (args.size() != 1) {
            throw args.error(1, "expected 1 argument");
          }
          return new Object[]{new JsonReader(state, args.string(1).bytes()).read()};
        })
        .with("null", NULL)
        .with("_NAME", LuaString.of("cjson"))
        .with("_VERSION", LuaString.of("2.1.0"))
        .freeze();
  }
}
