package io.pika.node.script;

import io.pika.node.lua.LuaAborted;
import io.pika.node.lua.LuaError;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaString;
import io.pika.node.lua.LuaTable;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Runs scripts, a few at a time, on threads whose stacks have room for Lua's recursion. Whoever asks waits, with his slot locked, so
 * the time that a script may take is how long he can be kept.
 */
public final class ScriptRunner {
  private static final int THREADS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);
  private static final long MEMORY_BYTES = 32L << 20;

  private final LongSupplier limitMs;
  private final LongSupplier nanoClock;
  private final AtomicInteger number = new AtomicInteger();
  private final ThreadPoolExecutor threads;
  /** Bounded by what one script may have suspended. */
  private final ThreadPoolExecutor coroutines;

  /** What a script is given. */
  public record Call(Script script, List<byte[]> keys, List<byte[]> args) {}

  /** @param limitMs how long a script may run; asked each time, for it can be changed */
  public ScriptRunner(LongSupplier limitMs, LongSupplier nanoClock) {
    this.limitMs = limitMs;
    this.nanoClock = nanoClock;
    threads = new ThreadPoolExecutor(THREADS, THREADS, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
        work -> Thread.ofPlatform().daemon().name("script-" + number.incrementAndGet())
            .stackSize(LuaState.STACK_BYTES).unstarted(work));
    threads.allowCoreThreadTimeOut(true);
    coroutines = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
        work -> Thread.ofPlatform().daemon().name("coroutine-" + number.incrementAndGet())
            .stackSize(LuaState.COROUTINE_STACK_BYTES).unstarted(work));
  }

  /**
   * Runs a script to its end, and gives its reply; an error that it raised is a reply too, and what it wrote before stays.
   *
   * @throws RefusalException it was stopped at a limit: nothing of it is to be kept
   */
  public Reply run(Call call, ScriptHost host) {
    Future<Reply> reply = threads.submit(() -> runHere(call, host));
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return reply.get();
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case RuntimeException same -> throw same;
        case Error same -> throw same;
        case null, default -> throw new IllegalStateException(failed);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Reply runHere(Call call, ScriptHost host) {
    long ms = limitMs.getAsLong();
    RedisLibrary redis = new RedisLibrary(host);
    LuaTable globals = Globals.of(redis);
    LuaState state = new LuaState(globals, new LuaState.Limits(ms * 1_000_000, MEMORY_BYTES), nanoClock,
        coroutines);
    try {
      globals.set(state, "KEYS", list(state, call.keys));
      globals.set(state, "ARGV", list(state, call.args));
      globals.freeze();
      Object[] values = call.script.chunk().run(state);
      return ToRedis.reply(state, values, redis.resp());
    } catch (LuaError raised) {
      return error(call.script.sha(), raised);
    } catch (LuaAborted aborted) {
      throw new RefusalException(switch (aborted.limit()) {
        case TIME -> "ERR Error running script " + call.script.sha() + ": it took longer than " + ms
            + " ms (lua-time-limit) and was stopped; nothing was changed";
        case MEMORY -> "ERR Error running script " + call.script.sha()
            + ": not enough memory; it was stopped, nothing was changed";
        case KILLED -> "ERR Error running script " + call.script.sha()
            + ": Script killed by user with SCRIPT KILL...";
      });
    } finally {
      state.close();
    }
  }

  private static LuaTable list(LuaState state, List<byte[]> items) {
    LuaTable list = state.table();
    for (int i = 0; i < items.size(); i++) {
      list.set(state, i + 1, state.string(items.get(i)));
    }
    return list;
  }

  /** As luaCallFunction of script_lua.c words it. */
  private static Reply error(String sha, LuaError raised) {
    String suffix = " script: " + sha + ", on @user_script:" + raised.line() + ".";
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    switch (raised.value()) {
      case LuaTable table -> {
        Object message = table.get("err");
        text.writeBytes(
            (message instanceof LuaString string ? string : LuaString.of("ERR unknown error")).bytes());
      }
      case LuaString string -> {
        text.writeBytes("ERR ".getBytes(StandardCharsets.US_ASCII));
        text.writeBytes(string.bytes());
      }
      case Object other -> text.writeBytes(("ERR " + describe(other)).getBytes(StandardCharsets.US_ASCII));
    }
    if (raised.line() > 0) {
      text.writeBytes(suffix.getBytes(StandardCharsets.US_ASCII));
    }
    return Reply.error(ToRedis.oneLine(text.toByteArray()));
  }

  private static String describe(Object value) {
    return value instanceof Double number
        ? io.pika.node.lua.LuaNumbers.general(number, 14, false)
        : value.toString();
  }
}
