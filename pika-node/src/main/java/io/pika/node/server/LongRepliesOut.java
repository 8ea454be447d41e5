package io.pika.node.server;

import io.netty.buffer.Unpooled;
import io.pika.proxy.peer.PeerService;
import io.pika.proxy.peer.PeerStatus;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.PieceSource;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.RemotePieces;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The long replies that are made here for one other node, over one connection, and end with it. Any thread. */
final class LongRepliesOut {
  private static final Logger LOG = LoggerFactory.getLogger(LongRepliesOut.class);
  private static final int NUMBER_BYTES = Long.BYTES;

  private final AtomicLong lastNumber;
  private final Map<Long, PieceSource> open = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** @param lastNumber shared by all connections: a number that was given on another one means nothing here */
  LongRepliesOut(AtomicLong lastNumber) {
    this.lastNumber = lastNumber;
  }

  /** Whether a request is for a piece, as {@link RemotePieces} makes it. */
  static boolean isAbout(Request request) {
    return request.command() == Command.WAIT && request.size() > 2
        && request.argLength(2) == NUMBER_BYTES
        && (request.argIs(1, RemotePieces.PIECE) || request.argIs(1, RemotePieces.GIVE_UP));
  }

  /** Takes over a reply, and answers with its first piece. */
  void begin(PieceSource source, int protocol, PeerService.Answer answer) {
    long number = lastNumber.incrementAndGet();
    open.put(number, source);
    if (closed) {
      source.close();
    }
    send(number, source, protocol, answer);
  }

  /** Answers a request for a piece; takes over the request. */
  void goOn(Request request, int protocol, PeerService.Answer answer) {
    long number = RemotePieces.number(request);
    boolean givenUp = request.argIs(1, RemotePieces.GIVE_UP);
    request.release();
    PieceSource source = givenUp ? open.remove(number) : open.get(number);
    if (givenUp) {
      if (source != null) {
        source.close();
      }
      answer.reply(Unpooled.EMPTY_BUFFER);
    } else if (source == null) {
      answer.refuse(PeerStatus.TROUBLE, 0);
    } else {
      send(number, source, protocol, answer);
    }
  }

  private void send(long number, PieceSource source, int protocol, PeerService.Answer answer) {
    source.next(protocol, piece -> {
      switch (piece) {
        case PieceSource.Piece.Next(var bytes) -> answer.continues(number, bytes);
        case PieceSource.Piece.Last(var bytes) -> {
          open.remove(number);
          answer.reply(bytes);
        }
        case PieceSource.Piece.Broken(String why) -> {
          open.remove(number);
          LOG.warn("a long reply for another node cannot be completed: {}", why);
          answer.refuse(PeerStatus.TROUBLE, 0);
        }
      }
    });
  }

  /** The connection is gone. */
  void close() {
    closed = true;
    open.values().forEach(PieceSource::close);
    open.clear();
  }
}
