package io.pika.proxy.routing;

import io.netty.buffer.ByteBufUtil;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings requests that may wait to the leader of their slot, where they keep their place in the line until there is
 * something for them. They are in no lane, so nobody waits behind them: a session sends one when all before it has been
 * answered, and nothing else until it is answered itself. When the leader changes they go to the new one. A time-out, a
 * client that goes and CLIENT UNBLOCK are the same here: {@link Wait#cancel}.
 *
 * <p>Between nodes the request travels as arguments of a command that no client can send in this form, since it takes two:
 *
 * <pre>
 * WAIT PARK ticket 16 | the client's own bytes
 * WAIT UNPARK ticket 16 |
 * WAIT RESOLVE ticket 16 | the client's own bytes
 * </pre>
 *
 * <p>A request that means the moment in which it comes (XREAD with {@code $}) is resolved first: the leader answers with
 * the same request that says what it means. So it means the same to a later leader, and misses nothing in between.
 *
 * <p><b>Never twice</b>, as {@link Router} says: a request whose leader was lost is not sent again if it may have taken
 * something.
 */
public final class Waits {
  public static final String PARK = "PARK";
  public static final String UNPARK = "UNPARK";
  public static final String RESOLVE = "RESOLVE";
  private static final int UNPARK_TIMEOUT_MS = 5_000;

  private final int self;
  private final Topology topology;
  private final LocalWaits local;
  private final Executor blocking;
  private final Upstream upstream;
  private final PeerTimer timer;
  private final RouterOptions options;
  private final RouterStats stats;
  private final long firstTicket;
  private final AtomicLong tickets = new AtomicLong();

  /**
   * @param blocking runs {@link LocalWaits#run} when it is not the session that calls
   * @param firstTicket any number that earlier processes of this node did not have
   */
  public Waits(int self, Topology topology, LocalWaits local, Executor blocking, Upstream upstream,
      PeerTimer timer, RouterOptions options, RouterStats stats, long firstTicket) {
    this.self = self;
    this.topology = topology;
    this.local = local;
    this.blocking = blocking;
    this.upstream = upstream;
    this.timer = timer;
    this.options = options;
    this.stats = stats;
    this.firstTicket = firstTicket;
  }

  /**
   * Begins a waiting. The request stays the caller's.
   *
   * @param sink may be called before this returns
   */
  public Wait begin(Table table, int slot, Request request, int protocol, ReplySink sink) {
    byte[] ticket = ByteBuffer.allocate(16).putInt(self).putInt(0)
        .putLong(firstTicket + tickets.incrementAndGet()).array();
    Wait wait = new Wait(table.id(), slot, protocol, sink, ticket,
        ByteBufUtil.getBytes(request.raw()), Outcomes.reads(request));
    wait.resolved = !meansItsMoment(request);
    wait.start();
    return wait;
  }

  /** A stream may have that name as well: then it is resolved for nothing. */
  private static boolean meansItsMoment(Request request) {
    boolean found = false;
    for (int i = 1; i < request.size() && request.command() == Command.XREAD; i++) {
      byte[] word = request.arg(i);
      found |= word.length > 0 && word[0] == '$';
    }
    return found;
  }

  private static Request wrapped(String what, byte[] ticket, byte[] request) {
    return Request.of(Command.WAIT.redisName().getBytes(StandardCharsets.US_ASCII),
        what.getBytes(StandardCharsets.US_ASCII), ticket, request);
  }

  /** One request that may wait. */
  public final class Wait {
    private final int table;
    private final int slot;
    private final int protocol;
    private final ReplySink sink;
    private final byte[] ticket;
    private final boolean reads;
    /** As the client sent it, or as it was resolved. */
    private volatile byte[] request;
    private volatile boolean resolved;
    private long backOffMs = options.firstBackOff().toMillis();
    /** Who has it; null: nobody, it will be sent again. */
    private @Nullable SlotRange at;
    private boolean cancelled;
    private boolean finished;

    private Wait(int table, int slot, int protocol, ReplySink sink, byte[] ticket,
        byte[] request, boolean reads) {
      this.table = table;
      this.slot = slot;
      this.protocol = protocol;
      this.sink = sink;
      this.ticket = ticket;
      this.request = request;
      this.reads = reads;
    }

    private void start() {
      Table known = topology.table(table);
      Reply.Err gone = RouteErrors.ofTable(known);
      if (gone != null || known == null || slot >= known.slots()) {
        finish(gone == null ? RouteErrors.DROPPED : gone);
        return;
      }
      SlotRange range = known.range(slot);
      String what = resolved ? PARK : RESOLVE;
      if (range.leader() == self) {
        sent(range);
        local.run(table, slot, range.epoch(), wrapped(what, ticket, request), new LocalWaits.Answer() {
          @Override
          public void reply(Reply reply) {
            answered(what, reply);
          }

          @Override
          public void refused() {
            later();
          }
        });
      } else {
        stats.forwarded().increment();
        sent(range);
        upstream.send(range.leader(), peerRequest(range, what, request, Integer.MAX_VALUE),
            outcome -> done(what, outcome));
      }
      if (isCancelled() && what.equals(PARK)) {
        unpark(range);
      }
    }

    private PeerRequest peerRequest(SlotRange range, String what, byte[] content, int timeoutMs) {
      return new PeerRequest(table, slot, slot, range.epoch(), PeerRequest.Order.NONE, protocol, timeoutMs,
          wrapped(what, ticket, content).raw());
    }

    private synchronized void sent(SlotRange range) {
      at = range;
    }

    private synchronized boolean isCancelled() { return cancelled; }

    private void done(String what, PeerOutcome outcome) {
      Reply reply = Outcomes.lastWord(outcome, reads, stats);
      if (reply == null) {
        later();
      } else {
        answered(what, reply);
      }
    }

    /** Even if its time is over, it is looked whether there is something. */
    private void answered(String what, Reply reply) {
      Reply opened = what.equals(RESOLVE) ? ReplyReader.open(reply) : reply;
      if (what.equals(RESOLVE) && opened instanceof Reply.Bulk bulk) {
        request = bulk.bytes();
        resolved = true;
        startLate();
      } else {
        finish(opened);
      }
    }

    /** It waits nowhere: the leader is another one, or will be. */
    private void later() {
      boolean over;
      long delayMs;
      synchronized (this) {
        at = null;
        over = cancelled;
        delayMs = backOffMs;
        backOffMs = Math.min(2 * backOffMs, options.maxBackOff().toMillis());
      }
      if (over) {
        finish(Reply.NULL_ARRAY);
        return;
      }
      stats.retried().increment();
      timer.after(delayMs, this::again);
    }

    private void again() {
      if (isCancelled()) {
        finish(Reply.NULL_ARRAY);
        return;
      }
      startLate();
    }

    private void startLate() {
      try {
        blocking.execute(this::start);
      } catch (RejectedExecutionException busy) {
        later();
      }
    }

    private void finish(Reply reply) {
      synchronized (this) {
        if (finished) {
          reply.release();
          return;
        }
        finished = true;
      }
      sink.reply(reply);
    }

    /** Ends the waiting soon: the sink is told nothing, or what there was just before. Any thread. */
    public void cancel() {
      SlotRange with;
      synchronized (this) {
        if (cancelled || finished) {
          return;
        }
        cancelled = true;
        with = at;
      }
      if (with == null) {
        return;
      }
      unpark(with);
    }

    private void unpark(SlotRange range) {
      if (range.leader() != self) {
        upstream.send(range.leader(), peerRequest(range, UNPARK, new byte[0], UNPARK_TIMEOUT_MS), outcome -> {
          switch (outcome) {
            case PeerOutcome.Answered answered -> answered.reply().release();
            case PeerOutcome.Continues odd -> odd.bytes().release();
            case PeerOutcome.NotSent _ -> unparkLater(range);
            case PeerOutcome.Refused _,PeerOutcome.Unknown _ -> {
            }
          }
        });
        return;
      }
      try {
        blocking.execute(() -> local.run(table, slot, range.epoch(), wrapped(UNPARK, ticket, new byte[0]),
            new LocalWaits.Answer() {
              @Override
              public void reply(Reply reply) {
                reply.release();
              }

              @Override
              public void refused() {
                stats.retried().increment();
              }
            }));
      } catch (RejectedExecutionException busy) {
        unparkLater(range);
      }
    }

    /** It waits there until it is told: who is gone must not be served. */
    private void unparkLater(SlotRange range) {
      synchronized (this) {
        if (finished) {
          return;
        }
      }
      timer.after(options.maxBackOff().toMillis(), () -> unpark(range));
    }
  }
}
