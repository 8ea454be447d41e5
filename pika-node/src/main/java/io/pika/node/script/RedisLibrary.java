package io.pika.node.script;

import io.pika.node.lua.BaseLibrary;
import io.pika.node.lua.LuaArgs;
import io.pika.node.lua.LuaError;
import io.pika.node.lua.LuaNumbers;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;

/** The redis table of one run of a script: script_lua.c of Redis 7.0.15, with its order of checks and its words. */
final class RedisLibrary {
  private final ScriptHost host;
  private int resp = 2;

  RedisLibrary(ScriptHost host) {
    this.host = host;
  }

  int resp() {
    return resp;
  }

  /** In the order in which Redis makes it, which scripts can see. */
  LuaTable forScripts() {
    return common()
        .on("breakpoint", (state, args) -> new Object[]{false})
        .on("debug", (state, args) -> new Object[0])
        .on("replicate_commands", (state, args) -> new Object[]{true})
        .freeze();
  }

  LuaTable forFunctions() {
    return common().freeze();
  }

  /** While a library is read. */
  static LuaTable forLibrary(Registration registration) {
    BaseLibrary.Library library = new BaseLibrary.Library().with("register_function",
        registration.function());
    return version(log(library)).freeze();
  }

  private BaseLibrary.Library common() {
    BaseLibrary.Library library = new BaseLibrary.Library()
        .on("call", (state, args) -> call(state, args, true))
        .on("pcall", (state, args) -> call(state, args, false));
    return version(log(library))
        .on("setresp", this::setResp)
        .on("sha1hex", RedisLibrary::sha1)
        .on("error_reply", RedisLibrary::errorReply)
        .on("status_reply", RedisLibrary::statusReply)
        .on("set_repl", RedisLibrary::setRepl)
        .with("REPL_NONE", 0.0).with("REPL_AOF", 1.0).with("REPL_SLAVE", 2.0).with("REPL_REPLICA", 2.0)
        .with("REPL_ALL", 3.0)
        .on("acl_check_cmd", this::aclCheck);
  }

  private static BaseLibrary.Library log(BaseLibrary.Library library) {
    return library.on("log", RedisLibrary::log)
        .with("LOG_DEBUG", 0.0).with("LOG_VERBOSE", 1.0).with("LOG_NOTICE", 2.0).with("LOG_WARNING", 3.0);
  }

  private static BaseLibrary.Library version(BaseLibrary.Library library) {
    return library.with("REDIS_VERSION_NUM", (double) (7 << 16 | 15))
        .with("REDIS_VERSION", LuaString.of("7.0.15"));
  }

  private Object[] call(LuaState state, LuaArgs args, boolean raises) {
    if (args.size() == 0) {
      return failed(state, "ERR Please specify at least one argument for this redis lib call", raises, false);
    }
    byte[][] words = words(args);
    if (words == null) {
      return failed(state, "ERR Lua redis lib command arguments must be strings or integers", raises, false);
    }
    state.tick();
    Reply reply;
    try {
      reply = host.run(Request.of(words));
    } catch (ScriptHost.NotAllowed refused) {
      return failed(state, refused.text(), raises, true);
    }
    Object value = ToLua.value(state, reply, resp);
    if (raises && reply instanceof Reply.Err) {
      throw state.raise(value);
    }
    return new Object[]{value};
  }

  private static byte @org.jspecify.annotations.Nullable [][] words(LuaArgs args) {
    byte[][] words = new byte[args.size()][];
    for (int i = 0; i < words.length; i++) {
      switch (args.get(i + 1)) {
        case LuaString string -> words[i] = string.bytes();
        case Double number ->
          words[i] = LuaNumbers.general(number, 17, false).getBytes(StandardCharsets.US_ASCII);
        default -> {
          return null;
        }
      }
    }
    return words;
  }

  private static Object[] failed(LuaState state, String message, boolean raises, boolean counted) {
    LuaTable error = state.table();
    error.set(state, "err", state.string(message));
    if (counted) {
      error.set(state, "ignore_error_stats_update", true);
    }
    if (raises) {
      throw state.raise(error);
    }
    return new Object[]{error};
  }

  /** An error that is a table with its message. */
  static LuaError refuse(LuaState state, String message) {
    LuaTable error = state.table();
    error.set(state, "err", state.string("ERR " + message));
    return state.raise(error);
  }

  private static Object[] log(LuaState state, LuaArgs args) {
    if (args.size() < 2) {
      throw refuse(state, "redis.log() requires two arguments or more.");
    }
    if (LuaNumbers.toNumber(args.get(1)) == null) {
      throw refuse(state, "First argument must be a number (log level).");
    }
    int level = toInt(args.get(1));
    if (level < 0 || level > 3) {
      throw refuse(state, "Invalid debug level.");
    }
    return new Object[0];
  }

  private Object[] setResp(LuaState state, LuaArgs args) {
    if (args.size() != 1) {
      throw refuse(state, "redis.setresp() requires one argument.");
    }
    int version = toInt(args.get(1));
    if (version != 2 && version != 3) {
      throw refuse(state, "RESP version must be 2 or 3.");
    }
    resp = version;
    return new Object[0];
  }

  private static Object[] errorReply(LuaState state, LuaArgs args) {
    if (args.size() != 1 || !(args.get(1) instanceof LuaString text)) {
      return failed(state, "ERR wrong number or type of arguments", false, false);
    }
    String message = text.toString();
    int end = message.indexOf(0);
    message = message.substring(message.startsWith("-") ? 1 : 0, end < 0 ? message.length() : end);
    int blank = message.indexOf(' ');
    String code = blank < 0 ? "ERR" : message.substring(0, blank);
    return failed(state, code + " " + withoutLineEnds(message.substring(blank + 1)), false, false);
  }

  private static String withoutLineEnds(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && "\r\n".indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    while (to > from && "\r\n".indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }

  /** As lua_tonumber, of which an int is made: 0 for what is no number. */
  private static int toInt(Object value) {
    Double number = LuaNumbers.toNumber(value);
    if (number == null) {
      return 0;
    }
    boolean fits = number >= Integer.MIN_VALUE && number <= Integer.MAX_VALUE;
    return fits ? number.intValue() : Integer.MIN_VALUE;
  }

  private static Object[] statusReply(LuaState state, LuaArgs args) {
    if (args.size() != 1 || !(args.get(1) instanceof LuaString text)) {
      return failed(state, "ERR wrong number or type of arguments", false, false);
    }
    LuaTable status = state.table();
    status.set(state, "ok", text);
    return new Object[]{status};
  }

  private static Object[] sha1(LuaState state, LuaArgs args) {
    if (args.size() != 1) {
      throw refuse(state, "wrong number of arguments");
    }
    LuaString text = args.get(1) instanceof LuaString || args.get(1) instanceof Double
        ? args.string(1)
        : LuaString.EMPTY;
    state.ticks(text.length() * 8L);
    return new Object[]{state.string(Sha1.of(text.bytes()))};
  }

  private static Object[] setRepl(LuaState state, LuaArgs args) {
    if (args.size() != 1) {
      throw refuse(state, "redis.set_repl() requires one argument.");
    }
    int flags = toInt(args.get(1));
    if ((flags & ~3) != 0) {
      throw refuse(state,
          "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
    }
    return new Object[0];
  }

  private Object[] aclCheck(LuaState state, LuaArgs args) {
    if (args.size() == 0) {
      throw refuse(state, "Please specify at least one argument for this redis.acl_check_cmd() call");
    }
    byte[][] words = words(args);
    if (words == null) {
      throw refuse(state, "redis.acl_check_cmd() command arguments must be strings or integers");
    }
    Request request = Request.of(words);
    if (!host.isKnown(request)) {
      throw refuse(state, "Invalid command passed to redis.acl_check_cmd()");
    }
    return new Object[]{host.mayRun(request)};
  }
}
