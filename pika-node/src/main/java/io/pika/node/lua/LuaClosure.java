package io.pika.node.lua;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A function of the script, with the variables that it shares with the functions around it. */
final class LuaClosure extends LuaFunction {
  private static final int FRAME_BYTES = 64;

  final Prototype prototype;
  final Object[] upvalues;
  final LuaTable globals;

  LuaClosure(Prototype prototype, Object[] upvalues, LuaTable globals) {
    this.prototype = prototype;
    this.upvalues = upvalues;
    this.globals = globals;
  }

  Cell upvalue(int index) {
    return (Cell) upvalues[index];
  }

  /** Calls that are the last thing of a function take no room on the stack. */
  @Override
  public Object[] call(LuaState state, Object[] args) {
    Frame frame = run(state, args);
    while (frame.tailCall != null) {
      LuaFunction next = frame.tailCall;
      if (!(next instanceof LuaClosure closure)) {
        return next.call(state, frame.result);
      }
      frame = closure.run(state, frame.result);
    }
    return frame.result;
  }

  private Frame run(LuaState state, Object[] args) {
    Prototype p = prototype;
    state.charge(FRAME_BYTES + p.slots * 8L);
    Object[] slots = new Object[p.slots];
    int given = Math.min(args.length, p.parameters);
    System.arraycopy(args, 0, slots, 0, given);
    Arrays.fill(slots, given, slots.length, Nil.NIL);
    Object[] varargs = p.isVararg && args.length > p.parameters
        ? Arrays.copyOfRange(args, p.parameters, args.length)
        : NOTHING;
    for (int captured : p.capturedParameters) {
      slots[captured] = new Cell(slots[captured]);
    }
    @Nullable Frame caller = state.stack.frame;
    Frame frame = new Frame(state, caller, this, slots, varargs);
    state.enter(frame, p.depth);
    p.body.exec(frame);
    state.leave(frame, p.depth);
    return frame;
  }
}
