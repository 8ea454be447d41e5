package io.pika.node.lua;

/** A call of a function, or of a method: then the object is the first argument. */
final class Call extends Expr {
  private final Expr target;
  /** Nil: it is no method. */
  private final Object method;
  private final Expr[] args;

  Call(int line, Expr target, Object method, Expr[] args) {
    super(line, Math.max(target.depth, deepest(args)) + 1);
    this.target = target;
    this.method = method;
    this.args = args;
  }

  boolean isMethod() { return method != Nil.NIL; }

  /** How the called function is named here; "?": it has no name. */
  String functionName() {
    if (isMethod()) {
      return method.toString();
    }
    String name = target.name();
    int quote = name.indexOf('\'');
    return quote < 0 ? "?" : name.substring(quote + 1, name.length() - 1);
  }

  private String describe() {
    return isMethod() ? " method '" + method + "'" : target.name();
  }

  @Override
  boolean isMulti() { return true; }

  @Override
  Object eval(Frame frame) {
    Object[] values = evalAll(frame);
    return values.length == 0 ? Nil.NIL : values[0];
  }

  @Override
  Object[] evalAll(Frame frame) {
    LuaState state = frame.state;
    int holds = state.holds();
    Object function = function(frame);
    Object[] values = args(frame);
    frame.call = this;
    frame.currentLine = line;
    state.tick();
    state.hold(values);
    Object[] result = Operations.call(state, function, values, describe());
    state.letGoTo(holds);
    return result;
  }

  /** The same, for an iterator: it cannot yield. */
  Object[] evalNative(Frame frame) {
    frame.state.enterNative();
    Object[] result = evalAll(frame);
    frame.state.leaveNative();
    return result;
  }

  /** Leaves function and arguments in the frame, for who called it to go on with. */
  void evalTail(Frame frame) {
    LuaState state = frame.state;
    int holds = state.holds();
    Object function = function(frame);
    Object[] values = args(frame);
    frame.call = this;
    frame.currentLine = line;
    if (function instanceof LuaClosure closure) {
      frame.tailCall = closure;
      frame.result = values;
    } else {
      state.hold(values);
      frame.result = Operations.call(state, function, values, describe());
    }
    state.letGoTo(holds);
  }

  /** Evaluates what is called, and holds it, and the object of a method. */
  private Object function(Frame frame) {
    Object object = target.eval(frame);
    frame.state.hold(object);
    if (!isMethod()) {
      return object;
    }
    Object function = Operations.index(frame, line, object, method, target.name());
    frame.state.hold(function);
    return function;
  }

  private Object[] args(Frame frame) {
    Object[] values = evalList(args, frame);
    if (!isMethod()) {
      return values;
    }
    Object[] all = new Object[values.length + 1];
    all[0] = frame.state.heldBeforeLast();
    System.arraycopy(values, 0, all, 1, values.length);
    return all;
  }
}
