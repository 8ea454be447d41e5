package io.pika.node.script;

import io.pika.core.bytes.Bytes;
import io.pika.node.lua.LuaAborted;
import io.pika.node.lua.LuaChunk;
import io.pika.node.lua.LuaError;
import io.pika.node.lua.LuaFunction;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaSyntaxException;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Reads libraries: runs their text, which registers their functions. It is run anew for each call of one of them, in globals of its
 * own, so that no state passes from one call to the next.
 */
public final class LibraryReader {
  static final String CHUNK = "user_function";
  /** As Redis has it. */
  private static final long TIME_NANOS = 500_000_000L;
  private static final String COMPILING = "ERR Error compiling function: ";
  private static final String REGISTERING = "ERR Error registering functions: ";

  private final ScriptThreads threads;
  private final ScriptRunner.Bounds bounds;
  private final LongSupplier nanoClock;

  LibraryReader(ScriptThreads threads, ScriptRunner.Bounds bounds, LongSupplier nanoClock) {
    this.threads = threads;
    this.bounds = bounds;
    this.nanoClock = nanoClock;
  }

  /**
   * Blocks for as long as the library's text runs.
   *
   * @throws RefusalException it is none, in Redis' words
   */
  public Library read(byte[] code) {
    return threads.run(() -> readHere(code));
  }

  private Library readHere(byte[] code) {
    LibraryHeader header = LibraryHeader.parse(new String(code, StandardCharsets.ISO_8859_1));
    LuaChunk chunk = compile(code);
    Globals globals = Globals.ofLibrary();
    LuaState state = new LuaState(globals.table(),
        new LuaState.Limits(TIME_NANOS, bounds.memoryBytes().getAsLong()),
        nanoClock, threads.coroutines());
    List<Library.Function> functions;
    try {
      functions = register(state, chunk, globals).functions().values().stream()
          .map(Registration.Registered::function).toList();
    } catch (LuaError raised) {
      throw refusal(REGISTERING, ScriptErrors.message(raised.value()));
    } catch (LuaAborted aborted) {
      throw new RefusalException(REGISTERING + (aborted.limit() == LuaAborted.Limit.MEMORY
          ? "ERR not enough memory (lua-memory-limit)"
          : "ERR FUNCTION LOAD timeout"));
    } finally {
      state.close();
    }
    if (functions.isEmpty()) {
      throw new RefusalException("ERR No functions registered");
    }
    return new Library(header.name(), Bytes.of(code), chunk, functions);
  }

  /** Without the first line, but lines count from it. */
  private static LuaChunk compile(byte[] code) {
    int start = 0;
    while (code[start] != '\n') {
      start++;
    }
    try {
      return LuaChunk.parse(Arrays.copyOfRange(code, start, code.length), CHUNK);
    } catch (LuaSyntaxException wrong) {
      throw refusal(COMPILING, wrong.text().getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private static RefusalException refusal(String prefix, byte[] why) {
    byte[] text = (prefix + new String(why, StandardCharsets.ISO_8859_1))
        .getBytes(StandardCharsets.ISO_8859_1);
    return new RefusalException(Reply.error(ToRedis.oneLine(text)));
  }

  private static Registration register(LuaState state, LuaChunk chunk, Globals globals) {
    Registration registration = new Registration();
    globals.beginLibrary(registration);
    chunk.run(state);
    globals.endLibrary();
    return registration;
  }

  /** What a function of a library calls, in the globals of this run. */
  static LuaFunction callback(LuaState state, LibrarySet.Found found, Globals globals) {
    Registration.Registered registered = register(state, found.library().chunk(), globals).functions()
        .get(found.function().name());
    if (registered == null) {
      throw RedisLibrary.refuse(state,
          "the library did not register " + found.function().name() + " this time");
    }
    return registered.callback();
  }
}
