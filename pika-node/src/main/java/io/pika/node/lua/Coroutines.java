package io.pika.node.lua;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The coroutines of one run. */
final class Coroutines {
  /** Those that have a thread. */
  private static final int MAX_THREADS = 64;

  private final LuaState state;
  private final Executor threads;
  private final List<LuaCoroutine> withThread = new ArrayList<>();
  /** Those that run or have resumed another one, the innermost first; empty: the script itself runs. */
  private final ArrayDeque<LuaCoroutine> running = new ArrayDeque<>();
  /** Of who waits for the running ones, the innermost first. */
  private final ArrayDeque<CallStack> waiting = new ArrayDeque<>();

  Coroutines(LuaState state, Executor threads) {
    this.state = state;
    this.threads = threads;
  }

  @Nullable
  LuaCoroutine current() {
    return running.peek();
  }

  /** Stacks that are reached beside the one that runs. */
  Iterable<CallStack> waiting() {
    return waiting;
  }

  /** Resumes one that is suspended. */
  Object[] resume(LuaCoroutine coroutine, Object[] values) {
    CallStack mine = state.stack;
    if (mine.nativeCalls >= LuaState.MAX_NATIVE) {
      throw state.raise(LuaString.of("C stack overflow"));
    }
    if (!coroutine.hasThread()) {
      makeRoom();
      state.charge(LuaCoroutine.THREAD_BYTES);
      withThread.add(coroutine);
    }
    LuaCoroutine resumer = running.peek();
    if (resumer != null) {
      resumer.status = LuaCoroutine.Status.NORMAL;
    }
    coroutine.status = LuaCoroutine.Status.RUNNING;
    coroutine.stack().nativeCalls = mine.nativeCalls + 1;
    coroutine.stack().nativeBase = mine.nativeCalls + 1;
    running.push(coroutine);
    waiting.push(mine);
    state.stack = coroutine.stack();
    try {
      return coroutine.run(state, threads, values);
    } finally {
      state.stack = mine;
      waiting.pop();
      running.pop();
      if (resumer != null) {
        resumer.status = LuaCoroutine.Status.RUNNING;
      }
      if (coroutine.status == LuaCoroutine.Status.DEAD) {
        withThread.remove(coroutine);
      }
    }
  }

  /** Ends those that nobody can resume any more, if there are many. */
  private void makeRoom() {
    if (withThread.size() < MAX_THREADS) {
      return;
    }
    MemoryCount reached = state.measure();
    for (LuaCoroutine each : List.copyOf(withThread)) {
      if (each.status == LuaCoroutine.Status.SUSPENDED && !reached.reached(each)) {
        stop(each);
      }
    }
    if (withThread.size() >= MAX_THREADS) {
      throw state.raise(LuaString.of("too many coroutines are suspended"));
    }
  }

  private void stop(LuaCoroutine coroutine) {
    CallStack mine = state.stack;
    state.stack = coroutine.stack();
    try {
      coroutine.stop();
    } finally {
      state.stack = mine;
    }
    withThread.remove(coroutine);
  }

  /** Ends all of them; the script is over. */
  void close() {
    for (LuaCoroutine each : List.copyOf(withThread)) {
      stop(each);
    }
  }
}
