package io.pika.proxy.protocol;

import io.netty.buffer.ByteBuf;

/**
 * The bytes of a reply that is too long to be held, one piece after the other as they are asked for. Whoever has it asks
 * until the end or closes it; until then it holds something at the node that makes the reply.
 */
public interface PieceSource {
  /** What comes when a piece is asked for. Whoever is told owns the buffer. */
  sealed interface Piece {
    /** More is to come. */
    record Next(ByteBuf bytes) implements Piece {}

    /** The reply ends with it. */
    record Last(ByteBuf bytes) implements Piece {}

    /** The reply cannot be completed. @param why for the log */
    record Broken(String why) implements Piece {}
  }

  /** Told once, on any thread, perhaps before {@link #next} has returned. Must not block. */
  interface Receiver {
    void take(Piece piece);
  }

  /**
   * Asks for the next piece, when the one before has come. Does not block.
   *
   * @param protocol of RESP, 2 or 3; the same for all pieces
   */
  void next(int protocol, Receiver receiver);

  /** Nothing more is wanted; a piece that was asked for may still come. Any thread, as often as one likes. */
  void close();
}
