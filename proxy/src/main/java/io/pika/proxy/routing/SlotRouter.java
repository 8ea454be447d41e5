package io.pika.proxy.routing;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.proxy.peer.PeerOutcome;
import io.pika.proxy.peer.PeerRequest;
import io.pika.proxy.peer.PeerTimer;
import io.pika.proxy.peer.Upstream;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Requests for one slot: to the leader here or at a peer, in order, again and again until their deadline. What
 * keeps the order is told at {@link Router}.
 *
 * <p>A {@link Lane} changes under its stripe's lock. With the lock held only {@link Upstream#send} and
 * {@link PeerTimer#after} are called, which queue and return; everything else is done after it was left.
 */
final class SlotRouter {
  private final int self;
  private final Topology topology;
  private final LocalExecutor local;
  private final Executor blocking;
  private final Upstream upstream;
  private final PeerTimer timer;
  private final RouterOptions options;
  private final RouterStats stats;
  private final Lanes lanes = new Lanes();
  private final AtomicLong waitingBytes = new AtomicLong();

  SlotRouter(int self, Topology topology, LocalExecutor local, Executor blocking, Upstream upstream,
      PeerTimer timer,
      RouterOptions options, RouterStats stats) {
    this.self = self;
    this.topology = topology;
    this.local = local;
    this.blocking = blocking;
    this.upstream = upstream;
    this.timer = timer;
    this.options = options;
    this.stats = stats;
    topology.listen(this::topologyChanged);
  }

  /** A hot path where the slot is led here: a range lookup and one volatile read. */
  void route(Table table, int slot, Request request, int protocol, LocalBatch batch, ReplySink sink) {
    SlotRange range = table.range(slot);
    boolean here = range.leader() == self;
    if (here && mayJoin(batch, table.id(), slot)) {
      batch.execute(table, slot, request, protocol, sink);
      return;
    }
    Routed routed = routed(table.id(), slot, request, protocol, sink);
    List<Runnable> after = new ArrayList<>(0);
    Lanes.Stripe stripe = lanes.of(table.id(), slot);
    synchronized (stripe) {
      Lane lane = stripe.open(table.id(), slot, options.firstBackOff().toMillis());
      routed.sequence = lane.nextSequence++;
      if (!here && lane.admits(range)) {
        send(lane, routed, range);
      } else {
        park(lane, routed, after);
        advance(stripe, lane, after);
      }
    }
    after.forEach(Runnable::run);
  }

  /**
   * Behind a request of the same slot that this batch holds there is no other place: that one may yet be turned
   * back, and must not be overtaken by way of the lane.
   */
  private boolean mayJoin(LocalBatch batch, int table, int slot) {
    Lanes.Stripe stripe = lanes.of(table, slot);
    if (stripe.isEmpty() || batch.holds(table, slot)) {
      return true;
    }
    synchronized (stripe) {
      return stripe.find(table, slot) == null;
    }
  }

  /** A request that a local batch took and found the slot not led here. */
  void refusedHere(int table, int slot, Request request, int protocol, ReplySink sink) {
    Routed routed = routed(table, slot, request, protocol, sink);
    stats.retried().increment();
    List<Runnable> after = new ArrayList<>(1);
    Lanes.Stripe stripe = lanes.of(table, slot);
    synchronized (stripe) {
      Lane lane = stripe.open(table, slot, options.firstBackOff().toMillis());
      routed.sequence = lane.nextSequence++;
      SlotRange range = range(table, slot);
      if (lane.isIdle() && range != null && range.leader() == self) {
        lane.aim(range);
        backOff(lane);
      }
      park(lane, routed, after);
      advance(stripe, lane, after);
    }
    after.forEach(Runnable::run);
  }

  /** The same for a request that had waited in its lane. */
  void turnedBackHere(Routed routed) {
    stats.retried().increment();
    List<Runnable> after = new ArrayList<>(1);
    Lanes.Stripe stripe = lanes.of(routed.table, routed.slot);
    synchronized (stripe) {
      Lane lane = stripe.open(routed.table, routed.slot, options.firstBackOff().toMillis());
      backOff(lane);
      park(lane, routed, after);
      advance(stripe, lane, after);
    }
    after.forEach(Runnable::run);
  }

  void done(Routed routed, PeerOutcome outcome) {
    Reply reply = outcome instanceof PeerOutcome.Continues begun
        ? goesOn(routed, begun)
        : Outcomes.lastWord(outcome, routed.reads, stats);
    List<Runnable> after = new ArrayList<>(0);
    Lanes.Stripe stripe = lanes.of(routed.table, routed.slot);
    synchronized (stripe) {
      Lane lane = stripe.open(routed.table, routed.slot, options.firstBackOff().toMillis());
      lane.inFlight--;
      if (reply == null) {
        turnBack(lane, routed, after);
      } else if (outcome instanceof PeerOutcome.Answered || outcome instanceof PeerOutcome.Continues) {
        lane.backOffMs = options.firstBackOff().toMillis();
      }
      advance(stripe, lane, after);
    }
    if (reply != null) {
      routed.finish(reply);
    }
    after.forEach(Runnable::run);
  }

  private Reply goesOn(Routed routed, PeerOutcome.Continues begun) {
    int timeoutMs = Math.toIntExact(options.broadcastTimeout().toMillis());
    return new Reply.InPieces(new RemotePieces(upstream, new RemotePieces.Origin(routed.table, routed.slot,
        routed.sentTo(), routed.protocol, timeoutMs), begun));
  }

  private void turnBack(Lane lane, Routed routed, List<Runnable> after) {
    stats.retried().increment();
    if (!lane.turnedBack) {
      lane.turnedBack = true;
      backOff(lane);
    }
    park(lane, routed, after);
  }

  /** The other side may be the one that is behind. If ours was, and is not now, there is nothing to wait for. */
  private void backOff(Lane lane) {
    long nowMs = timer.nowMs();
    if (lane.isAimedAt(range(lane.table, lane.slot))) {
      lane.retryAtMs = nowMs + lane.backOffMs;
      lane.backOffMs = Math.min(2 * lane.backOffMs, options.maxBackOff().toMillis());
    } else {
      lane.retryAtMs = nowMs;
    }
  }

  private void park(Lane lane, Routed routed, List<Runnable> after) {
    boolean full = lane.waiting.size() >= options.maxWaitingPerSlot()
        || waitingBytes.get() + routed.bytes > options.maxWaitingBytes();
    if (full) {
      stats.overflowed().increment();
      after.add(() -> routed.finish(RouteErrors.OVERFLOW));
      return;
    }
    waitingBytes.addAndGet(routed.bytes);
    stats.waiting().increment();
    lane.waiting.add(routed);
  }

  private Routed unpark(Lane lane) {
    Routed routed = lane.waiting.remove();
    waitingBytes.addAndGet(-routed.bytes);
    stats.waiting().decrement();
    return routed;
  }

  /** Sends what may go now, ends what has waited too long, and sees to it that the rest is looked at again. */
  private void advance(Lanes.Stripe stripe, Lane lane, List<Runnable> after) {
    while (!lane.executing && dropDead(lane, after)) {
      if (timer.nowMs() < lane.retryAtMs) {
        wakeAt(stripe, lane, lane.retryAtMs);
        break;
      }
      SlotRange range = range(lane.table, lane.slot);
      if (range == null || !lane.mayFollow(range) || range.leader() == self && lane.inFlight > 0) {
        wakeAt(stripe, lane, lane.waiting.element().deadlineMs);
        break;
      }
      if (range.leader() == self) {
        lane.executing = true;
        after.add(() -> beginHere(stripe, lane));
      } else {
        send(lane, unpark(lane), range);
      }
    }
    stripe.closeIfIdle(lane);
  }

  /** False if nobody waits any more. */
  private boolean dropDead(Lane lane, List<Runnable> after) {
    for (Routed head = lane.waiting.peek(); head != null; head = lane.waiting.peek()) {
      Reply.Err error = RouteErrors.ofTable(topology.table(lane.table));
      if (error == null && timer.nowMs() >= head.deadlineMs) {
        stats.notServed().increment();
        error = RouteErrors.NOT_SERVED;
      }
      if (error == null) {
        return true;
      }
      Routed dead = unpark(lane);
      Reply last = error;
      after.add(() -> dead.finish(last));
    }
    return false;
  }

  private void send(Lane lane, Routed routed, SlotRange range) {
    PeerRequest.Order order = lane.inFlight == 0 ? PeerRequest.Order.FIRST : PeerRequest.Order.NEXT;
    if (lane.inFlight == 0) {
      lane.turnedBack = false;
    }
    lane.aim(range);
    routed.sentTo(range);
    lane.inFlight++;
    stats.forwarded().increment();
    int timeoutMs = Math.toIntExact(Math.max(1, routed.deadlineMs - timer.nowMs()));
    upstream.send(range.leader(), new PeerRequest(lane.table, lane.slot, lane.slot, range.epoch(), order,
        routed.protocol, timeoutMs, routed.request().raw().retain()), routed);
  }

  private void beginHere(Lanes.Stripe stripe, Lane lane) {
    try {
      blocking.execute(() -> executeHere(stripe, lane));
    } catch (RejectedExecutionException busy) {
      refuseFirst(stripe, lane);
    }
  }

  /** One is told, for whom there was nobody; those behind it are tried later. */
  private void refuseFirst(Lanes.Stripe stripe, Lane lane) {
    stats.overflowed().increment();
    List<Runnable> after = new ArrayList<>(1);
    synchronized (stripe) {
      lane.executing = false;
      lane.retryAtMs = timer.nowMs() + lane.backOffMs;
      lane.backOffMs = Math.min(2 * lane.backOffMs, options.maxBackOff().toMillis());
      if (!lane.waiting.isEmpty()) {
        Routed first = unpark(lane);
        after.add(() -> first.finish(RouteErrors.OVERLOADED));
      }
      advance(stripe, lane, after);
    }
    after.forEach(Runnable::run);
  }

  /** Runs waiting requests one after the other while the slot is led here. */
  private void executeHere(Lanes.Stripe stripe, Lane lane) {
    for (Routed next = nextHere(stripe, lane); next != null; next = nextHere(stripe, lane)) {
      Table table = topology.table(lane.table);
      if (table == null) {
        next.finish(RouteErrors.DROPPED);
      } else {
        local.executeNow(table, lane.slot, next.handOver(), next.protocol, next);
      }
    }
  }

  /** Null: no more, and the lane goes on without this thread. */
  private @Nullable Routed nextHere(Lanes.Stripe stripe, Lane lane) {
    List<Runnable> after = new ArrayList<>(0);
    Routed next = null;
    synchronized (stripe) {
      SlotRange range = range(lane.table, lane.slot);
      boolean goesOn = dropDead(lane, after) && range != null && range.leader() == self
          && timer.nowMs() >= lane.retryAtMs;
      if (range != null && goesOn) {
        lane.aim(range);
        next = unpark(lane);
      } else {
        lane.executing = false;
        advance(stripe, lane, after);
      }
    }
    after.forEach(Runnable::run);
    return next;
  }

  private void wakeAt(Lanes.Stripe stripe, Lane lane, long atMs) {
    if (atMs >= lane.wakesAtMs) {
      return;
    }
    lane.wakesAtMs = atMs;
    timer.after(atMs - timer.nowMs(), () -> {
      List<Runnable> after = new ArrayList<>(0);
      synchronized (stripe) {
        lane.wakesAtMs = Long.MAX_VALUE;
        advance(stripe, lane, after);
      }
      after.forEach(Runnable::run);
    });
  }

  private void topologyChanged(TopologyChange change) {
    for (Lanes.Stripe stripe : lanes.busy()) {
      List<Runnable> after = new ArrayList<>(0);
      synchronized (stripe) {
        for (Lane lane : stripe.all()) {
          lane.retryAtMs = timer.nowMs();
          advance(stripe, lane, after);
        }
      }
      after.forEach(Runnable::run);
    }
  }

  private @Nullable SlotRange range(int table, int slot) {
    Table known = topology.table(table);
    return known == null || slot >= known.slots() ? null : known.range(slot);
  }

  private Routed routed(int table, int slot, Request request, int protocol, ReplySink sink) {
    return new Routed(this, table, slot, request, protocol, sink,
        timer.nowMs() + options.timeout().toMillis());
  }
}
