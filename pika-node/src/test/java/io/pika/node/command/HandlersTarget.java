package io.pika.node.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.pika.node.engine.KeyHandler;
import io.pika.node.store.KeySpace;
import io.pika.node.type.InMemoryKeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import io.pika.proxy.protocol.Request;
import io.pika.testkit.differential.Call;
import io.pika.testkit.differential.Target;
import java.util.ArrayList;
import java.util.List;

/** The handlers by themselves on one slot in memory, with just the checks before a handler that cannot be left out. */
final class HandlersTarget implements Target {
  private final Handlers handlers;

  HandlersTarget(Handlers handlers) {
    this.handlers = handlers;
  }

  @Override
  public List<byte[]> run(int protocol, List<Call> calls) {
    InMemoryKeySpace keys = new InMemoryKeySpace(System.currentTimeMillis());
    List<byte[]> replies = new ArrayList<>();
    for (Call call : calls) {
      keys.setNowMs(System.currentTimeMillis());
      replies.add(encoded(answer(call, keys), protocol));
    }
    keys.assertNoOrphans();
    return replies;
  }

  Reply answer(Call call, KeySpace keys) {
    Request request = Request.of(call.array());
    try {
      return answer(request, keys);
    } catch (RefusalException refusal) {
      return refusal.reply();
    } finally {
      request.release();
    }
  }

  private Reply answer(Request request, KeySpace keys) {
    Reply refusal = RequestChecks.refusal(request);
    if (refusal != null) {
      return refusal;
    }
    if (request.command() == Command.KEYS) {
      List<byte[]> found = keys.scan(null, ScanOptions.matching(request.arg(1)), Integer.MAX_VALUE).keys();
      return Reply.array(found.stream().map(Reply::bulk).toList());
    }
    KeyHandler handler = handlers.find(request);
    if (handler == null) {
      throw new IllegalStateException(request + " is bound to nothing");
    }
    return handler.run(new Args(request, 1), keys);
  }

  static byte[] encoded(Reply reply, int protocol) {
    ByteBuf out = Unpooled.buffer();
    ReplyEncoder.write(reply, protocol, out);
    return ByteBufUtil.getBytes(out);
  }

  @Override
  public void close() {
    // Nothing is held between programs.
  }
}
