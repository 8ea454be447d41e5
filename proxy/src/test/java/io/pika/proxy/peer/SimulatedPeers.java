package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Peers behind connections that keep order on the way there and nothing else: requests and answers take a random
 * time, connections are refused and break, with requests on the way that may or may not arrive. Fences as the
 * real server does. Single threaded, in the time of the simulation.
 */
public final class SimulatedPeers implements Upstream {
  private static final int CONNECTIONS = 2;

  private final Random random;
  private final PeerTimer timer;
  private final Leader leader;
  private final Map<Integer, Connection> connections = new HashMap<>();
  /** The clients' side; outlives connections. */
  private final Map<Integer, SlotFence> fences = new HashMap<>();
  private final List<ByteBuf> commands = new ArrayList<>();
  /** Chance in a thousand that an answer takes longer than any deadline. */
  public int stallsPerMille;
  public boolean refusesConnections;

  /** What the node at the other end does. */
  public interface Leader {
    Verdict execute(int node, PeerRequest request);
  }

  /** @param reply null: refused */
  public record Verdict(@Nullable ByteBuf reply, PeerStatus status, long epoch) {
    public static Verdict of(ByteBuf reply) {
      return new Verdict(reply, PeerStatus.OK, 0);
    }

    public static Verdict refused(PeerStatus status, long epoch) {
      return new Verdict(null, status, epoch);
    }
  }

  public SimulatedPeers(Random random, PeerTimer timer, Leader leader) {
    this.random = random;
    this.timer = timer;
    this.leader = leader;
  }

  private static final class Connection {
    final List<Sent> unanswered = new ArrayList<>();
    final ArrayDeque<Sent> onTheWay = new ArrayDeque<>();
    final SlotFence fence = new SlotFence();
    long lastArrivalMs;
    boolean broken;
    /** The client has noticed. */
    boolean gone;
  }

  private static final class Sent {
    final PeerRequest request;
    final Callback callback;
    final SlotFence fence;
    boolean done;

    Sent(PeerRequest request, Callback callback, SlotFence fence) {
      this.request = request;
      this.callback = callback;
      this.fence = fence;
    }
  }

  @Override
  public void send(int node, PeerRequest request, Callback callback) {
    commands.add(request.command());
    int key = node * CONNECTIONS + request.slotFrom() % CONNECTIONS;
    Connection connection = connections.computeIfAbsent(key, _ -> new Connection());
    if (connection.gone) {
      connection = new Connection();
      connections.put(key, connection);
    }
    SlotFence fence = fences.computeIfAbsent(key, _ -> new SlotFence());
    Sent sent = new Sent(request, callback, fence);
    if (!fence.passes(request) || refusesConnections && random.nextInt(50) == 0) {
      PeerOutcome unreachable = new PeerOutcome.NotSent(PeerOutcome.NotSent.Cause.UNREACHABLE);
      fence.turnedBack(request, unreachable);
      timer.after(random.nextInt(5), () -> end(sent, unreachable));
      request.command().release();
      return;
    }
    Connection open = connection;
    open.unanswered.add(sent);
    if (open.broken) {
      request.command().release();
      timer.after(request.timeoutMs(),
          () -> end(sent, new PeerOutcome.Unknown(PeerOutcome.Unknown.Cause.DEADLINE)));
      return;
    }
    open.onTheWay.add(sent);
    open.lastArrivalMs = Math.max(open.lastArrivalMs, timer.nowMs() + random.nextInt(20));
    timer.after(open.lastArrivalMs - timer.nowMs(), () -> arriveUpTo(node, open, sent));
    timer.after(request.timeoutMs(),
        () -> end(sent, new PeerOutcome.Unknown(PeerOutcome.Unknown.Cause.DEADLINE)));
  }

  private void arriveUpTo(int node, Connection connection, Sent sent) {
    while (connection.onTheWay.contains(sent)) {
      arrive(node, connection, connection.onTheWay.remove());
    }
  }

  private void arrive(int node, Connection connection, Sent sent) {
    PeerRequest request = sent.request;
    Verdict verdict = connection.fence.passes(request)
        ? leader.execute(node, request)
        : Verdict.refused(PeerStatus.NOT_LEADER, 0);
    request.command().release();
    ByteBuf reply = verdict.reply();
    if (reply == null && request.order() != PeerRequest.Order.NONE) {
      connection.fence.refused(request.table(), request.slotFrom(), verdict.status());
    }
    PeerOutcome outcome = reply == null
        ? new PeerOutcome.Refused(verdict.status(), verdict.epoch())
        : new PeerOutcome.Answered(reply);
    boolean stalls = random.nextInt(1000) < stallsPerMille;
    timer.after(stalls ? 20_000 : random.nextInt(30), () -> {
      if (connection.broken) {
        release(outcome);
      } else {
        connection.unanswered.remove(sent);
        end(sent, outcome);
      }
    });
  }

  private void end(Sent sent, PeerOutcome outcome) {
    if (sent.done) {
      release(outcome);
    } else {
      sent.done = true;
      sent.fence.turnedBack(sent.request, outcome);
      sent.callback.done(outcome);
    }
  }

  private static void release(PeerOutcome outcome) {
    if (outcome instanceof PeerOutcome.Answered answered) {
      answered.reply().release();
    }
  }

  /** Breaks a connection: what is on the way arrives up to some point, what was not written is told so. */
  public void breakOne(int node) {
    Connection connection = connections.get(node * CONNECTIONS + random.nextInt(CONNECTIONS));
    if (connection == null || connection.broken) {
      return;
    }
    connection.broken = true;
    List<Sent> onTheWay = new ArrayList<>(connection.onTheWay);
    int arriving = onTheWay.isEmpty() ? 0 : random.nextInt(onTheWay.size() + 1);
    int written = arriving + random.nextInt(onTheWay.size() - arriving + 1);
    for (int i = 0; i < onTheWay.size(); i++) {
      Sent sent = connection.onTheWay.remove();
      if (i < arriving) {
        arrive(node, connection, sent);
      } else {
        sent.request.command().release();
      }
    }
    List<Sent> unwritten = List.copyOf(onTheWay.subList(written, onTheWay.size()));
    timer.after(random.nextInt(5), () -> {
      connection.gone = true;
      List.copyOf(connection.unanswered).forEach(sent -> end(sent, unwritten.contains(sent)
          ? new PeerOutcome.NotSent(PeerOutcome.NotSent.Cause.UNREACHABLE)
          : new PeerOutcome.Unknown(PeerOutcome.Unknown.Cause.CONNECTION_LOST)));
    });
  }

  /** References to commands that were not given back; to be asked when all is over. */
  public long leaked() {
    return commands.stream().filter(command -> command.refCnt() != 0).count();
  }
}
