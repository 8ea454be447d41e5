package io.pika.node.lua;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where one thread of execution is: the script itself, or a coroutine. With how much of a Java thread's stack it takes, about. */
final class CallStack {
  /** Deepest nesting of what is evaluated for each MiB of a thread's stack. */
  static final int DEPTH_OF_MIB = 860;

  @Nullable Frame frame;
  int calls;
  /** Functions of Java that have called back, and metamethods, within each other; of a coroutine with those of who resumed it. */
  int nativeCalls;
  /** What nativeCalls was when it was resumed: with more it cannot yield. */
  int nativeBase;
  int depth;
  final int maxDepth;
  /** Values that are held while something else is evaluated: they are in no variable. */
  private Object[] held = new Object[16];
  private int holds;

  CallStack(int maxDepth) {
    this.maxDepth = maxDepth;
  }

  int holds() {
    return holds;
  }

  void holdsAre(int before) {
    holds = before;
  }

  /** Keeps a value counted; returns how many bytes that took in addition. */
  long hold(Object value) {
    long bytes = 0;
    if (holds == held.length) {
      bytes = held.length * 8L;
      held = Arrays.copyOf(held, held.length * 2);
    }
    held[holds++] = value;
    return bytes;
  }

  Object held(int index) {
    return held[index];
  }
}
