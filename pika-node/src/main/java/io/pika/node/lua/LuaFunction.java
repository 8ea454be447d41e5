package io.pika.node.lua;

/** Something that can be called. */
public abstract class LuaFunction {
  static final Object[] NOTHING = {};

  /** @throws LuaError what it raises */
  public abstract Object[] call(LuaState state, Object[] args);
}
