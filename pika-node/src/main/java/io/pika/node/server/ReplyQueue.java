package io.pika.node.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.pika.proxy.protocol.ReplySize;
import io.pika.node.pubsub.Message;
import io.pika.proxy.protocol.PieceSource;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The replies of one connection, in the order of its requests, whatever order they come in and on whatever thread. All
 * but {@link #replied} runs on the connection's event loop. What is ready leaves in one flush.
 */
final class ReplyQueue implements PendingReply.Heard, LongReplyFetch.Owner {
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int FIRST_BYTES = 512;

  /** Told on the event loop. */
  interface Owner {
    /** A reply is about to leave; the request is released after it. */
    void leaving(PendingReply pending, Reply reply);

    /** Those that were ready have left, for now. */
    void left();

    /** Replies have left outside of the owner's own turn: there may be room for more requests. */
    void drained();

    /** The client has taken some of a long reply. */
    void progressed();

    /** A reply that was begun cannot be completed. */
    void broken(String why);
  }

  private final Channel channel;
  private final Owner owner;
  private final Session session;
  private final ArrayDeque<PendingReply> pending = new ArrayDeque<>();
  private final AtomicBoolean drainDue = new AtomicBoolean();
  /** Bytes of replies that came on the loop, less those of all that have left. */
  private long ownBytes;
  /** Bytes of replies that came on other threads, with those that have left. */
  private final AtomicLong othersBytes = new AtomicLong();
  private boolean inTurn;
  private boolean closeAfterLast;
  private boolean closed;
  private @Nullable ByteBuf out;
  /** The first of the replies, on its way in pieces; null: it is not. */
  private @Nullable LongReplyFetch fetch;

  ReplyQueue(Channel channel, Session session, Owner owner) {
    this.channel = channel;
    this.session = session;
    this.owner = owner;
  }

  void add(PendingReply place) {
    pending.add(place);
  }

  int size() {
    return pending.size();
  }

  boolean isEmpty() { return pending.isEmpty(); }

  /** Bytes of replies that are there but must wait for an earlier one. */
  long heldBytes() {
    return ownBytes + othersBytes.get();
  }

  /** Replies that come from now on until {@link #endTurn} wait for it. */
  void beginTurn() {
    inTurn = true;
  }

  /** Sends all that is ready. */
  void endTurn() {
    inTurn = false;
    drain();
  }

  /** Nothing is added any more; the connection closes when the last reply has left. */
  void closeAfterLast() {
    closeAfterLast = true;
  }

  /** A reply has come. Any thread. */
  @Override
  public void replied(Reply reply) {
    boolean onLoop = channel.eventLoop().inEventLoop();
    if (onLoop) {
      ownBytes += ReplySize.of(reply);
    } else {
      othersBytes.addAndGet(ReplySize.of(reply));
    }
    if (onLoop && inTurn || !drainDue.compareAndSet(false, true)) {
      return;
    }
    try {
      channel.eventLoop().execute(this::drainLater);
    } catch (RejectedExecutionException stopping) {
      drainDue.set(false);
    }
  }

  /**
   * Messages go out behind the replies that are ready, before those that are still to come, and no faster than the
   * client takes them.
   */
  void write(MessageQueue messages) {
    drain();
    boolean written = false;
    while (!closed && fetch == null && channel.isWritable()) {
      Message message = messages.next(session);
      if (message == null) {
        break;
      }
      write(message);
      written = true;
    }
    if (written) {
      writeOut();
      channel.flush();
    }
  }

  private void write(Message message) {
    byte[] encoded = message.resp2().array();
    out = out == null ? channel.alloc().directBuffer(FIRST_BYTES) : out;
    out.writeByte(session.protocol() == 3 ? Message.RESP3_TYPE : encoded[0]);
    if (encoded.length < CHUNK_BYTES) {
      out.writeBytes(encoded, 1, encoded.length - 1);
      if (out.readableBytes() >= CHUNK_BYTES) {
        writeOut();
      }
    } else {
      writeOut();
      channel.write(Unpooled.wrappedBuffer(encoded, 1, encoded.length - 1), channel.voidPromise());
    }
  }

  private void drainLater() {
    drainDue.set(false);
    if (!inTurn) {
      drain();
      owner.drained();
    }
  }

  private void drain() {
    try {
      drainReady();
    } catch (RuntimeException | Error e) {
      // Such as no memory for a reply. The client cannot be answered past it.
      closed = true;
      if (out != null) {
        out.release();
        out = null;
      }
      channel.pipeline().fireExceptionCaught(e);
    }
  }

  private void drainReady() {
    boolean written = false;
    for (PendingReply first = pending.peek(); first != null; first = pending.peek()) {
      Reply reply = first.reply();
      if (reply == null || !hasBeenFetched(first, reply)) {
        break;
      }
      pending.remove();
      long size = ReplySize.of(reply);
      ownBytes -= size;
      try {
        if (fetch == null) {
          owner.leaving(first, reply);
        }
        if (closed || first.isSilent()) {
          reply.release();
        } else if (fetch == null) {
          write(reply, size);
          written = true;
        }
      } finally {
        fetch = null;
        first.request().release();
      }
    }
    owner.left();
    writeOut();
    if (closeAfterLast && pending.isEmpty() && !closed) {
      closed = true;
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else if (written) {
      channel.flush();
    }
  }

  /** Begins to fetch a long reply, which leaves when all of it has been written. True for others. */
  private boolean hasBeenFetched(PendingReply first, Reply reply) {
    if (closed || first.isSilent() || !(reply instanceof Reply.InPieces(PieceSource source))) {
      return true;
    }
    if (fetch == null) {
      owner.leaving(first, reply);
      fetch = new LongReplyFetch(source, session.protocol(), channel, this);
      fetch.goOn();
    }
    return fetch.isEnded();
  }

  /** The client has made room. */
  void writable() {
    if (fetch != null) {
      fetch.goOn();
    }
  }

  /** Whether the client has to take something of a long reply before that goes on. */
  boolean isFetchHeldUp() {
    return fetch != null && fetch.isHeldUp();
  }

  boolean isFetching() { return fetch != null; }

  @Override
  public void progressed() {
    owner.progressed();
  }

  @Override
  public void fetched() {
    if (!inTurn) {
      drain();
      owner.drained();
    }
  }

  @Override
  public void broken(String why) {
    owner.broken(why);
  }

  /** Small replies share a buffer; a big one gets its own, and one that came encoded goes out as it is. */
  private void write(Reply reply, long size) {
    if (size < CHUNK_BYTES) {
      if (out == null) {
        // As it looks, for all that is there.
        out = channel.alloc()
            .directBuffer((int) Math.clamp(heldBytes() + size, FIRST_BYTES, 2 * CHUNK_BYTES));
      }
      ReplyEncoder.write(reply, session.protocol(), out);
      if (out.readableBytes() >= CHUNK_BYTES) {
        writeOut();
      }
    } else if (reply instanceof Reply.Raw raw) {
      writeOut();
      channel.write(raw.bytes(), channel.voidPromise());
    } else {
      writeOut();
      out = channel.alloc().directBuffer((int) Math.min(size + FIRST_BYTES, Integer.MAX_VALUE - 8));
      ReplyEncoder.write(reply, session.protocol(), out);
      writeOut();
    }
  }

  private void writeOut() {
    if (out != null) {
      channel.write(out, channel.voidPromise());
      out = null;
    }
  }

  /** Sends an error past all replies that are expected, and closes the connection. */
  void writeAndClose(String error) {
    channel.writeAndFlush(Unpooled.copiedBuffer("-" + error + "\r\n", StandardCharsets.UTF_8))
        .addListener(ChannelFutureListener.CLOSE);
  }

  /** The connection is gone: replies that are there are let go; those that come later are too, when they come. */
  void close() {
    closed = true;
    if (fetch != null) {
      fetch.giveUp();
    }
    drain();
  }
}
