package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;

/** XREAD and XREADGROUP: see {@link StreamRead}. */
final class StreamReadCommands {
  private static final RefusalException NO_BLOCKING = new RefusalException(
      "ERR blocking reads are not served yet");

  private final long replyBytes;

  /** @param replyBytes see {@link Limits#replyBytes} */
  StreamReadCommands(long replyBytes) {
    this.replyBytes = replyBytes;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.XREAD, (args, keys) -> read(args, StreamRead.Kind.XREAD, keys));
    handlers.on(Command.XREADGROUP, (args, keys) -> read(args, StreamRead.Kind.XREADGROUP, keys));
  }

  private Reply read(Args args, StreamRead.Kind kind, KeySpace keys) {
    StreamRead read = StreamRead.parse(args, kind, keys);
    Reply found = read.serve(keys, replyBytes);
    if (found == null && read.blockMs() != null) {
      throw NO_BLOCKING;
    }
    return found == null ? Reply.NULL_ARRAY : found;
  }
}
