package io.pika.node.command;

import io.pika.node.engine.TaskReply;
import io.pika.node.engine.Verdict;
import io.pika.proxy.protocol.Reply;
import java.util.concurrent.CompletableFuture;

/** A reply that is waited for; that the slot refuses its command is a mistake. */
record FutureReply(CompletableFuture<Reply> future) implements TaskReply {
  @Override
  public void done(Reply reply) {
    future.complete(reply);
  }

  @Override
  public void refused(Verdict why) {
    future.completeExceptionally(new AssertionError("refused: " + why));
  }
}
