package io.pika.node.server;

import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.time.Clock;
import java.time.Instant;

/** PING, ECHO, TIME, WAIT: answered on the spot. */
final class ConnectionCommands {
  private final Clock clock;

  ConnectionCommands(Clock clock) {
    this.clock = clock;
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

  /** No slot has a follower yet, so no write has reached any. */
  void wait(ClientConnection connection, Request request, PendingReply reply) {
    Args args = new Args(request, 1);
    args.takeLong();
    if (args.takeLong(Reply.error("ERR timeout is not an integer or out of range")) < 0) {
      throw new RefusalException("ERR timeout is negative");
    }
    reply.complete(Reply.ZERO);
  }

  void quit(ClientConnection connection, Request request, PendingReply reply) {
    reply.complete(Reply.OK);
  }
}
