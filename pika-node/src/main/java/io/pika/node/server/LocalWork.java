package io.pika.node.server;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.node.engine.RangeTask;
import io.pika.node.engine.TaskReply;
import io.pika.node.engine.Verdict;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.LocalExecutor;
import io.pika.proxy.routing.ReplySink;
import java.util.function.Supplier;

/** What the router asks of this node outside of a session's batch: late requests, and commands over whole tables. */
final class LocalWork implements LocalExecutor {
  private final Supplier<CommandBatch> batches;
  private final RangeCommands ranges;
  private final CommandBatch.Refused refused;

  LocalWork(Supplier<CommandBatch> batches, RangeCommands ranges, CommandBatch.Refused refused) {
    this.batches = batches;
    this.ranges = ranges;
    this.refused = refused;
  }

  @Override
  public void executeNow(Table table, int slot, Request request, int protocol, ReplySink sink) {
    CommandBatch batch = batches.get();
    batch.execute(table, slot, request, protocol, sink);
    batch.runAllNow();
  }

  @Override
  public void executeRange(Table table, SlotRange range, Request request, int protocol, ReplySink sink) {
    ranges.run(new RangeTask(table.id(), range.from(), range.to(), range.epoch(), new TaskReply() {
      @Override
      public void done(Reply reply) {
        request.release();
        sink.reply(reply);
      }

      @Override
      public void refused(Verdict why) {
        refused.refused(table.id(), range.from(), request, protocol, sink);
      }
    }), request);
  }
}
