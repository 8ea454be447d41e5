package io.pika.node.command;

import io.pika.node.script.ScriptCache;
import io.pika.node.script.ScriptRunner;
import java.util.function.IntUnaryOperator;

/**
 * What scripts need of their node.
 *
 * @param slots how many slots a table has
 */
public record Scripts(ScriptCache cache, ScriptRunner runner, IntUnaryOperator slots) {
  private static final long MS = 1000;

  /** For a node of one slot, without a clock: no script is stopped for its time. */
  static Scripts ofDefaults() {
    return new Scripts(new ScriptCache(), new ScriptRunner(() -> MS, () -> 0), table -> 1);
  }
}
