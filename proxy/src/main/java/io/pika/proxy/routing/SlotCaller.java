package io.pika.proxy.routing;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.topology.Topology;
import io.pika.proxy.peer.PeerOutcome;
import io.pika.proxy.peer.PeerRequest;
import io.pika.proxy.peer.PeerTimer;
import io.pika.proxy.peer.Upstream;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks leaders of single slots and waits for each answer: for work that takes many requests, one after the other, on a
 * thread of its own. A leader that refuses or cannot be reached is asked again where it is now, until the request's
 * deadline; a write whose outcome is unknown is not. There is no order between these requests and others.
 */
final class SlotCaller {
  /** A command that goes on for so long is given up: nobody may be waiting for it any more. */
  private static final Duration LONGEST = Duration.ofMinutes(10);
  /** How much longer than its deadline an answer is waited for: peers tell of the deadline themselves. */
  private static final long SLACK_MS = 1_000;
  private static final Reply.Err STOPPING = Reply.error("ERR this node is being stopped");

  private final int self;
  private final Topology topology;
  private final LocalExecutor local;
  private final Upstream upstream;
  private final PeerTimer timer;
  private final RouterOptions options;
  private final RouterStats stats;

  SlotCaller(int self, Topology topology, LocalExecutor local, Upstream upstream, PeerTimer timer,
      RouterOptions options, RouterStats stats) {
    this.self = self;
    this.topology = topology;
    this.local = local;
    this.upstream = upstream;
    this.timer = timer;
    this.options = options;
    this.stats = stats;
  }

  Calls begin(Table table) {
    return new Calls(table, timer.nowMs() + LONGEST.toMillis());
  }

  /** The requests of one command. One thread. */
  final class Calls {
    private static final int RESP2 = 2;

    private final int table;
    private final int slots;
    private final long endMs;

    private Calls(Table table, long endMs) {
      this.table = table.id();
      this.slots = table.slots();
      this.endMs = endMs;
    }

    int slot(byte[] key) {
      return SlotHash.slot(key, slots);
    }

    /** The opened answer, in RESP2 inside. @throws RefusalException the answer is an error */
    Reply call(byte[] key, Request request) {
      Reply reply = ask(key, request, RESP2);
      if (reply instanceof Reply.Err error) {
        throw new RefusalException(error);
      }
      return reply;
    }

    /** The opened answer, errors too. */
    Reply ask(byte[] key, Request request, int protocol) {
      return ReplyReader.open(forward(key, request, protocol));
    }

    /** The answer of the leader of a key's slot, as it is. @param request on the heap */
    Reply forward(byte[] key, Request request, int protocol) {
      int slot = slot(key);
      boolean reads = Outcomes.reads(request);
      long deadlineMs = Math.min(endMs, timer.nowMs() + options.timeout().toMillis());
      long backOffMs = options.firstBackOff().toMillis();
      while (true) {
        Table known = topology.table(table);
        Reply.Err gone = RouteErrors.ofTable(known);
        if (gone != null || known == null || slot >= known.slots()) {
          return gone == null ? RouteErrors.DROPPED : gone;
        }
        if (timer.nowMs() >= deadlineMs) {
          stats.notServed().increment();
          return RouteErrors.NOT_SERVED;
        }
        Attempt attempt = new Attempt(reads);
        send(known, slot, request, protocol, deadlineMs, attempt);
        Reply reply = attempt.await(deadlineMs + SLACK_MS - timer.nowMs());
        if (reply != null) {
          return reply;
        }
        stats.retried().increment();
        pause(backOffMs);
        backOffMs = Math.min(2 * backOffMs, options.maxBackOff().toMillis());
      }
    }

    private void send(Table known, int slot, Request request, int protocol, long deadlineMs,
        Attempt attempt) {
      SlotRange range = known.range(slot);
      if (range.leader() == self) {
        local.executeNow(known, slot, request.retain(), protocol, attempt);
        return;
      }
      stats.forwarded().increment();
      int timeoutMs = (int) Math.clamp(deadlineMs - timer.nowMs(), 1, Integer.MAX_VALUE);
      upstream.send(range.leader(), new PeerRequest(table, slot, slot, range.epoch(), PeerRequest.Order.NONE,
          protocol, timeoutMs, request.raw().retain()), attempt);
    }
  }

  private void pause(long forMs) {
    CountDownLatch over = new CountDownLatch(1);
    timer.after(forMs, over::countDown);
    try {
      over.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RefusalException(STOPPING);
    }
  }

  /** One try. The answer is empty where it was not executed. */
  private final class Attempt implements ReplySink, Refusable, Upstream.Callback {
    private final boolean reads;
    private final CompletableFuture<Optional<Reply>> answer = new CompletableFuture<>();

    Attempt(boolean reads) {
      this.reads = reads;
    }

    @Override
    public void reply(Reply reply) {
      if (!answer.complete(Optional.of(reply))) {
        reply.release();
      }
    }

    @Override
    public void refusedHere(Request request) {
      request.release();
      answer.complete(Optional.empty());
    }

    @Override
    public void done(PeerOutcome outcome) {
      Reply reply = Outcomes.lastWord(outcome, reads, stats);
      if (reply == null) {
        answer.complete(Optional.empty());
      } else {
        reply(reply);
      }
    }

    @Nullable
    Reply await(long forMs) {
      try {
        return answer.get(Math.max(forMs, 1), TimeUnit.MILLISECONDS).orElse(null);
      } catch (TimeoutException late) {
        answer.complete(Optional.of(reads ? RouteErrors.READ_LATE : RouteErrors.WRITE_LATE));
        return answer.join().orElse(null);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new RefusalException(STOPPING);
      } catch (ExecutionException bug) {
        throw new IllegalStateException(bug);
      }
    }
  }
}
