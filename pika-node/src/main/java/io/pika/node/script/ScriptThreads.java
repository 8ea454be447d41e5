package io.pika.node.script;

import io.pika.node.lua.LuaState;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads whose stacks have room for Lua's recursion. Whoever asks waits, so there are as many at work as ask; those that have nothing
 * to do end.
 */
final class ScriptThreads {
  private static final int IDLE_SECONDS = 30;

  private final AtomicInteger number = new AtomicInteger();
  private final ThreadPoolExecutor scripts = threads("script-", LuaState.STACK_BYTES);
  /** Bounded by what each script may have suspended. */
  private final ThreadPoolExecutor coroutines = threads("coroutine-", LuaState.COROUTINE_STACK_BYTES);

  private ThreadPoolExecutor threads(String name, long stackBytes) {
    return new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        work -> Thread.ofPlatform().daemon().name(name + number.incrementAndGet()).stackSize(stackBytes)
            .unstarted(work));
  }

  Executor coroutines() {
    return coroutines;
  }

  /** Runs it to its end; what it throws is thrown here. An interruption waits until then: the slot is locked. */
  <T> T run(Callable<T> work) {
    Future<T> result = scripts.submit(work);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
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
}
