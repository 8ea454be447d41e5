package io.pika.node.command;

import io.pika.node.script.LibrarySet;
import io.pika.node.script.ScriptCache;
import io.pika.node.script.ScriptRunner;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * What scripts need of their node.
 *
 * @param slots how many slots a table has
 * @param libraries those of a table; may block while one is read that this node has not run yet
 */
public record Scripts(ScriptCache cache, ScriptRunner runner, IntUnaryOperator slots,
    IntFunction<LibrarySet> libraries, ScriptUsers users) {
  private static final long MS = 1000;
  private static final long MEMORY_BYTES = 64L << 20;

  /** For a node of one slot, without a clock: no script is stopped for its time. */
  static Scripts ofDefaults() {
    ScriptRunner runner = new ScriptRunner(new ScriptRunner.Bounds(() -> MS, () -> MEMORY_BYTES), () -> 0);
    return new Scripts(new ScriptCache(), runner, table -> 1, table -> LibrarySet.EMPTY, ScriptUsers.none());
  }
}
