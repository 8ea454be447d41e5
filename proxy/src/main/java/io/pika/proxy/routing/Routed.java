package io.pika.proxy.routing;

import io.pika.core.model.SlotRange;
import io.pika.proxy.peer.PeerOutcome;
import io.pika.proxy.peer.Upstream;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that did not go straight into a local batch, from its arrival to its reply. As a sink it is what the
 * local executor is given, as a callback what the peers' connections are.
 */
final class Routed implements ReplySink, Upstream.Callback, Refusable {
  final SlotRouter router;
  final int table;
  final int slot;
  final int protocol;
  final ReplySink sink;
  final long deadlineMs;
  final int bytes;
  final boolean reads;
  /** Its place among the requests of the slot. */
  long sequence;
  private @Nullable SlotRange sentTo;
  /** Null while the local executor has it, and after the reply. */
  private @Nullable Request request;

  Routed(SlotRouter router, int table, int slot, Request request, int protocol, ReplySink sink,
      long deadlineMs) {
    this.router = router;
    this.table = table;
    this.slot = slot;
    this.request = request;
    this.protocol = protocol;
    this.sink = sink;
    this.deadlineMs = deadlineMs;
    this.bytes = request.rawLength();
    this.reads = Outcomes.reads(request);
  }

  /** From the local executor, which has released the request. */
  @Override
  public void reply(Reply reply) {
    sink.reply(reply);
  }

  @Override
  public void refusedHere(Request refused) {
    request = refused;
    router.turnedBackHere(this);
  }

  @Override
  public void done(PeerOutcome outcome) {
    router.done(this, outcome);
  }

  void sentTo(SlotRange range) {
    sentTo = range;
  }

  /** Whom it was sent to last. */
  SlotRange sentTo() {
    return Objects.requireNonNull(sentTo);
  }

  Request request() {
    Request held = request;
    if (held == null) {
      throw new IllegalStateException("the request has been handed over");
    }
    return held;
  }

  Request handOver() {
    Request held = request();
    request = null;
    return held;
  }

  /** The last word, by the router. */
  void finish(Reply reply) {
    handOver().release();
    sink.reply(reply);
  }
}
