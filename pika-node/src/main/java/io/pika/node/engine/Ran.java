package io.pika.node.engine;

import java.util.List;

/**
 * What a call of {@link SlotExecutor#run(List, Home)} came to.
 *
 * @param taken how many tasks, with those that went away
 * @param away the last ones of them, if any
 */
public record Ran(int taken, Stop stopped, List<SlotTask> away) {
  static final Ran NOTHING = new Ran(0, Stop.NO, List.of());

  static Ran all(int tasks) {
    return new Ran(tasks, Stop.NO, List.of());
  }

  static Ran away(List<SlotTask> tasks) {
    return new Ran(tasks.size(), Stop.AWAY, tasks);
  }

  /** Why not all tasks of a call were taken. */
  public enum Stop {
    /** They were. */
    NO,
    /** The rest is for another call when somebody has fetched the replies. */
    REPLIES_LONG,
    /** The rest is for another call; others should have their turn before it. */
    TURN_OVER,
    /** The rest is for another call when those that went away are back. */
    AWAY
  }
}
