package io.pika.node.lua;

import org.jspecify.annotations.Nullable;

/** A running function: its local variables, and where it is. */
final class Frame {
  static final Object[] NO_SLOTS = {};

  final LuaState state;
  final @Nullable Frame caller;
  /** Null: a function written in Java that has called back. */
  final @Nullable LuaClosure closure;
  final Object[] slots;
  final Object[] varargs;
  /** The call that it is carrying out; null: none yet. */
  @Nullable Call call;
  /** Line of what it is carrying out. */
  int currentLine;
  /** What it returns. */
  Object[] result = LuaFunction.NOTHING;
  /** Set with the result if that is to be had from another function. */
  @Nullable LuaFunction tailCall;

  Frame(LuaState state, @Nullable Frame caller, @Nullable LuaClosure closure, Object[] slots,
      Object[] varargs) {
    this.state = state;
    this.caller = caller;
    this.closure = closure;
    this.slots = slots;
    this.varargs = varargs;
  }

  LuaClosure function() {
    if (closure == null) {
      throw new IllegalStateException("not a function of a script");
    }
    return closure;
  }

  int line() {
    return closure == null ? 0 : currentLine;
  }
}
