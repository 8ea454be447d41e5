package io.pika.node.pubsub;

/** Who gets messages: a client's connection. */
public interface Subscriber {
  /**
   * Takes a message, or drops it if there is no room. Any thread; must not block. Messages that one thread delivers
   * reach the client in that order.
   */
  void deliver(Message message);
}
