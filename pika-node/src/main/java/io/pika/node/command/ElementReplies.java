package io.pika.node.command;

import io.pika.node.store.ElementSnapshot;
import io.pika.node.store.ElementWalk;
import io.pika.node.store.KeySpace;
import io.pika.node.type.ElementRun;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyShape;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Commands that read neighbouring elements of one collection, such as HGETALL and LRANGE. A reply is made at once while it
 * is short. If it turns out to be long, what follows is read later from a snapshot, as the client fetches it: see
 * {@link LongReply}. Within transactions and scripts a long reply is refused at the limit, as all are.
 */
final class ElementReplies {
  private static final RefusalException TOO_MANY = new RefusalException(
      "TRYAGAIN too many long replies are under way; read the collection in parts, or try again later");

  /** What a command comes to. */
  sealed interface Answer {
    /** Elements that are to be read, if the key is there. */
    static Answer of(@Nullable ElementRun run, ReplyShape shape, int width, Items items) {
      return run == null
          ? new Settled(new ReplyItems(0).reply(shape))
          : new ElementReply(run, shape, width, items);
    }
  }

  /** There is nothing to read. */
  record Settled(Reply reply) implements Answer {}

  /**
   * What elements become.
   *
   * @param width items of each element
   */
  record ElementReply(ElementRun run, ReplyShape shape, int width, Items items) implements Answer {}

  /** Makes the items of one element. */
  interface Items {
    void add(byte[] name, byte[] value, ReplyItems out);
  }

  /** Reads a command, and finds its key. */
  interface Parser {
    Answer parse(Args args, KeySpace keys);
  }

  private final Limits limits;
  private final LongReplies longReplies;

  ElementReplies(Limits limits, LongReplies longReplies) {
    this.limits = limits;
    this.longReplies = longReplies;
  }

  void bind(Handlers handlers, Command command, Parser parser) {
    handlers.on(command, (args, keys) -> answer(parser.parse(args, keys), this::whole));
    handlers.onAlone(command, (args, keys) -> answer(parser.parse(args, keys), this::wholeOrLong));
  }

  private static Reply answer(Answer answer, Function<ElementReply, Reply> read) {
    return switch (answer) {
      case Settled(Reply reply) -> reply;
      case ElementReply elements -> read.apply(elements);
    };
  }

  private Reply whole(ElementReply reply) {
    ReplyItems items = new ReplyItems(limits.replyBytes());
    reply.run().each((name, value) -> reply.items().add(name, value, items));
    return items.reply(reply.shape());
  }

  private Reply wholeOrLong(ElementReply reply) {
    ReplyItems items = new ReplyItems(Long.MAX_VALUE);
    long most = reply.run().most();
    if (most == 0) {
      return items.reply(reply.shape());
    }
    long enough = longReplies.fromBytes().getAsLong();
    if (isLongFor(reply, enough)) {
      return begin(reply, reply.run().countIfKnown(), items, 0, null);
    }
    long taken = 0;
    byte[] last = null;
    try (ElementWalk walk = reply.run().walk()) {
      while (taken < most && items.bytes() < enough && walk.next()) {
        last = walk.name();
        reply.items().add(last, walk.value(), items);
        taken++;
      }
    }
    if (last == null || items.bytes() < enough || taken == most) {
      return items.reply(reply.shape());
    }
    long count = reply.run().count();
    return taken == count ? items.reply(reply.shape()) : begin(reply, count, items, taken, last);
  }

  /** Whether the items are so many that their bytes do not matter: the lock is not held for what is read later anyway. */
  private static boolean isLongFor(ElementReply reply, long enough) {
    long count = reply.run().countIfKnown();
    return count != ElementRun.UNKNOWN && reply.run().skip() == 0
        && count > enough / (ReplyItems.ITEM_BYTES * reply.width());
  }

  /** Whatever may fail has been done: nobody would close the snapshot. */
  private Reply begin(ElementReply reply, long count, ReplyItems first, long taken, byte @Nullable [] last) {
    ElementRun run = reply.run();
    ElementSnapshot snapshot = run.elements().snapshot(run.from(), run.to());
    if (snapshot == null) {
      throw TOO_MANY;
    }
    longReplies.begun();
    return new Reply.InPieces(
        new LongReply(reply, snapshot, count, first, taken, last, longReplies.reading()));
  }
}
