package io.pika.node.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.pika.node.engine.KeyHandler;
import io.pika.node.store.KeySpace;
import io.pika.node.type.InMemoryKeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.PieceSource;
import io.pika.proxy.protocol.PieceSource.Piece;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import io.pika.proxy.protocol.Request;
import io.pika.testkit.differential.Call;
import io.pika.testkit.differential.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The handlers by themselves on one slot in memory, with just the checks before a handler that cannot be left out. */
final class HandlersTarget implements Target {
  private final Function<Request, @Nullable KeyHandler> handlers;

  HandlersTarget(Handlers handlers) {
    this(handlers::find);
  }

  private HandlersTarget(Function<Request, @Nullable KeyHandler> handlers) {
    this.handlers = handlers;
  }

  /** Commands that stand alone: long replies come in pieces. */
  static HandlersTarget alone(Handlers handlers) {
    return new HandlersTarget(handlers::findAlone);
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
    KeyHandler handler = handlers.apply(request);
    if (handler == null) {
      throw new IllegalStateException(request + " is bound to nothing");
    }
    return handler.run(new Args(request, 1), keys);
  }

  static byte[] encoded(Reply reply, int protocol) {
    ByteBuf out = Unpooled.buffer();
    if (reply instanceof Reply.InPieces(PieceSource source)) {
      boolean more = true;
      while (more) {
        more = appendNext(source, protocol, out);
      }
    } else {
      ReplyEncoder.write(reply, protocol, out);
    }
    return ByteBufUtil.getBytes(out);
  }

  /** Of a source that answers at once. False: it was the last piece. */
  private static boolean appendNext(PieceSource source, int protocol, ByteBuf out) {
    List<Piece> come = new ArrayList<>();
    source.next(protocol, come::add);
    return switch (come.getFirst()) {
      case Piece.Next(ByteBuf bytes) -> append(bytes, out, true);
      case Piece.Last(ByteBuf bytes) -> append(bytes, out, false);
      case Piece.Broken(String why) -> throw new AssertionError(why);
    };
  }

  private static boolean append(ByteBuf bytes, ByteBuf out, boolean more) {
    out.writeBytes(bytes);
    bytes.release();
    return more;
  }

  @Override
  public void close() {
    // Nothing is held between programs.
  }
}
