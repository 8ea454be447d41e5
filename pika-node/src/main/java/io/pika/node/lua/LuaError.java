package io.pika.node.lua;

/** An error that a script may catch: any value. */
public final class LuaError extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Object value;
  /** Line of the innermost Lua function when it was raised; 0: none is known. */
  private final int line;

  LuaError(Object value, int line) {
    super(null, null, false, false);
    this.value = value;
    this.line = line;
  }

  public Object value() {
    return value;
  }

  public int line() {
    return line;
  }

  @Override
  public String getMessage() { return value.toString(); }
}
