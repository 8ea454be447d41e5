package io.pika.node.engine;

import java.util.List;

/** Who brings tasks: hears of those that were not run at once. The calls come from workers. */
public interface Home {
  /** Runs it where the tasks came from, not within the call that brought them; or nowhere, if that is gone. */
  void execute(Runnable work);

  /**
   * What was sent away is done: executed, or refused. Called by way of {@link #execute}, once.
   *
   * @param notTaken the last ones of it, which are for another call
   */
  void back(List<SlotTask> notTaken);
}
