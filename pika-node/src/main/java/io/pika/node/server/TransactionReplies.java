package io.pika.node.server;

import io.pika.node.engine.Transaction;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.ReplyReader;
import io.pika.proxy.routing.ReplySink;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Puts the replies of a transaction together that has commands of the session in it: when its slot's part has been
 * carried out, or there is none, the session's commands run, in order, and their replies go between the others.
 */
final class TransactionReplies implements ReplySink {
  private final ClientConnection connection;
  private final List<TransactionQueue.Queued> commands;
  private final SessionHandler onSession;
  private final PendingReply reply;
  private final @Nullable Reply[] replies;
  /** Replies of the session's commands that have not come, and one for the turn that starts them. */
  private final AtomicInteger missing = new AtomicInteger(1);

  TransactionReplies(ClientConnection connection, TransactionQueue queue, SessionHandler onSession,
      PendingReply reply) {
    this.connection = connection;
    this.commands = List.copyOf(queue.commands());
    this.onSession = onSession;
    this.reply = reply;
    this.replies = new @Nullable Reply[commands.size()];
  }

  /** What the slot's leader answered: an array with a reply for each command that ran there, or why there is none. */
  @Override
  public void reply(Reply fromSlot) {
    connection.onLoop(() -> run(ReplyReader.open(fromSlot)));
  }

  private void run(Reply fromSlot) {
    long inSlot = commands.stream().filter(each -> !each.onSession()).count();
    if (!(fromSlot instanceof Reply.Array(List<Reply> items)) || items.size() != inSlot) {
      reply.complete(fromSlot);
      return;
    }
    int next = 0;
    for (int i = 0; i < replies.length; i++) {
      if (commands.get(i).onSession()) {
        missing.incrementAndGet();
        start(i);
      } else {
        replies[i] = items.get(next++);
      }
    }
    oneLess();
  }

  private void start(int index) {
    Reply.Err refusal = commands.get(index).refusal();
    if (refusal != null) {
      replies[index] = refusal;
      oneLess();
      return;
    }
    Request request = Transaction.parse(commands.get(index).bytes());
    onSession.run(connection, request, reply.within(request, answer -> {
      replies[index] = answer;
      oneLess();
    }));
  }

  private void oneLess() {
    if (missing.decrementAndGet() == 0) {
      reply.complete(Reply.array(Arrays.stream(replies).map(Reply.class::cast).toList()));
    }
  }
}
