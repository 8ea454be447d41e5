package io.pika.proxy.peer;

/**
 * Sends requests to other nodes: {@link PeerPool} over the network, a fake in simulations.
 *
 * <p>Requests for one slot of one table reach the node in the order of the calls. A call does not block, may
 * come from any thread, and takes over the reference to the request's command. The callback is told exactly
 * once, within the request's timeout and a little, on any thread but never inside the call.
 */
public interface Upstream {
  void send(int node, PeerRequest request, Callback callback);

  /** Must not block. */
  interface Callback {
    void done(PeerOutcome outcome);
  }
}
