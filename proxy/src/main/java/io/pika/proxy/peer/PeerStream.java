package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;

/**
 * A connection between two nodes on which either side says what it likes: a stream of messages whose meaning is not known here. They
 * arrive whole and in order, or the connection is lost. Any thread.
 */
public interface PeerStream {
  /** What becomes of it is not told; takes over the message's reference. Whoever sends keeps a bound of what is on the way. */
  void send(ByteBuf message);

  void close();

  /** The other end of the stream. All calls come on its event loop and must not block. */
  interface Receiver {
    /** The buffer is good during the call. */
    void received(ByteBuf message);

    /** Lost or closed; the last call. */
    void closed();
  }

  /** Who takes the streams that other nodes open. */
  interface Acceptor {
    Receiver accept(int node, PeerStream stream);
  }
}
