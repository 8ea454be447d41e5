package io.pika.node.script;

import io.pika.node.lua.BaseLibrary;
import io.pika.node.lua.Builtin;
import io.pika.node.lua.LuaArgs;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;

/** The globals of one run: tables that all scripts share and none can change, but for the redis library, which is each run's own. */
final class Globals {
  private static final LuaTable SHARED = BaseLibrary.globals()
      .with("bit", BitLibrary.create())
      .with("cjson", JsonLibrary.create())
      .with("cmsgpack", PackLibrary.create())
      .with("struct", StructLibrary.create())
      .on("pcall", Globals::pcall)
      .freeze();
  private static final LuaTable REFUSE_UNKNOWN = new BaseLibrary.Library()
      .with("__index", new Builtin((state, args) -> {
        throw state.outerError("Script attempted to access nonexistent global variable '"
            + args.string(2) + "'");
      }))
      .freeze();

  /** What the text sees as its globals. */
  private final LuaTable table;
  /** What a function finds when it runs. */
  private final LuaTable all;

  private Globals(LuaTable table, LuaTable all) {
    this.table = table;
    this.all = all;
  }

  LuaTable table() {
    return table;
  }

  /** To be completed with what the script is given. */
  static Globals ofScript(RedisLibrary redis) {
    LuaTable all = all(redis.forScripts());
    return new Globals(all, all);
  }

  /** Empty; what is found beyond it is set while its library is read, and then for the call. */
  static Globals ofFunction(RedisLibrary redis) {
    return new Globals(new LuaTable().freeze(), all(redis.forFunctions()).freeze());
  }

  /** To read a library whose functions are not called. */
  static Globals ofLibrary() {
    LuaTable none = new LuaTable().freeze();
    return new Globals(new LuaTable().freeze(), none);
  }

  private static LuaTable all(LuaTable redis) {
    LuaTable all = BaseLibrary.copy(SHARED);
    BaseLibrary.put(all, "_G", all);
    BaseLibrary.put(all, "redis", redis);
    all.metatable(REFUSE_UNKNOWN);
    return all;
  }

  void complete(LuaState state, LuaTable keys, LuaTable args) {
    table.set(state, "KEYS", keys);
    table.set(state, "ARGV", args);
    table.freeze();
  }

  /** All that a library sees while it is read. */
  void beginLibrary(Registration registration) {
    LuaTable redis = RedisLibrary.forLibrary(registration);
    redis.metatable(REFUSE_UNKNOWN);
    LuaTable found = new BaseLibrary.Library().with("redis", redis).freeze();
    found.metatable(REFUSE_UNKNOWN);
    lookIn(found);
  }

  void endLibrary() {
    lookIn(all);
  }

  private void lookIn(LuaTable further) {
    table.metatable(new BaseLibrary.Library().with("__index", further).freeze());
  }

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
}
