package io.pika.node.lua;

/** A function that is written in Java. Those without state are shared by all scripts. */
public final class Builtin extends LuaFunction {
  private final Body body;
  private final Object[] captured;

  /** What it does. */
  @FunctionalInterface
  public interface Body {
    Object[] call(LuaState state, LuaArgs args);
  }

  public Builtin(Body body) {
    this(body, NOTHING);
  }

  /** @param captured values of the script that it holds; they are counted as its memory */
  Builtin(Body body, Object... captured) {
    this.body = body;
    this.captured = captured;
  }

  Object[] captured() {
    return captured;
  }

  @Override
  public Object[] call(LuaState state, Object[] args) {
    return body.call(state, new LuaArgs(state, args));
  }

  /** The type of a value, as type() names it. */
  public static String typeName(Object value) {
    return Operations.typeName(value);
  }

  static Object[] one(Object value) {
    return new Object[]{value};
  }
}
