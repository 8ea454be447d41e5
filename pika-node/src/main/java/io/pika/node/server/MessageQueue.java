package io.pika.node.server;

import io.pika.node.pubsub.Message;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to one subscriber, until its socket takes them. Any thread adds, the connection's event loop
 * takes. How many bytes there may be is the connection's to say, see {@link ClientConnection#checkOutput}.
 */
final class MessageQueue {
  private final ConcurrentLinkedQueue<Message> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicBoolean writeDue = new AtomicBoolean();
  private volatile boolean closed;

  /** Whether somebody must see to it that it is written: the first message since {@link #writing}. */
  boolean add(Message message) {
    if (closed) {
      return false;
    }
    bytes.addAndGet(message.size());
    waiting.add(message);
    if (closed) {
      // Closed meanwhile: whoever closed may not have seen it.
      clear();
    }
    return writeDue.compareAndSet(false, true);
  }

  /** What is added from now on asks to be written again. */
  void writing() {
    writeDue.set(false);
  }

  /** The next message of what the session is subscribed to now: what it has left is dropped. */
  @Nullable
  Message next(Session session) {
    for (Message next = waiting.poll(); next != null; next = waiting.poll()) {
      bytes.addAndGet(-next.size());
      if (next.table() == session.table() && session.channels().has(next.kind(), next.name())) {
        return next;
      }
    }
    return null;
  }

  boolean isEmpty() { return waiting.isEmpty(); }

  long bytes() {
    return bytes.get();
  }

  /** Takes nothing any more. */
  void close() {
    closed = true;
    clear();
  }

  private void clear() {
    for (Message next = waiting.poll(); next != null; next = waiting.poll()) {
      bytes.addAndGet(-next.size());
    }
  }
}
