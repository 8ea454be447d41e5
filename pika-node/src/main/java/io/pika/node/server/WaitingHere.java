package io.pika.node.server;

import io.pika.core.bytes.Bytes;
import io.pika.node.engine.KeyHandler;
import io.pika.node.engine.Park;
import io.pika.node.engine.Home;
import io.pika.node.engine.Ran;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.SlotJob;
import io.pika.node.engine.SlotTask;
import io.pika.node.engine.TaskReply;
import io.pika.node.engine.Transaction;
import io.pika.node.engine.Unpark;
import io.pika.node.engine.Verdict;
import io.pika.node.engine.Watch;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.LocalWaits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Waiting requests of this node's clients in slots that are led here. */
final class WaitingHere implements LocalWaits {
  private final SlotExecutor executor;
  private final SlotJobs jobs;
  /** Waitings whose slot is held by a long command, so that they have not begun; with what then ends them at once. */
  private final Map<Bytes, Optional<SlotTask>> onTheirWay = new ConcurrentHashMap<>();

  WaitingHere(SlotExecutor executor, SlotJobs jobs) {
    this.executor = executor;
    this.jobs = jobs;
  }

  @Override
  public void run(int table, int slot, long epoch, Request request, Answer answer) {
    SlotJob job = jobs.find(request);
    if (job == null) {
      answer.reply(CommandBatch.NOT_BOUND);
      return;
    }
    SlotTask task = new SlotTask(table, slot, epoch, request, job, new TaskReply() {
      @Override
      public void done(Reply reply) {
        answer.reply(reply);
      }

      @Override
      public void refused(Verdict why) {
        answer.refused();
      }
    });
    switch (job) {
      case Park park -> begin(task, park.ticket());
      case Unpark unpark -> {
        // Whoever has not begun to wait would not be found: its end must come behind it.
        if (onTheirWay.computeIfPresent(unpark.ticket(), (_, _) -> Optional.of(task)) == null) {
          run(task, () -> {});
        }
      }
      case KeyHandler _ -> run(task, () -> {});
      case Transaction _,Watch _ ->
        throw new IllegalArgumentException(request + " does not wait");
    }
  }

  private void begin(SlotTask task, Bytes ticket) {
    onTheirWay.put(ticket, Optional.empty());
    run(task, () -> {
      Optional<SlotTask> end = onTheirWay.remove(ticket);
      if (end != null) {
        end.ifPresent(unpark -> run(unpark, () -> {}));
      }
    });
  }

  /** @param then when it has been executed or refused, on any thread */
  private void run(SlotTask task, Runnable then) {
    Ran ran = executor.run(List.of(task), new Home() {
      @Override
      public void execute(Runnable work) {
        work.run();
      }

      @Override
      public void back(List<SlotTask> notTaken) {
        then.run();
      }
    });
    if (ran.away().isEmpty()) {
      then.run();
    }
  }
}
