package io.pika.node.pubsub;

import io.netty.buffer.ByteBuf;
import io.pika.core.model.NodeInfo;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.proxy.peer.PeerOutcome;
import io.pika.proxy.peer.PeerRequest;
import io.pika.proxy.peer.Upstream;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.ReplyReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Sends requests about messages, and what else every node must know, to every other node, each table's over one connection, so that they arrive in order.
 *
 * <p>Nobody waits for a node that does not answer: from the first deadline that it misses until it answers again,
 * requests are sent to it as before, and its answers are not waited for. What may be under way to one node is
 * bounded; beyond the bound messages to it are dropped and counted. Any thread.
 */
public final class OtherNodes {
  /** How long an answer is waited for. */
  private static final int TIMEOUT_MS = 500;
  /** Below what a connection between nodes takes, so that messages leave room for commands. */
  private static final int MAX_UNDER_WAY = 8_192;
  private static final long MAX_BYTES_UNDER_WAY = 64L << 20;

  private final int self;
  private final Topology topology;
  private final Upstream upstream;
  private final Map<Integer, Other> others = new ConcurrentHashMap<>();
  private final LongAdder dropped = new LongAdder();

  public OtherNodes(int self, Topology topology, Upstream upstream) {
    this.self = self;
    this.topology = topology;
    this.upstream = upstream;
    topology.listen(this::forget);
  }

  /** Whether the topology has none. */
  public boolean isEmpty() { return topology.nodes().size() <= 1; }

  private void forget(TopologyChange change) {
    others.keySet().removeIf(node -> topology.node(node) == null);
  }

  /** One other node. */
  private static final class Other {
    final AtomicInteger underWay = new AtomicInteger();
    final AtomicLong bytesUnderWay = new AtomicLong();
    volatile boolean late;

    /** One request alone may be of any length. */
    boolean takes(int bytes) {
      int requests = underWay.incrementAndGet();
      long total = bytesUnderWay.addAndGet(bytes);
      return requests == 1 || requests <= MAX_UNDER_WAY && total <= MAX_BYTES_UNDER_WAY;
    }

    void done(int bytes) {
      underWay.decrementAndGet();
      bytesUnderWay.addAndGet(-bytes);
    }

    boolean isBusy() {
      return !late && (underWay.get() > MAX_UNDER_WAY / 2 || bytesUnderWay.get() > MAX_BYTES_UNDER_WAY / 2);
    }
  }

  /** Whether a publisher should wait for its answers before it publishes more. */
  boolean areBusy() {
    for (Other other : others.values()) {
      if (other.isBusy()) {
        return true;
      }
    }
    return false;
  }

  /** Messages that were not sent to a node because too many were under way to it. */
  long dropped() {
    return dropped.sum();
  }

  /**
   * Sends a request to all other nodes; borrows it.
   *
   * @param whenAll told once, on any thread, perhaps within the call, with the answers that came in time
   */
  public void ask(int table, Request request, Consumer<List<Reply>> whenAll) {
    Answers answers = new Answers(whenAll);
    for (NodeInfo node : topology.nodes()) {
      if (node.id() != self) {
        Other other = others.computeIfAbsent(node.id(), any -> new Other());
        send(node.id(), other, table, request, answers);
      }
    }
    answers.arrived();
  }

  private void send(int node, Other other, int table, Request request, Answers answers) {
    int bytes = request.rawLength();
    if (!other.takes(bytes)) {
      other.done(bytes);
      dropped.increment();
      return;
    }
    boolean waited = !other.late;
    if (waited) {
      answers.expect();
    }
    ByteBuf command = request.raw().retain();
    upstream.send(node,
        new PeerRequest(table, 0, 0, 0, PeerRequest.Order.NONE, 2, TIMEOUT_MS, command), outcome -> {
          other.done(bytes);
          other.late = isLate(outcome, other.late);
          answered(outcome, waited, answers);
        });
  }

  private static boolean isLate(PeerOutcome outcome, boolean before) {
    return switch (outcome) {
      case PeerOutcome.Answered _,PeerOutcome.Continues _,PeerOutcome.Refused _ -> false;
      case PeerOutcome.NotSent(var cause) -> before || cause == PeerOutcome.NotSent.Cause.DEADLINE;
      case PeerOutcome.Unknown(var cause) -> before || cause == PeerOutcome.Unknown.Cause.DEADLINE;
    };
  }

  private static void answered(PeerOutcome outcome, boolean waited, Answers answers) {
    if (outcome instanceof PeerOutcome.Continues odd) {
      odd.bytes().release();
    }
    if (outcome instanceof PeerOutcome.Answered(ByteBuf bytes)) {
      if (waited) {
        answers.add(ReplyReader.open(Reply.raw(bytes)));
      } else {
        bytes.release();
      }
    }
    if (waited) {
      answers.arrived();
    }
  }

  /** Counts down from one more than the nodes that were asked: the last one is the asker. */
  private static final class Answers {
    private final AtomicInteger missing = new AtomicInteger(1);
    private final List<Reply> replies = new ArrayList<>();
    private final Consumer<List<Reply>> whenAll;

    Answers(Consumer<List<Reply>> whenAll) {
      this.whenAll = whenAll;
    }

    void expect() {
      missing.incrementAndGet();
    }

    synchronized void add(Reply reply) {
      replies.add(reply);
    }

    void arrived() {
      if (missing.decrementAndGet() == 0) {
        whenAll.accept(replies);
      }
    }
  }
}
