package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** What a node does with the requests of its peers. {@link PeerServer} calls it, the node implements it. */
public interface PeerService {
  /**
   * A peer has connected and proved that it knows the cluster's secret.
   *
   * @param loop where the session is called
   * @param room whether the peer takes what it is answered: while it does not, what it asked for should wait. On the loop
   */
  Session connected(int node, Executor loop, BooleanSupplier room);

  /** One connection; all calls come on its event loop and must not block. */
  interface Session {
    /**
     * In the order in which the peer sent them. Takes over the reference to the request's command, which holds
     * the bytes of exactly one command if the peer is honest: parse it with the usual limits. A request whose order is
     * {@link PeerRequest.Order#NONE} is executed over all the slots that it names, see
     * {@code io.pika.proxy.routing.LocalExecutor}. The slots' leadership and epoch are checked where the command is executed.
     */
    void request(PeerRequest request, Answer answer);

    /** What one socket read brought has been handed over: the time to run what was collected as one batch. */
    void batchEnd();

    /** There is room for answers, again or still: what waits for it may go on. Also called when answers have left. */
    void room();

    /** The connection is gone: what has not begun need not be done; answers are still accepted and dropped. */
    void closed();
  }

  /** Where one request's answer goes: exactly one call, from any thread. */
  interface Answer {
    /** Takes over the reference to the reply's bytes. */
    void reply(ByteBuf reply);

    /** The next bytes of a long reply, of which more is to come. Takes over their reference. */
    void continues(long reply, ByteBuf bytes);

    /** Anything but OK and CONTINUES; {@code epoch} is the slot's as known here, 0 if none is known. */
    void refuse(PeerStatus status, long epoch);
  }
}
