package io.pika.node.script;

import io.pika.node.lua.BaseLibrary;
import io.pika.node.lua.Builtin;
import io.pika.node.lua.LuaArgs;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;

/** What a script finds: tables that all scripts share and none can change, but for the redis library, which is each script's own. */
final class Globals {
  private static final LuaTable SHARED = BaseLibrary.globals()
      .with("bit", BitLibrary.create())
      .with("cjson", JsonLibrary.create())
      .with("cmsgpack", PackLibrary.create())
      .with("struct", StructLibrary.create())
      .on("pcall", Globals::pcall)
      .freeze();
  private static final LuaTable METATABLE = new BaseLibrary.Library()
      .with("__index", new Builtin((state, args) -> {
        throw state.outerError("Script attempted to access nonexistent global variable '"
            + args.string(2) + "'");
      }))
      .freeze();

  private Globals() {}

  /** As luaRedisPcall: of an error that is a table its message, or behind the table what it has instead of one. */
  private static Object[] pcall(LuaState state, LuaArgs args) {
    if (args.size() == 0) {
      return new Object[]{false, LuaString.of("attempt to call a boolean value")};
    }
    Object[] values = BaseLibrary.pcall(state, args);
    if (Boolean.FALSE.equals(values[0]) && values[1] instanceof LuaTable error) {
      Object message = error.get("err");
      return message instanceof LuaString || message instanceof Double
          ? new Object[]{false, message}
          : new Object[]{false, error, message};
    }
    return values;
  }

  /** To be completed and then frozen. */
  static LuaTable of(RedisLibrary redis) {
    LuaTable globals = BaseLibrary.copy(SHARED);
    BaseLibrary.put(globals, "_G", globals);
    BaseLibrary.put(globals, "redis", redis.create());
    globals.metatable(METATABLE);
    return globals;
  }
}
