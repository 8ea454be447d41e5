package io.pika.node.lua;

/** An expression. Does not change, and is shared by all runs of its script. */
abstract class Expr {
  final int line;
  /** How deep its evaluation nests. */
  final int depth;

  Expr(int line, int childDepth) {
    this.line = line;
    this.depth = childDepth + 1;
  }

  abstract Object eval(Frame frame);

  /** All its values, for calls and "..."; one for the others. */
  Object[] evalAll(Frame frame) {
    return new Object[]{eval(frame)};
  }

  boolean isMulti() { return false; }

  /** Whether evaluating it makes nothing and calls nothing. */
  boolean isPlain() { return false; }

  /** For messages: " local 'x'", or nothing, if it has no name. */
  String name() {
    return "";
  }

  static int deepest(Expr... all) {
    int deepest = 0;
    for (Expr each : all) {
      deepest = Math.max(deepest, each.depth);
    }
    return deepest;
  }

  static boolean isTrue(Object value) {
    return value != Nil.NIL && value != Boolean.FALSE;
  }

  /** The values of a list of expressions, of the last one all that it has. */
  static Object[] evalList(Expr[] list, Frame frame) {
    if (list.length == 0) {
      return LuaFunction.NOTHING;
    }
    Expr last = list[list.length - 1];
    if (list.length == 1) {
      return last.evalAll(frame);
    }
    Object[] values = new Object[list.length];
    LuaState state = frame.state;
    int holds = state.holds();
    for (int i = 0; i < list.length - 1; i++) {
      values[i] = list[i].eval(frame);
      state.hold(values[i]);
    }
    if (last.isMulti()) {
      Object[] rest = last.evalAll(frame);
      state.charge(rest.length * 8L);
      Object[] all = new Object[list.length - 1 + rest.length];
      System.arraycopy(values, 0, all, 0, list.length - 1);
      System.arraycopy(rest, 0, all, list.length - 1, rest.length);
      values = all;
    } else {
      values[list.length - 1] = last.eval(frame);
    }
    state.letGoTo(holds);
    return values;
  }
}
