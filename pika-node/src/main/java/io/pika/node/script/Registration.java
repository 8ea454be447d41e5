package io.pika.node.script;

import io.pika.node.lua.Builtin;
import io.pika.node.lua.LuaArgs;
import io.pika.node.lua.LuaFunction;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import io.pika.node.lua.Nil;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** redis.register_function while a library is read: collects its functions (function_lua.c). */
final class Registration {
  private static final String UNKNOWN_FLAG = "unknown flag given";
  private final Map<String, Registered> functions = new LinkedHashMap<>();

  /** A function with what runs it. */
  record Registered(Library.Function function, LuaFunction callback) {}

  /** What a call names, as far as it is read. */
  private static final class Named {
    @Nullable String name;
    @Nullable String description;
    @Nullable LuaFunction callback;
    Set<ScriptFlag> flags = EnumSet.noneOf(ScriptFlag.class);
  }

  Map<String, Registered> functions() {
    return functions;
  }

  Object[] register(LuaState state, LuaArgs args) {
    if (args.size() < 1 || args.size() > 2) {
      throw RedisLibrary.refuse(state, "wrong number of arguments to redis.register_function");
    }
    Named named = args.size() == 1 ? named(state, args.get(1)) : positional(state, args);
    if (named.name == null) {
      throw RedisLibrary.refuse(state, "redis.register_function must get a function name argument");
    }
    if (named.callback == null) {
      throw RedisLibrary.refuse(state, "redis.register_function must get a callback argument");
    }
    if (!LibraryHeader.isName(named.name)) {
      throw RedisLibrary.refuse(state, LibraryHeader.badName().substring("ERR ".length()));
    }
    Registered registered = new Registered(
        new Library.Function(named.name, named.description, Set.copyOf(named.flags)), named.callback);
    if (functions.putIfAbsent(named.name, registered) != null) {
      throw RedisLibrary.refuse(state, "Function already exists in the library");
    }
    return new Object[0];
  }

  private static Named positional(LuaState state, LuaArgs args) {
    Named named = new Named();
    named.name = text(args.get(1));
    if (named.name == null) {
      throw RedisLibrary.refuse(state, "first argument to redis.register_function must be a string");
    }
    if (!(args.get(2) instanceof LuaFunction callback)) {
      throw RedisLibrary.refuse(state, "second argument to redis.register_function must be a function");
    }
    named.callback = callback;
    return named;
  }

  private static Named named(LuaState state, Object given) {
    if (!(given instanceof LuaTable table)) {
      throw RedisLibrary.refuse(state,
          "calling redis.register_function with a single argument is only applicable to"
              + " Lua table (representing named arguments).");
    }
    Named named = new Named();
    for (int place = table.placeFrom(0); place >= 0; place = table.placeFrom(place + 1)) {
      String key = text(table.keyAt(place));
      if (key == null) {
        throw RedisLibrary.refuse(state,
            "named argument key given to redis.register_function is not a string");
      }
      take(state, named, key, table.valueAt(place));
    }
    return named;
  }

  private static void take(LuaState state, Named named, String key, Object value) {
    switch (key.toLowerCase(java.util.Locale.ROOT)) {
      case "function_name" -> {
        named.name = text(value);
        if (named.name == null) {
          throw RedisLibrary.refuse(state,
              "function_name argument given to redis.register_function must be a string");
        }
      }
      case "description" -> {
        named.description = text(value);
        if (named.description == null) {
          throw RedisLibrary.refuse(state,
              "description argument given to redis.register_function must be a string");
        }
      }
      case "callback" -> {
        if (!(value instanceof LuaFunction callback)) {
          throw RedisLibrary.refuse(state,
              "callback argument given to redis.register_function must be a function");
        }
        named.callback = callback;
      }
      case "flags" -> {
        if (!(value instanceof LuaTable flags)) {
          throw RedisLibrary.refuse(state,
              "flags argument to redis.register_function must be a table representing function flags");
        }
        named.flags = flags(state, flags);
      }
      default -> throw RedisLibrary.refuse(state, "unknown argument given to redis.register_function");
    }
  }

  private static Set<ScriptFlag> flags(LuaState state, LuaTable given) {
    Set<ScriptFlag> flags = EnumSet.noneOf(ScriptFlag.class);
    for (int i = 1; given.get(i) != Nil.NIL; i++) {
      String word = text(given.get(i));
      ScriptFlag flag = word == null
          ? null
          : ScriptFlag.of(word.toLowerCase(java.util.Locale.ROOT)).orElse(null);
      if (flag == null) {
        throw RedisLibrary.refuse(state, UNKNOWN_FLAG);
      }
      flags.add(flag);
    }
    return flags;
  }

  private static @Nullable String text(Object value) {
    return switch (value) {
      case LuaString string -> string.toString();
      case Double number -> io.pika.node.lua.LuaNumbers.general(number, 14, false);
      default -> null;
    };
  }

  Builtin function() {
    return new Builtin(this::register);
  }
}
