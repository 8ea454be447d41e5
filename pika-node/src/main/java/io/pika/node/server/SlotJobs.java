package io.pika.node.server;

import io.netty.buffer.ByteBufUtil;
import io.pika.core.bytes.Bytes;
import io.pika.node.command.Handlers;
import io.pika.node.engine.KeyHandler;
import io.pika.node.engine.Park;
import io.pika.node.engine.SlotJob;
import io.pika.node.engine.Transaction;
import io.pika.node.engine.Unpark;
import io.pika.node.engine.Waiting;
import io.pika.node.engine.Watch;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.Waits;
import java.nio.BufferUnderflowException;
import org.jspecify.annotations.Nullable;

/** What runs a request in its slot, whether a client here or another node brought it. Any thread. */
final class SlotJobs {
  private final Handlers handlers;

  SlotJobs(Handlers handlers) {
    this.handlers = handlers;
  }

  /** Null: it is no request that runs on keys. */
  @Nullable
  SlotJob find(Request request) {
    Command command = request.command();
    try {
      if (command == Command.EXEC) {
        return Transaction.parse(request, this::handler);
      }
      if (command == Command.WAIT) {
        return wait(request);
      }
      return command == Command.WATCH ? new Watch(request) : handlers.findAlone(request);
    } catch (IllegalArgumentException | IndexOutOfBoundsException
        | BufferUnderflowException broken) {
      return null;
    }
  }

  /** As {@link Waits} wraps it. */
  private SlotJob wait(Request wrapped) {
    Bytes ticket = Bytes.of(wrapped.arg(2));
    if (wrapped.argIs(1, Waits.UNPARK)) {
      return new Unpark(ticket);
    }
    Request request = Transaction.parse(wrapped.arg(3));
    Waiting.Parser parser = handlers.findWaiting(request);
    if (parser == null) {
      throw new IllegalArgumentException(request + " does not wait");
    }
    return wrapped.argIs(1, Waits.RESOLVE) ? resolve(request, parser) : new Park(ticket, request, parser);
  }

  private static KeyHandler resolve(Request request, Waiting.Parser parser) {
    return (args, keys) -> Reply.bulk(
        ByteBufUtil.getBytes(parser.parse(new Args(request, 1), keys).exact(request).raw()));
  }

  private KeyHandler handler(Request request) {
    KeyHandler handler = handlers.find(request);
    if (handler == null) {
      throw new IllegalArgumentException(request + " does not run on keys");
    }
    return handler;
  }
}
