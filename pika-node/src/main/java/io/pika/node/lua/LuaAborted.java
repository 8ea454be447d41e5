package io.pika.node.lua;

/** The script has reached a limit and is over: no pcall catches this. */
public final class LuaAborted extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Limit limit;

  /** What was used up. */
  public enum Limit {
    TIME, MEMORY, KILLED
  }

  LuaAborted(Limit limit) {
    super(limit.name(), null, false, false);
    this.limit = limit;
  }

  public Limit limit() {
    return limit;
  }
}
