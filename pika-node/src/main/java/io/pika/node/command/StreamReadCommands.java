package io.pika.node.command;

import io.pika.proxy.protocol.Command;

/** XREAD and XREADGROUP: see {@link StreamRead}. */
final class StreamReadCommands {
  private final long replyBytes;

  /** @param replyBytes see {@link Limits#replyBytes} */
  StreamReadCommands(long replyBytes) {
    this.replyBytes = replyBytes;
  }

  void bind(Handlers handlers) {
    handlers.onWaiting(Command.XREAD,
        (args, keys) -> new StreamWait(StreamRead.parse(args, StreamRead.Kind.XREAD, keys), replyBytes));
    handlers.onWaiting(Command.XREADGROUP,
        (args, keys) -> new StreamWait(StreamRead.parse(args, StreamRead.Kind.XREADGROUP, keys), replyBytes));
  }
}
