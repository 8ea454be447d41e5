package io.pika.node.lua;

/** A script that has been parsed: can be run by any thread, any number of times. */
public final class LuaChunk {
  private final Prototype prototype;
  private final int sourceBytes;

  private LuaChunk(Prototype prototype, int sourceBytes) {
    this.prototype = prototype;
    this.sourceBytes = sourceBytes;
  }

  /** @param chunk its name in messages */
  public static LuaChunk parse(byte[] source, String chunk) throws LuaSyntaxException {
    return new LuaChunk(Parser.parse(source, chunk), source.length);
  }

  /** Memory that it takes, about. */
  public long bytes() {
    return 512 + sourceBytes * 32L;
  }

  /**
   * Runs it.
   *
   * @throws LuaError what it raised and did not catch
   * @throws LuaAborted it used up its time or memory
   */
  public Object[] run(LuaState state) {
    return new LuaClosure(prototype, LuaFunction.NOTHING, state.globals()).call(state, LuaFunction.NOTHING);
  }
}
