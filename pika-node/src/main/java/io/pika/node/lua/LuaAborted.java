package io.pika.node.lua;

/** The script has reached a limit and is over: no pcall catches this. */
public final class LuaAborted extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Limit limit;
  /** Where the script was. */
  private final int line;

  /** What was used up. */
  public enum Limit {
    TIME, MEMORY, KILLED
  }

  LuaAborted(Limit limit, int line) {
    super(limit.name(), null, false, false);
    this.limit = limit;
    this.line = line;
  }

  public int line() {
    return line;
  }

  public Limit limit() {
    return limit;
  }
}
