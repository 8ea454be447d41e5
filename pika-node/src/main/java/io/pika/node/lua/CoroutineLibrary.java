package io.pika.node.lua;

import static io.pika.node.lua.Builtin.one;

import java.util.Arrays;
import java.util.Locale;

/** The coroutine table of lbaselib.c. */
final class CoroutineLibrary {
  private CoroutineLibrary() {}

  static LuaTable create() {
    return new BaseLibrary.Library(6)
        .on("create", (state, args) -> one(coroutine(state, args)))
        .on("resume", CoroutineLibrary::resume)
        .on("running", (state, args) -> {
          LuaCoroutine current = state.coroutines().current();
          return one(current == null ? Nil.NIL : current);
        })
        .on("status", (state, args) -> one(LuaString.of(name(of(args)))))
        .on("wrap", CoroutineLibrary::wrap)
        .on("yield", CoroutineLibrary::yield)
        .freeze();
  }

  private static LuaCoroutine coroutine(LuaState state, LuaArgs args) {
    if (!(args.get(1) instanceof LuaClosure body)) {
      throw args.error(1, "Lua function expected");
    }
    LuaCoroutine coroutine = new LuaCoroutine(body);
    state.charge(coroutine.bytes());
    return coroutine;
  }

  private static LuaCoroutine of(LuaArgs args) {
    if (args.get(1) instanceof LuaCoroutine coroutine) {
      return coroutine;
    }
    throw args.error(1, "coroutine expected");
  }

  private static String name(LuaCoroutine coroutine) {
    return coroutine.status.name().toLowerCase(Locale.ROOT);
  }

  private static Object[] resume(LuaState state, LuaArgs args) {
    LuaCoroutine coroutine = of(args);
    try {
      Object[] values = resume(state, coroutine, Arrays.copyOfRange(args.all(), 1, args.size()));
      Object[] all = new Object[values.length + 1];
      all[0] = true;
      System.arraycopy(values, 0, all, 1, values.length);
      return all;
    } catch (LuaError error) {
      return new Object[]{false, error.value()};
    }
  }

  private static Object[] resume(LuaState state, LuaCoroutine coroutine, Object[] values) {
    if (coroutine.status != LuaCoroutine.Status.SUSPENDED) {
      throw state.raise(LuaString.of("cannot resume " + name(coroutine) + " coroutine"));
    }
    return state.coroutines().resume(coroutine, values);
  }

  private static Object[] wrap(LuaState state, LuaArgs args) {
    LuaCoroutine coroutine = coroutine(state, args);
    return one(new Builtin((running, given) -> {
      try {
        return resume(running, coroutine, given.all());
      } catch (LuaError error) {
        Object value = error.value();
        throw running.raise(value instanceof LuaString || value instanceof Double
            ? running.string(running.position(1) + Operations.text(running, value))
            : value);
      }
    }, coroutine));
  }

  private static Object[] yield(LuaState state, LuaArgs args) {
    LuaCoroutine current = state.coroutines().current();
    if (current == null || state.stack.nativeCalls > state.stack.nativeBase) {
      throw state.raise(LuaString.of("attempt to yield across metamethod/C-call boundary"));
    }
    return current.yield(args.all());
  }
}
