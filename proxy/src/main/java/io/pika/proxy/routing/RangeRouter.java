package io.pika.proxy.routing;

import io.netty.buffer.ByteBuf;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.topology.Topology;
import io.pika.proxy.peer.PeerOutcome;
import io.pika.proxy.peer.PeerRequest;
import io.pika.proxy.peer.PeerTimer;
import io.pika.proxy.peer.Upstream;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks leaders about many of their slots at once. Slots whose leader has changed are asked for again where they
 * are led now, cut anew: a range that was one when it was asked may have become several. There is no order
 * between these requests and others.
 */
final class RangeRouter {
  private final int self;
  private final Topology topology;
  private final LocalExecutor local;
  private final Upstream upstream;
  private final PeerTimer timer;
  private final RouterOptions options;
  private final RouterStats stats;

  RangeRouter(int self, Topology topology, LocalExecutor local, Upstream upstream, PeerTimer timer,
      RouterOptions options,
      RouterStats stats) {
    this.self = self;
    this.topology = topology;
    this.local = local;
    this.upstream = upstream;
    this.timer = timer;
    this.options = options;
    this.stats = stats;
  }

  /** One client's command, with what it takes to ask again. */
  record Call(int table, byte[][] command, int protocol, long deadlineMs) {
    /** The same client's, in other words. */
    Call with(byte[]... other) {
      return new Call(table, other, protocol, deadlineMs);
    }

    /** The same, with more time. */
    Call longer(long ms) {
      return new Call(table, command, protocol, deadlineMs + ms);
    }

    Call with(Command other) {
      return with(other.redisName().getBytes(StandardCharsets.US_ASCII));
    }
  }

  interface Answers {
    /** What the leader of these slots said; opened. Any thread, one call for each range asked. */
    void answered(int from, int to, Reply reply);

    /** The leader is another by now, and no longer one: ask for these slots again. */
    void turnedBack(int from, int to);
  }

  Call call(Table table, Request request, int protocol) {
    long deadlineMs = timer.nowMs() + options.broadcastTimeout().toMillis();
    return new Call(table.id(), request.args(), protocol, deadlineMs);
  }

  /** The ranges that slots are in now, cut to them; empty: the table is gone. */
  List<SlotRange> ranges(int table, int from, int to) {
    Table known = topology.table(table);
    List<SlotRange> ranges = new ArrayList<>();
    if (known != null) {
      for (int slot = from; slot <= to && slot < known.slots(); slot = ranges.getLast().to() + 1) {
        SlotRange range = known.range(slot);
        ranges.add(range.part(slot, Math.min(to, range.to())));
      }
    }
    return ranges;
  }

  /** Why nothing is asked any more; null: go on. */
  Reply.@Nullable Err end(Call call) {
    Reply.Err error = RouteErrors.ofTable(topology.table(call.table()));
    if (error == null && timer.nowMs() >= call.deadlineMs()) {
      stats.notServed().increment();
      return RouteErrors.NOT_SERVED;
    }
    return error;
  }

  /** Asks the leader of the first of the ranges that slots are in now. Why nobody is asked any more; null: it is. */
  Reply.@Nullable Err askFirst(Call call, int from, int to, Answers answers) {
    Reply.Err end = end(call);
    List<SlotRange> cut = ranges(call.table(), from, to);
    if (end != null || cut.isEmpty()) {
      return end == null ? RouteErrors.DROPPED : end;
    }
    ask(call, cut.getFirst(), answers);
    return null;
  }

  /** Asks the leader of one range, once. */
  void ask(Call call, SlotRange range, Answers answers) {
    Request request = Request.of(call.command());
    Asked asked = new Asked(range, Outcomes.reads(request), answers);
    Table table = topology.table(call.table());
    if (range.leader() == self && table != null) {
      local.executeRange(table, range, request, call.protocol(), asked);
      return;
    }
    stats.forwarded().increment();
    ByteBuf command = request.raw().retain();
    request.release();
    int timeoutMs = (int) Math.clamp(call.deadlineMs() - timer.nowMs(), 1, Integer.MAX_VALUE);
    upstream.send(range.leader(),
        new PeerRequest(call.table(), range.from(), range.to(), range.epoch(), PeerRequest.Order.NONE,
            call.protocol(), timeoutMs, command),
        asked);
  }

  private final class Asked implements ReplySink, Refusable, Upstream.Callback {
    private final SlotRange range;
    private final boolean reads;
    private final Answers answers;

    Asked(SlotRange range, boolean reads, Answers answers) {
      this.range = range;
      this.reads = reads;
      this.answers = answers;
    }

    @Override
    public void reply(Reply reply) {
      answers.answered(range.from(), range.to(), ReplyReader.open(reply));
    }

    @Override
    public void refusedHere(Request request) {
      request.release();
      askLater();
    }

    @Override
    public void done(PeerOutcome outcome) {
      Reply reply = Outcomes.lastWord(outcome, reads, stats);
      if (reply == null) {
        askLater();
      } else {
        reply(reply);
      }
    }

    private void askLater() {
      stats.retried().increment();
      timer.after(options.maxBackOff().toMillis() / 4, () -> answers.turnedBack(range.from(), range.to()));
    }
  }
}
