package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.Router;
import java.time.Clock;
import java.time.Instant;

/** PING, ECHO, TIME: answered on the spot. WAIT: by the leaders. */
final class ConnectionCommands {
  /** Below the time that a command over a whole table has. */
  private static final long LONGEST_WAIT_MS = 50_000;

  private final Clock clock;
  private final Router router;

  ConnectionCommands(Clock clock, Router router) {
    this.clock = clock;
    this.router = router;
  }

  void ping(ClientConnection connection, Request request, PendingReply reply) {
    if (request.size() > 2) {
      throw new RefusalException(Reply.wrongArity("ping"));
    }
    if (connection.session().isInSubscriberMode()) {
      reply.complete(
          Reply.array(Reply.bulk("pong"), request.size() == 1 ? Reply.EMPTY : Reply.bulk(request.arg(1))));
    } else {
      reply.complete(request.size() == 1 ? Reply.PONG : Reply.bulk(request.arg(1)));
    }
  }

  void echo(ClientConnection connection, Request request, PendingReply reply) {
    reply.complete(Reply.bulk(request.arg(1)));
  }

  void time(ClientConnection connection, Request request, PendingReply reply) {
    Instant now = clock.instant();
    reply.complete(Reply.array(Reply.bulk(Long.toString(now.getEpochSecond())),
        Reply.bulk(Integer.toString(now.getNano() / 1000))));
  }

  /**
   * Asks the leaders of all slots of the table, not only of those that this connection has written to: what they say is no more than
   * the truth.
   */
  void wait(ClientConnection connection, Request request, PendingReply reply) {
    Args args = new Args(request, 1);
    long followers = args.takeLong();
    long timeoutMs = args.takeLong(Reply.error("ERR timeout is not an integer or out of range"));
    if (timeoutMs < 0) {
      throw new RefusalException("ERR timeout is negative");
    }
    Table table = connection.table();
    if (table == null) {
      throw new RefusalException(Reply.error("ERR the table is gone"));
    }
    long waitsMs = timeoutMs == 0 ? LONGEST_WAIT_MS : Math.min(timeoutMs, LONGEST_WAIT_MS);
    router.routeToAll(table, Request.of("WAIT", Long.toString(Math.clamp(followers, 0, Integer.MAX_VALUE)),
        Long.toString(waitsMs)), connection.session().protocol(), reply);
  }

  void quit(ClientConnection connection, Request request, PendingReply reply) {
    reply.complete(Reply.OK);
  }
}
