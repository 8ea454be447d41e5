package io.pika.node.server;

import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.SlotJob;
import io.pika.node.engine.SlotTask;
import io.pika.node.engine.TaskReply;
import io.pika.node.engine.Verdict;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.LocalWaits;
import java.util.List;

/** Waiting requests of this node's clients in slots that are led here. */
final class WaitingHere implements LocalWaits {
  private final SlotExecutor executor;
  private final SlotJobs jobs;

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
    executor.run(List.of(new SlotTask(table, slot, epoch, request, job, new TaskReply() {
      @Override
      public void done(Reply reply) {
        answer.reply(reply);
      }

      @Override
      public void refused(Verdict why) {
        answer.refused();
      }
    })));
  }
}
