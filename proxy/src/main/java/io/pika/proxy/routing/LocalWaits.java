package io.pika.proxy.routing;

import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;

/** What the node plugs in for requests that wait in slots which it leads. */
public interface LocalWaits {
  /**
   * Begins or ends a waiting, as {@link Waits} wraps it. Blocks for short work in the slot and the disk, not for long
   * commands nor for the waiting itself. An end finds its begin even if that has to wait for its slot.
   *
   * @param request on the heap: it need not be released
   */
  void run(int table, int slot, long epoch, Request request, Answer answer);

  /** One call, now or much later, on any thread. */
  interface Answer {
    void reply(Reply reply);

    /** The slot is not led here at that epoch, or not any more; nothing was executed. */
    void refused();
  }
}
