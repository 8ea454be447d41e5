package io.pika.node.server;

import io.netty.channel.Channel;
import io.pika.proxy.protocol.PieceSource;
import io.pika.proxy.protocol.PieceSource.Piece;
import java.util.concurrent.RejectedExecutionException;

/**
 * Brings a long reply to its client: the next piece is asked for when the client has taken enough of those before it. On the
 * connection's event loop, but for {@link #take}.
 */
final class LongReplyFetch {
  private final PieceSource source;
  private final int protocol;
  private final Channel channel;
  private final Owner owner;
  private boolean asked;
  private boolean ended;

  /** Told on the event loop. */
  interface Owner {
    /** A piece was written, and more is to come. */
    void progressed();

    /** All of it has been written. */
    void fetched();

    /** It cannot be completed. */
    void broken(String why);
  }

  LongReplyFetch(PieceSource source, int protocol, Channel channel, Owner owner) {
    this.source = source;
    this.protocol = protocol;
    this.channel = channel;
    this.owner = owner;
  }

  /** Asks for the next piece if the client is ready for it. */
  void goOn() {
    if (!asked && !ended && channel.isWritable()) {
      asked = true;
      source.next(protocol, this::take);
    }
  }

  /** The client has to take something before it goes on. */
  boolean isHeldUp() { return !asked && !ended; }

  boolean isEnded() { return ended; }

  private void take(Piece piece) {
    try {
      channel.eventLoop().execute(() -> write(piece));
    } catch (RejectedExecutionException stopping) {
      release(piece);
    }
  }

  private void write(Piece piece) {
    asked = false;
    if (ended) {
      release(piece);
      return;
    }
    switch (piece) {
      case Piece.Next(var bytes) -> {
        channel.writeAndFlush(bytes, channel.voidPromise());
        owner.progressed();
        goOn();
      }
      case Piece.Last(var bytes) -> {
        ended = true;
        channel.writeAndFlush(bytes, channel.voidPromise());
        owner.fetched();
      }
      case Piece.Broken(String why) -> {
        ended = true;
        owner.broken(why);
      }
    }
  }

  private static void release(Piece piece) {
    switch (piece) {
      case Piece.Next(var bytes) -> bytes.release();
      case Piece.Last(var bytes) -> bytes.release();
      case Piece.Broken _ -> {
      }
    }
  }

  /** The client is gone. */
  void giveUp() {
    ended = true;
    source.close();
  }
}
