package io.pika.node.engine;

import io.netty.buffer.ByteBufUtil;
import io.pika.core.bytes.Bytes;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Request;

/**
 * A command that waits in its slot if there is nothing for it, until a write brings something or an {@link Unpark} with
 * the same ticket comes. Its task is answered then, however late.
 */
public record Park(Bytes ticket, Request request, Waiting.Parser parser) implements SlotJob {
  private static final int BYTES_PER_KEY = 400;

  Waiting parse(KeySpace keys) {
    return parser.parse(new Args(request, 1), keys);
  }

  /** The bytes that it holds while it waits, about. @param keys that it waits for, each with a place in their lines */
  long bytes(int keys) {
    return 512L + request.rawLength() + (long) keys * BYTES_PER_KEY;
  }

  /** A copy that holds no buffer of a connection. */
  public static Request onHeap(Request request) {
    return Transaction.parse(ByteBufUtil.getBytes(request.raw()));
  }
}
