package io.pika.node.lua;

/** The value nil. */
public enum Nil {
  NIL;

  @Override
  public String toString() {
    return "nil";
  }
}
