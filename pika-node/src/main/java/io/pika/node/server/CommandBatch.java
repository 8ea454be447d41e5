package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.node.engine.SlotJob;
import io.pika.node.engine.Home;
import io.pika.node.engine.Ran;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.SlotTask;
import io.pika.node.engine.TaskReply;
import io.pika.node.engine.Verdict;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.LocalBatch;
import io.pika.proxy.routing.ReplySink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands of one connection for slots that this node leads, collected while one socket read is parsed and run
 * together: one set of locks, one append to the log. A hot path. For one event loop.
 *
 * <p>While some of them are away on a worker no other runs: those that come meanwhile wait, so the order stays as it was.
 */
final class CommandBatch implements LocalBatch, Home {
  private static final int MAX_COMMANDS = 256;
  private static final long MAX_BYTES = 1 << 20;
  private static final Logger LOG = LoggerFactory.getLogger(CommandBatch.class);
  private static final Reply.Err GONE = Reply.error("ERR the client is gone");
  static final Reply.Err NOT_BOUND = Reply.error("ERR this command cannot run on keys");

  /** What becomes of commands whose slot turned out to be led elsewhere. */
  interface Refused {
    void refused(int table, int slot, Request request, int protocol, ReplySink sink);
  }

  private final SlotExecutor executor;
  private final SlotJobs jobs;
  private final Refused refused;
  private final Executor loop;
  private Runnable whenBack = () -> {};
  private List<SlotTask> tasks = new ArrayList<>();
  private long bytes;
  private boolean heldUp;
  /** Tasks that a worker has, or that stand in line for one. */
  private List<SlotTask> away = List.of();
  private List<LocalTask> turnedAway = new ArrayList<>();

  /** @param loop where all calls come from */
  CommandBatch(SlotExecutor executor, SlotJobs jobs, Refused refused, Executor loop) {
    this.executor = executor;
    this.jobs = jobs;
    this.refused = refused;
    this.loop = loop;
  }

  /** @param then on the loop, when tasks that were away are back */
  void whenBack(Runnable then) {
    whenBack = then;
  }

  /** One command's reply: goes to its sink, from whatever thread the log answers on. */
  private final class LocalTask implements TaskReply {
    final int table;
    final int slot;
    final Request request;
    final int protocol;
    final ReplySink sink;

    LocalTask(int table, int slot, Request request, int protocol, ReplySink sink) {
      this.table = table;
      this.slot = slot;
      this.request = request;
      this.protocol = protocol;
      this.sink = sink;
    }

    @Override
    public void done(Reply reply) {
      request.release();
      sink.reply(reply);
    }

    /** On the loop, within {@link #run} or just before {@link #back}. */
    @Override
    public void refused(Verdict why) {
      turnedAway.add(this);
    }
  }

  @Override
  public void execute(Table table, int slot, Request request, int protocol, ReplySink sink) {
    SlotJob job = jobs.find(request);
    if (job == null) {
      request.release();
      sink.reply(NOT_BOUND);
      return;
    }
    LocalTask task = new LocalTask(table.id(), slot, request, protocol, sink);
    tasks.add(new SlotTask(table.id(), slot, table.range(slot).epoch(), request, job, task));
    bytes += request.rawLength();
    if (!isHeldUp() && (tasks.size() >= MAX_COMMANDS || bytes >= MAX_BYTES)) {
      run();
    }
  }

  @Override
  public boolean holds(int table, int slot) {
    return holds(tasks, table, slot) || holds(away, table, slot);
  }

  private static boolean holds(List<SlotTask> tasks, int table, int slot) {
    for (SlotTask task : tasks) {
      if (task.table() == table && task.slot() == slot) {
        return true;
      }
    }
    return false;
  }

  boolean isEmpty() { return tasks.isEmpty() && away.isEmpty(); }

  /**
   * Whether commands wait: for those that are away, or because the replies before them are long already. Then run again
   * when those have left.
   */
  boolean isHeldUp() { return heldUp || isAway(); }

  /** Whether there is nothing to do before some commands are back. */
  boolean isAway() {
    return !away.isEmpty();
  }

  /** Runs what was collected, as far as the length of replies allows; replies may come later. */
  void run() {
    if (tasks.isEmpty() || isAway()) {
      return;
    }
    List<SlotTask> batch = tasks;
    tasks = new ArrayList<>();
    Ran ran = executor.run(batch, this);
    away = ran.away();
    rest(batch.subList(ran.taken(), batch.size()));
  }

  /** Whether there are tasks that may run with those of other clients. */
  boolean mayJoin() {
    return !tasks.isEmpty() && !isAway();
  }

  int size() {
    return tasks.size();
  }

  /** Of the tasks' requests. */
  long bytes() {
    return bytes;
  }

  /** Adds the tasks to those of others. */
  void join(List<SlotTask> others) {
    others.addAll(tasks);
  }

  /** So many of the first tasks have run with those of others. */
  void ran(int count) {
    if (count > 0) {
      List<SlotTask> batch = tasks;
      tasks = new ArrayList<>();
      rest(batch.subList(count, batch.size()));
    }
  }

  private void rest(List<SlotTask> notTaken) {
    if (!notTaken.isEmpty()) {
      tasks.addAll(0, notTaken);
    }
    heldUp = !tasks.isEmpty();
    bytes = 0;
    if (!turnedAway.isEmpty()) {
      turnAway();
    }
  }

  @Override
  public void execute(Runnable work) {
    try {
      loop.execute(work);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("Commands come back to a client that is gone");
    }
  }

  @Override
  public void back(List<SlotTask> notTaken) {
    away = List.of();
    rest(notTaken);
    whenBack.run();
  }

  /** With a slot's refused commands go those that wait behind them, so that none overtakes another. */
  private void turnAway() {
    Set<Long> slots = new HashSet<>();
    turnedAway.forEach(task -> slots.add(key(task.table, task.slot)));
    for (Iterator<SlotTask> waiting = tasks.iterator(); waiting.hasNext();) {
      SlotTask task = waiting.next();
      if (slots.contains(key(task.table(), task.slot()))) {
        turnedAway.add((LocalTask) task.reply());
        waiting.remove();
      }
    }
    heldUp = !tasks.isEmpty();
    List<LocalTask> back = turnedAway;
    turnedAway = new ArrayList<>();
    back.forEach(task -> refused.refused(task.table, task.slot, task.request, task.protocol, task.sink));
  }

  private static long key(int table, int slot) {
    return (long) table << 32 | slot;
  }

  /** On a thread that may wait: all has been executed or refused when it returns. */
  void runAllNow() {
    while (!tasks.isEmpty()) {
      List<SlotTask> batch = tasks;
      tasks = new ArrayList<>();
      int taken = executor.run(batch);
      rest(batch.subList(taken, batch.size()));
    }
  }

  /** Nobody wants the replies any more: what has not begun is not done. */
  void discard() {
    List<SlotTask> dropped = tasks;
    tasks = new ArrayList<>();
    heldUp = false;
    dropped.forEach(task -> task.reply().done(GONE));
  }
}
