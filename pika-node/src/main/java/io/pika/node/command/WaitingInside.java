package io.pika.node.command;

import io.pika.node.engine.KeyHandler;
import io.pika.node.engine.Waiting;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A command that waits, each of whose attempts is made inside of what goes around commands that write. */
record WaitingInside(Request request, Waiting inner, UnaryOperator<KeyHandler> around) implements Waiting {
  @Override
  public List<byte[]> keys() {
    return inner.keys();
  }

  @Override
  public byte type() {
    return inner.type();
  }

  @Override
  public @Nullable Reply gone() {
    return inner.gone();
  }

  @Override
  public Request exact(Request asked) {
    return inner.exact(asked);
  }

  @Override
  public Reply nothing() {
    return inner.nothing();
  }

  @Override
  public @Nullable Reply attempt(KeySpace keySpace, List<byte[]> among) {
    Reply nothing = inner.nothing();
    Reply found = around.apply((_, inside) -> {
      Reply reply = inner.attempt(inside, among);
      return reply == null ? nothing : reply;
    }).run(new Args(request, 1), keySpace);
    return found == nothing ? null : found;
  }
}
