package io.pika.node.lua;

/** A function that is written in Java. Has no state of its own, so all scripts share it. */
public final class Builtin extends LuaFunction {
  private final Body body;

  /** What it does. */
  @FunctionalInterface
  public interface Body {
    Object[] call(LuaState state, LuaArgs args);
  }

  public Builtin(Body body) {
    this.body = body;
  }

  @Override
  public Object[] call(LuaState state, Object[] args) {
    return body.call(state, new LuaArgs(state, args));
  }

  static Object[] one(Object value) {
    return new Object[]{value};
  }
}
