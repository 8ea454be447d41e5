package io.pika.node.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.pika.node.command.ElementReplies.ElementReply;
import io.pika.node.store.ElementSnapshot;
import io.pika.node.store.ElementWalk;
import io.pika.node.store.StoreException;
import io.pika.node.type.Direction;
import io.pika.node.type.ElementRun;
import io.pika.proxy.protocol.PieceSource;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reply that was begun under the slot's lock and is read on from a snapshot of that moment. Between pieces it holds the
 * name of the element that it has come to, and the snapshot. A reply begins with the count of its items: where only a walk
 * can tell it, the elements are walked over twice, and what comes while they are counted are pieces without bytes.
 */
final class LongReply implements PieceSource {
  private static final Logger LOG = LoggerFactory.getLogger(LongReply.class);
  /** Memory of a piece's items, about; of items with few bytes it is mostly their own. */
  private static final long PIECE_BYTES = 256 << 10;
  /** Elements that are counted for one piece: some tens of milliseconds. */
  private static final int COUNTED = 50_000;

  private final ElementReply reply;
  private final ElementSnapshot snapshot;
  private final Executor reading;
  /** Items that were found before the reply was known to be long; null: they have been written. */
  private @Nullable ReplyItems first;
  /** Of elements, or {@link ElementRun#UNKNOWN}. */
  private long count;
  /** Elements that have been written, or are among the first. */
  private long taken;
  /** The last of them; null: there are none. */
  private byte @Nullable [] last;
  private long counted;
  private byte @Nullable [] lastCounted;

  /** @param count of elements, or {@link ElementRun#UNKNOWN} */
  LongReply(ElementReply reply, ElementSnapshot snapshot, long count, ReplyItems first, long taken,
      byte @Nullable [] last, Executor reading) {
    this.reply = reply;
    this.snapshot = snapshot;
    this.first = first;
    this.taken = taken;
    this.last = last;
    this.counted = taken;
    this.lastCounted = last;
    this.count = count;
    this.reading = reading;
  }

  @Override
  public void next(int protocol, Receiver receiver) {
    try {
      reading.execute(() -> receiver.take(piece(protocol)));
    } catch (RejectedExecutionException stopping) {
      close();
      receiver.take(new Piece.Broken("the node is stopping"));
    }
  }

  @Override
  public void close() {
    snapshot.close();
  }

  private Piece piece(int protocol) {
    try {
      return count == ElementRun.UNKNOWN ? count() : read(protocol);
    } catch (ElementSnapshot.ClosedException e) {
      return broken(e.getMessage());
    } catch (StoreException e) {
      LOG.error("A long reply could not be read from the disk", e);
      return broken("the disk cannot be read, see the log");
    } catch (OutOfMemoryError full) {
      // Perhaps only Netty's own bound of memory outside the heap. The client must not wait for a piece that never comes.
      LOG.error("A long reply found no memory: {}", full.getMessage());
      return broken("there is no memory for it");
    } catch (RuntimeException e) {
      LOG.error("A long reply failed: a bug", e);
      return broken("it failed, see the log");
    }
  }

  private Piece broken(@Nullable String why) {
    close();
    return new Piece.Broken(String.valueOf(why));
  }

  private Piece count() {
    long most = reply.run().most();
    int steps = 0;
    try (ElementWalk walk = walkBehind(lastCounted)) {
      while (steps < COUNTED && counted < most) {
        if (!walk.next()) {
          count = counted;
          return new Piece.Next(Unpooled.EMPTY_BUFFER);
        }
        lastCounted = walk.name();
        counted++;
        steps++;
      }
    }
    if (counted == most) {
      count = counted;
    }
    return new Piece.Next(Unpooled.EMPTY_BUFFER);
  }

  private Piece read(int protocol) {
    ByteBuf out = ByteBufAllocator.DEFAULT.buffer((int) PIECE_BYTES);
    boolean done = false;
    try {
      if (first == null) {
        write(next(), protocol, out);
      } else {
        ReplyEncoder.writeHead(reply.shape(), count * reply.width(), protocol, out);
        write(first, protocol, out);
        first = null;
      }
      done = true;
    } finally {
      if (!done) {
        out.release();
      }
    }
    if (taken < count) {
      return new Piece.Next(out);
    }
    close();
    return new Piece.Last(out);
  }

  private ReplyItems next() {
    ReplyItems items = new ReplyItems(Long.MAX_VALUE);
    try (ElementWalk walk = walkBehind(last)) {
      while (taken < count && items.bytes() < PIECE_BYTES) {
        if (!walk.next()) {
          throw new IllegalStateException("a collection has fewer elements than its size says");
        }
        last = walk.name();
        reply.items().add(last, walk.value(), items);
        taken++;
      }
    }
    return items;
  }

  private ElementWalk walkBehind(byte @Nullable [] name) {
    ElementRun run = reply.run();
    if (name == null) {
      return run.direction() == Direction.UP
          ? snapshot.walk(run.from(), run.to())
          : snapshot.walkBack(run.from(), run.to());
    }
    return run.direction() == Direction.UP
        ? snapshot.walk(Arrays.copyOf(name, name.length + 1), run.to())
        : snapshot.walkBack(run.from(), name);
  }

  /** An element's items are always written together, so the first one of a piece is the first one of an element. */
  private void write(ReplyItems items, int protocol, ByteBuf out) {
    List<Reply> list = items.list();
    for (int i = 0; i < list.size(); i++) {
      ReplyEncoder.writeItem(reply.shape(), list.get(i), i, protocol, out);
    }
  }
}
