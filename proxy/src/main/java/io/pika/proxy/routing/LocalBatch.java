package io.pika.proxy.routing;

import io.pika.core.model.Table;
import io.pika.proxy.protocol.Request;

/**
 * Takes requests for slots that this node leads: a session's event loop collects them and runs them together.
 *
 * <p>Whoever runs a request checks under the slot's lock that the slot is led here now. If it is not, nothing is
 * executed and the request goes to {@link Router#refusedHere} with the same sink, before the next socket read
 * is parsed. All requests of a slot in one batch are executed or all refused, so that none overtakes another.
 */
public interface LocalBatch {
  /** Takes over the request. Called on the thread that called the router. */
  void execute(Table table, int slot, Request request, int protocol, ReplySink sink);

  /** True if a request of this slot was taken and has not been run yet. Rarely asked. */
  boolean holds(int table, int slot);
}
