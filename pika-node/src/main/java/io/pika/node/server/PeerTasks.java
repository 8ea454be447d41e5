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
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what one peer's connection brings, which is from many clients: where a slot's tasks are away on a worker, later ones of
 * this slot wait behind them, and all others go on. While the peer does not take its replies, all wait. For one event loop.
 *
 * <p>What is refused takes all that wait behind it along, in the same turn of the loop, before the connection reads more: the
 * peer's fence counts on it.
 */
final class PeerTasks {
  private static final Logger LOG = LoggerFactory.getLogger(PeerTasks.class);

  private final SlotExecutor executor;
  private final Executor loop;
  private final BooleanSupplier room;
  private final Consumer<SlotTask> dropped;
  /** What may run: of slots of which nothing is away. */
  private List<SlotTask> ready = new ArrayList<>();
  /** Slots of which tasks are away, with those that wait behind them. */
  private final Map<Long, List<SlotTask>> away = new HashMap<>();
  /** Slots of which a task has been refused in this turn. */
  private final Map<Long, Verdict> refused = new HashMap<>();
  private boolean discarded;

  /**
   * @param room whether the peer takes what it is answered
   * @param dropped told of tasks that are not run because {@link #discard} came before
   */
  PeerTasks(SlotExecutor executor, Executor loop, BooleanSupplier room, Consumer<SlotTask> dropped) {
    this.executor = executor;
    this.loop = loop;
    this.room = room;
    this.dropped = dropped;
  }

  void run(List<SlotTask> tasks) {
    makeReady(tasks);
    goOn();
  }

  /**
   * Runs what is ready, as far as there is room. When the replies of it are long already, the rest waits for another call: these
   * replies must have been handed over first. When it is much work, others of the loop have their turn before the rest.
   */
  void goOn() {
    Ran.Stop stopped = Ran.Stop.NO;
    while (!ready.isEmpty() && (discarded || mayGoOn(stopped))) {
      List<SlotTask> batch = ready;
      ready = new ArrayList<>();
      Trip trip = new Trip();
      Ran ran = executor.run(batch, trip);
      trip.tasks = ran.away();
      trip.tasks.forEach(task -> away.computeIfAbsent(slot(task), _ -> new ArrayList<>(0)));
      makeReady(batch.subList(ran.taken(), batch.size()));
      stopped = ran.stopped();
    }
    refused.clear();
    if (!ready.isEmpty() && stopped == Ran.Stop.TURN_OVER) {
      later(this::goOn);
    }
  }

  private boolean mayGoOn(Ran.Stop stopped) {
    return stopped != Ran.Stop.REPLIES_LONG && stopped != Ran.Stop.TURN_OVER && room.getAsBoolean();
  }

  private void later(Runnable work) {
    try {
      loop.execute(work);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("Tasks come back to a connection that is gone");
    }
  }

  /** Those that may run; the others are refused, or left behind what is away. */
  private void makeReady(List<SlotTask> tasks) {
    if (away.isEmpty() && refused.isEmpty()) {
      ready.addAll(tasks);
      return;
    }
    for (SlotTask task : tasks) {
      Verdict why = refused.get(slot(task));
      if (why != null) {
        task.reply().refused(why);
      } else {
        away.getOrDefault(slot(task), ready).add(task);
      }
    }
  }

  /** What has not begun is not done. What is run after this has no replies to wait for. */
  void discard() {
    discarded = true;
    ready.forEach(dropped);
    ready.clear();
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
      later(work);
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
