package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.node.engine.SlotJob;
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

/**
 * Commands of one connection for slots that this node leads, collected while one socket read is parsed and run
 * together: one set of locks, one append to the log. A hot path. For one event loop.
 */
final class CommandBatch implements LocalBatch {
  private static final int MAX_COMMANDS = 256;
  private static final long MAX_BYTES = 1 << 20;
  static final Reply.Err NOT_BOUND = Reply.error("ERR this command cannot run on keys");

  /** What becomes of commands whose slot turned out to be led elsewhere. */
  interface Refused {
    void refused(int table, int slot, Request request, int protocol, ReplySink sink);
  }

  private final SlotExecutor executor;
  private final SlotJobs jobs;
  private final Refused refused;
  private List<SlotTask> tasks = new ArrayList<>();
  private long bytes;
  private boolean heldUp;
  private List<LocalTask> turnedAway = new ArrayList<>();

  CommandBatch(SlotExecutor executor, SlotJobs jobs, Refused refused) {
    this.executor = executor;
    this.jobs = jobs;
    this.refused = refused;
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

    /** Within {@link #run}: the executor decides that before it returns. */
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
    if (!heldUp && (tasks.size() >= MAX_COMMANDS || bytes >= MAX_BYTES)) {
      run();
    }
  }

  @Override
  public boolean holds(int table, int slot) {
    for (SlotTask task : tasks) {
      if (task.table() == table && task.slot() == slot) {
        return true;
      }
    }
    return false;
  }

  boolean isEmpty() { return tasks.isEmpty(); }

  /** Whether commands wait because the replies before them are long already: run again when those have left. */
  boolean isHeldUp() {
    return heldUp;
  }

  /** Runs what was collected, as far as the length of replies allows; replies may come later. */
  void run() {
    if (tasks.isEmpty()) {
      return;
    }
    List<SlotTask> batch = tasks;
    int taken = executor.run(batch);
    tasks = new ArrayList<>(batch.subList(taken, batch.size()));
    heldUp = !tasks.isEmpty();
    bytes = 0;
    if (!turnedAway.isEmpty()) {
      turnAway();
    }
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

  /** Runs all of it, however long the replies are: nothing comes after. */
  void runAll() {
    while (!tasks.isEmpty()) {
      run();
    }
  }
}
