package io.pika.node.server;

import io.netty.util.concurrent.Future;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.routing.ReplyReader;
import io.pika.proxy.routing.ReplySink;
import io.pika.proxy.routing.Waits;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection whose command may be waiting: ends that when its time is over, or somebody wants it to end. */
final class WaitingClient implements ReplySink {
  /** What the client is told when there was nothing for it. */
  enum End {
    AS_TIMEOUT, AS_ERROR
  }

  private static final Reply.Err UNBLOCKED = Reply.error("UNBLOCKED client unblocked via CLIENT UNBLOCK");

  private final ClientConnection connection;
  private final PendingReply pending;
  private Waits.@Nullable Wait wait;
  private @Nullable Future<?> timeout;
  private boolean over;
  /** What is answered instead of nothing; null: nothing. */
  private Reply.@Nullable Err insteadOfNothing;

  WaitingClient(ClientConnection connection, PendingReply pending) {
    this.connection = connection;
    this.pending = pending;
  }

  /** On the event loop. @param timeoutMs 0: for ever */
  void begin(Waits.Wait begun, long timeoutMs) {
    wait = begun;
    if (!over && timeoutMs > 0) {
      timeout = connection.channel().eventLoop().schedule(begun::cancel, timeoutMs, TimeUnit.MILLISECONDS);
    }
  }

  /** On the event loop; the reply still comes, and may be what was just taken. */
  void end(End how) {
    if (wait != null && !over) {
      insteadOfNothing = how == End.AS_ERROR ? UNBLOCKED : null;
      wait.cancel();
    }
  }

  @Override
  public void reply(Reply reply) {
    connection.onLoop(() -> finish(reply));
  }

  private void finish(Reply reply) {
    over = true;
    connection.waiting(null);
    if (timeout != null) {
      timeout.cancel(false);
    }
    Reply opened = insteadOfNothing == null ? reply : ReplyReader.open(reply);
    boolean nothing = opened instanceof Reply.Nil || opened instanceof Reply.NullArray;
    pending.complete(insteadOfNothing != null && nothing ? insteadOfNothing : opened);
  }
}
