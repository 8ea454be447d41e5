package io.pika.node.server;

import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;

/** SLOWLOG, of the session's own table. */
final class SlowLogCommands {
  private static final int DEFAULT_COUNT = 10;
  private static final Reply.Err BAD_COUNT = Reply.error("ERR count should be greater than or equal to -1");

  private final SlowLog log;

  SlowLogCommands(SlowLog log) {
    this.log = log;
  }

  void run(ClientConnection connection, Request request, PendingReply reply) {
    int table = connection.session().table();
    Args args = new Args(request, 2);
    reply.complete(switch (request.subCommand()) {
      case SLOWLOG_GET -> {
        long count = args.hasNext() ? args.takeLong(-1, Long.MAX_VALUE, BAD_COUNT) : DEFAULT_COUNT;
        args.expectEnd();
        yield log.get(table, count);
      }
      case SLOWLOG_LEN -> Reply.of(log.length(table));
      case SLOWLOG_RESET -> {
        log.reset(table);
        yield Reply.OK;
      }
      case SLOWLOG_HELP -> HelpTexts.SLOWLOG;
      case null, default ->
        throw new IllegalStateException("SLOWLOG's dispatcher let an unknown sub-command through");
    });
  }
}
