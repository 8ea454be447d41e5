package io.pika.node.script;

import io.pika.node.lua.LuaAborted;
import io.pika.node.lua.LuaError;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaTable;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.List;
import java.util.function.LongSupplier;

/** Runs scripts and functions. Whoever asks waits, with his slot locked: their time is bounded, and so is their memory. */
public final class ScriptRunner {
  private static final long NANOS_OF_MS = 1_000_000;

  private final Bounds bounds;
  private final LongSupplier nanoClock;
  private final ScriptThreads threads = new ScriptThreads();
  private final LibraryReader libraries;
  private final RunningScripts running;

  /** What a script may use; asked each time, for it can be changed. */
  public record Bounds(LongSupplier timeMs, LongSupplier memoryBytes) {}

  /**
   * What is to be run.
   *
   * @param command all its words, as FUNCTION STATS shows them
   */
  public record Call(Program program, int table, List<byte[]> keys, List<byte[]> args,
      List<byte[]> command) {}

  public ScriptRunner(Bounds bounds, LongSupplier nanoClock) {
    this.bounds = bounds;
    this.nanoClock = nanoClock;
    this.running = new RunningScripts(nanoClock);
    this.libraries = new LibraryReader(threads, bounds, nanoClock);
  }

  public RunningScripts running() {
    return running;
  }

  public LibraryReader libraries() {
    return libraries;
  }

  /**
   * Runs a script to its end, and gives its reply; an error that it raised is a reply too, and what it wrote before stays.
   *
   * @throws RefusalException it was stopped: nothing of it is to be kept
   */
  public Reply run(Call call, ScriptHost host) {
    return threads.run(() -> runHere(call, host));
  }

  private Reply runHere(Call call, ScriptHost host) throws Exception {
    RedisLibrary redis = new RedisLibrary(host);
    Globals globals = switch (call.program) {
      case Program.Evaluation _ -> Globals.ofScript(redis);
      case Program.FunctionCall _ -> Globals.ofFunction(redis);
    };
    long ms = bounds.timeMs.getAsLong();
    LuaState state = new LuaState(globals.table(),
        new LuaState.Limits(ms * NANOS_OF_MS, bounds.memoryBytes.getAsLong()), nanoClock,
        threads.coroutines());
    try (AutoCloseable run = running.begin(call, state)) {
      return ToRedis.reply(state, values(call, state, globals), redis.resp());
    } catch (LuaError raised) {
      return ScriptErrors.raised(call.program, raised);
    } catch (LuaAborted aborted) {
      throw new RefusalException(ScriptErrors.stopped(call.program, aborted, ms));
    } finally {
      state.close();
    }
  }

  private static Object[] values(Call call, LuaState state, Globals globals) {
    LuaTable keys = list(state, call.keys);
    LuaTable args = list(state, call.args);
    return switch (call.program) {
      case Program.Evaluation(Script script) -> {
        globals.complete(state, keys, args);
        yield script.chunk().run(state);
      }
      case Program.FunctionCall(LibrarySet.Found found) -> LibraryReader.callback(state, found, globals)
          .call(state, new Object[]{keys, args});
    };
  }

  private static LuaTable list(LuaState state, List<byte[]> items) {
    LuaTable list = state.table();
    for (int i = 0; i < items.size(); i++) {
      list.set(state, i + 1, state.string(items.get(i)));
    }
    return list;
  }
}
