package io.pika.node.engine;

import io.netty.buffer.Unpooled;
import io.pika.node.store.Batch;
import io.pika.node.store.KeySpace;
import io.pika.node.store.WatchStamp;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.ProtocolException;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplySize;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.RequestLimits;
import io.pika.proxy.protocol.RequestParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * EXEC at the leader of the transaction's slot: all its commands one after the other, as one record. A command that is
 * refused answers so and changes nothing, the others stay, as in Redis. If the disk cannot be read, or the whole
 * becomes too large, nothing of it has happened.
 *
 * <p>It travels as a request of the same name with arguments, which no client can send, since EXEC takes none:
 *
 * <pre>
 * EXEC watched request...
 * watched: | stamp 40 | keyLength 4 | key | for each watched key
 * request: the bytes of one request as its client sent them
 * </pre>
 */
public final class Transaction implements SlotJob {
  /** Of all replies of one transaction. */
  private static final long MAX_REPLY_BYTES = 64L << 20;
  /** Of all effects of one transaction: they are held in memory until they are written. */
  static final long MAX_EFFECT_BYTES = 512L << 20;
  private static final String NO_CODE = "ERR ";
  private static final RequestLimits LIMITS = RequestLimits.of(1 << 30);

  private static final Reply.Err REPLY_TOO_LONG = Reply
      .error("ERR the replies of this transaction are longer than " + MAX_REPLY_BYTES
          + " bytes together; nothing was changed");
  private static final Reply.Err CHANGES_TOO_MUCH = Reply.error("ERR this transaction changes more than "
      + MAX_EFFECT_BYTES + " bytes; nothing was changed");

  private final List<Watched> watched;
  private final List<Step> steps;

  /** A key as it was seen when it was watched. */
  public record Watched(byte[] key, WatchStamp stamp) {}

  private record Step(Request request, KeyHandler handler) {}

  private Transaction(List<Watched> watched, List<Step> steps) {
    this.watched = watched;
    this.steps = steps;
  }

  /** @throws IllegalArgumentException the request holds no transaction */
  public static Transaction parse(Request exec, SlotJob.Finder finder) {
    List<Watched> watched = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(exec.arg(1));
    while (in.hasRemaining()) {
      WatchStamp stamp = WatchStamp.read(in);
      byte[] key = new byte[in.getInt()];
      in.get(key);
      watched.add(new Watched(key, stamp));
    }
    List<Step> steps = new ArrayList<>(exec.size() - 2);
    for (int i = 2; i < exec.size(); i++) {
      Request request = parse(exec.arg(i));
      steps.add(new Step(request, finder.find(request)));
    }
    return new Transaction(watched, steps);
  }

  /** One request out of its bytes, on the heap: it need not be released. */
  public static Request parse(byte[] bytes) {
    try {
      Request request = new RequestParser(LIMITS).next(Unpooled.wrappedBuffer(bytes));
      if (request == null) {
        throw new IllegalArgumentException("a transaction holds half a request");
      }
      return request;
    } catch (ProtocolException broken) {
      throw new IllegalArgumentException("a transaction holds what is no request", broken);
    }
  }

  /** The request that {@link #parse(Request, SlotJob.Finder)} reads. */
  public static Request encode(byte[] watched, List<byte[]> requests) {
    byte[][] arguments = new byte[2 + requests.size()][];
    arguments[0] = Command.EXEC.redisName().getBytes(StandardCharsets.US_ASCII);
    arguments[1] = watched;
    for (int i = 0; i < requests.size(); i++) {
      arguments[2 + i] = requests.get(i);
    }
    return Request.of(arguments);
  }

  boolean mayTakeLong() {
    return steps.stream().anyMatch(step -> step.request.mayTakeLong());
  }

  boolean mayWrite() {
    return steps.stream().anyMatch(step -> step.request.mayWrite());
  }

  /** @throws RefusalException nothing is to be kept of it */
  Reply run(Batch batch, KeySpace keys) {
    for (Watched each : watched) {
      if (batch.isTouched(each.key, each.stamp)) {
        return Reply.NULL_ARRAY;
      }
    }
    List<Reply> replies = new ArrayList<>(steps.size());
    long replyBytes = 0;
    long recordsBefore = batch.recordBytes();
    for (Step step : steps) {
      Reply reply = run(step, batch, keys);
      replies.add(reply);
      replyBytes += ReplySize.of(reply);
      if (replyBytes > MAX_REPLY_BYTES) {
        throw new RefusalException(REPLY_TOO_LONG);
      }
      if (batch.recordBytes() - recordsBefore > MAX_EFFECT_BYTES) {
        throw new RefusalException(CHANGES_TOO_MUCH);
      }
    }
    return Reply.array(replies);
  }

  private static Reply run(Step step, Batch batch, KeySpace keys) {
    Batch.Savepoint before = batch.savepoint();
    try {
      return step.handler.run(new Args(step.request, 1), keys);
    } catch (RefusalException refused) {
      batch.takeBack(before);
      return refused.reply();
    }
  }

  /** What EXEC answers when a transaction is not begun: as in Redis without the code that says nothing. */
  public static Reply.Err aborted(Reply.Err why) {
    String text = why.text();
    return Reply.error("EXECABORT Transaction discarded because of: "
        + (text.startsWith(NO_CODE) ? text.substring(NO_CODE.length()) : text));
  }
}
