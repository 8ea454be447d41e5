package io.pika.node.server;

import io.pika.node.engine.Home;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.Ran;
import io.pika.node.engine.SlotTask;
import io.pika.node.engine.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what one peer's connection brings, which is from many clients: where a slot's tasks are away on a worker, later ones of
 * this slot wait behind them, and all others go on. For one event loop.
 *
 * <p>What is refused takes all that wait behind it along, in the same turn of the loop, before the connection reads more: the
 * peer's fence counts on it.
 */
final class PeerTasks {
  private static final Logger LOG = LoggerFactory.getLogger(PeerTasks.class);

  private final SlotExecutor executor;
  private final Executor loop;
  private final Consumer<SlotTask> dropped;
  /** Slots of which tasks are away, with those that wait behind them. */
  private final Map<Long, List<SlotTask>> away = new HashMap<>();
  /** Slots of which a task has been refused in this turn. */
  private final Map<Long, Verdict> refused = new HashMap<>();

  /** @param dropped told of tasks that are not run because {@link #discard} came before */
  PeerTasks(SlotExecutor executor, Executor loop, Consumer<SlotTask> dropped) {
    this.executor = executor;
    this.loop = loop;
    this.dropped = dropped;
  }

  void run(List<SlotTask> tasks) {
    List<SlotTask> rest = mayRun(tasks);
    while (!rest.isEmpty()) {
      Trip trip = new Trip();
      Ran ran = executor.run(rest, trip);
      trip.tasks = ran.away();
      trip.tasks.forEach(task -> away.computeIfAbsent(slot(task), _ -> new ArrayList<>(0)));
      rest = mayRun(rest.subList(ran.taken(), rest.size()));
    }
    refused.clear();
  }

  /** Those that may run; the others are refused, or left behind what is away. */
  private List<SlotTask> mayRun(List<SlotTask> tasks) {
    if (away.isEmpty() && refused.isEmpty()) {
      return tasks;
    }
    List<SlotTask> free = new ArrayList<>(tasks.size());
    for (SlotTask task : tasks) {
      Verdict why = refused.get(slot(task));
      if (why != null) {
        task.reply().refused(why);
      } else {
        away.getOrDefault(slot(task), free).add(task);
      }
    }
    return free;
  }

  /** What has not begun is not done. */
  void discard() {
    away.values().forEach(behind -> {
      behind.forEach(dropped);
      behind.clear();
    });
  }

  /** Tasks that are away together. */
  private final class Trip implements Home {
    private List<SlotTask> tasks = List.of();

    @Override
    public void execute(Runnable work) {
      try {
        loop.execute(work);
      } catch (RejectedExecutionException stopping) {
        LOG.debug("Tasks come back to a connection that is gone");
      }
    }

    @Override
    public void back(List<SlotTask> notTaken) {
      List<SlotTask> next = new ArrayList<>(notTaken);
      for (SlotTask task : tasks) {
        List<SlotTask> behind = away.remove(slot(task));
        if (behind != null) {
          next.addAll(behind);
        }
      }
      run(next);
    }
  }

  /** A task that was run here has been refused. On the loop. */
  void refused(int table, int slot, Verdict why) {
    refused.put(slot(table, slot), why);
  }

  private static long slot(SlotTask task) {
    return slot(task.table(), task.slot());
  }

  private static long slot(int table, int slot) {
    return (long) table << 32 | slot;
  }
}
