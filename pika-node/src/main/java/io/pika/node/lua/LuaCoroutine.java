package io.pika.node.lua;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;

/**
 * A coroutine. What it evaluates is on the stack of Java, so it has a thread of its own from when it is first resumed; of all threads of
 * a script one runs, and the others wait for it.
 */
final class LuaCoroutine {
  private static final int STACK_MIB = 64;
  static final long STACK_BYTES = (long) STACK_MIB << 20;
  private static final int BYTES = 1024;
  /** What of a thread's stack is touched, about. */
  static final int THREAD_BYTES = 64 << 10;

  /** As coroutine.status names them. */
  enum Status {
    RUNNING, SUSPENDED, NORMAL, DEAD
  }

  /** What one thread hands to the other. */
  private sealed interface Signal {
    record Go(Object[] values) implements Signal {}

    record Stop() implements Signal {}

    record Yielded(Object[] values) implements Signal {}

    record Ended(Object[] values) implements Signal {}

    record Failed(Throwable cause) implements Signal {}
  }

  private final LuaClosure body;
  private final CallStack stack = new CallStack(STACK_MIB * CallStack.DEPTH_OF_MIB);
  private final SynchronousQueue<Signal> toIt = new SynchronousQueue<>();
  private final SynchronousQueue<Signal> fromIt = new SynchronousQueue<>();
  private boolean hasThread;
  Status status = Status.SUSPENDED;

  LuaCoroutine(LuaClosure body) {
    this.body = body;
  }

  CallStack stack() {
    return stack;
  }

  LuaClosure body() {
    return body;
  }

  long bytes() {
    return hasThread ? BYTES + THREAD_BYTES : BYTES;
  }

  boolean hasThread() {
    return hasThread;
  }

  /** Runs it until it yields or returns, with the stack of the state set to its own. What it raises is thrown here. */
  Object[] run(LuaState state, Executor threads, Object[] values) {
    if (!hasThread) {
      threads.execute(() -> runHere(state));
      hasThread = true;
    }
    put(toIt, new Signal.Go(values));
    return switch (take(fromIt)) {
      case Signal.Yielded(Object[] yielded) -> {
        status = Status.SUSPENDED;
        yield yielded;
      }
      case Signal.Ended(Object[] result) -> {
        end();
        yield result;
      }
      case Signal.Failed(Throwable cause) -> {
        end();
        switch (cause) {
          case Error error -> throw error;
          case RuntimeException raised -> throw raised;
          default -> throw new IllegalStateException(cause);
        }
      }
      case Signal.Go _,Signal.Stop _ -> throw new IllegalStateException("not for who resumes");
    };
  }

  private void end() {
    status = Status.DEAD;
    hasThread = false;
    stack.frame = null;
    stack.holdsAre(0);
  }

  /** Unwinds it, if it was ever resumed; it is suspended. */
  void stop() {
    if (hasThread) {
      put(toIt, new Signal.Stop());
      take(fromIt);
    }
    end();
  }

  /** On its own thread: gives values to who resumed it, and waits to be resumed with others. */
  Object[] yield(Object[] values) {
    put(fromIt, new Signal.Yielded(values));
    return switch (take(toIt)) {
      case Signal.Go(Object[] resumed) -> resumed;
      case Signal _ -> throw new LuaAborted(LuaAborted.Limit.KILLED, 0);
    };
  }

  private void runHere(LuaState state) {
    Signal last;
    try {
      last = take(toIt) instanceof Signal.Go(Object[] values)
          ? new Signal.Ended(body.call(state, values))
          : new Signal.Ended(LuaFunction.NOTHING);
    } catch (RuntimeException | Error failed) {
      last = new Signal.Failed(failed);
    }
    put(fromIt, last);
  }

  private static void put(SynchronousQueue<Signal> queue, Signal signal) {
    boolean interrupted = false;
    while (true) {
      try {
        queue.put(signal);
        break;
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Signal take(SynchronousQueue<Signal> queue) {
    boolean interrupted = false;
    while (true) {
      try {
        Signal signal = queue.take();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return signal;
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
  }
}
