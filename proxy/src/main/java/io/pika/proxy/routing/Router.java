package io.pika.proxy.routing;

import io.pika.core.model.Table;
import io.pika.core.topology.Topology;
import io.pika.proxy.peer.PeerTimer;
import io.pika.proxy.peer.Upstream;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.KeyFinder;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.Support;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings a request on a table to where it is executed, wherever that is now, and the reply back: to the leader of
 * its slot, in parts to several slots, or to all leaders of the table. A leader that refuses, or cannot be
 * reached, is not the client's business: the request waits until the topology has moved on, or a moment if the
 * other side may be the one that is behind, and is tried again until its deadline.
 *
 * <p><b>Order.</b> Requests of one session in one slot are executed in the order in which the session routed
 * them:
 * <ul>
 * <li>Local requests go into the session's batch in order. A session looks its table up once per batch and passes
 * it along, so within a batch a slot does not change sides; a batch has run before the next one is parsed.
 * <li>Requests at a peer are counted per slot, in a {@link Lane}. They are sent under a lock, so in order, over
 * the one connection that the slot uses. While any are under way, requests for another leader or epoch wait,
 * also local ones.
 * <li>When one is turned back, those sent behind it are turned back as well (the peer fences the slot, see
 * {@link io.pika.proxy.peer.PeerServer}), new ones wait behind, and all go out again, oldest first, when the last
 * one under way has its outcome.
 * <li>Parts of a split command are routed like any request, before the session's next one.
 * <li>Commands over a whole table are in no lane. They are barriers: a session runs one when all its earlier
 * requests have been answered, and nothing else until it is answered itself.
 * </ul>
 * A read whose connection was lost is repeated, so it may see writes that its session sent behind it.
 *
 * <p><b>Never twice.</b> A write is sent again only if the peer said that it did not execute it or if it was never
 * handed to a connection. Otherwise the client is told that its outcome is unknown.
 *
 * <p>Any thread may call; replies come on any thread.
 */
public final class Router {
  private final RouterStats stats = new RouterStats();
  private final SlotRouter slots;
  private final Split split;
  private final Broadcast broadcast;
  private final CrossSlotCommands crossSlot;

  /**
   * @param self this node's id
   * @param blocking runs {@link LocalExecutor#executeNow}, which may wait for the disk
   * @param random picks ranges for RANDOMKEY; called from any thread
   */
  public Router(int self, Topology topology, LocalExecutor local, Executor blocking, Upstream upstream,
      PeerTimer timer,
      RandomGenerator random, RouterOptions options) {
    this(self, topology, local, blocking, blocking, upstream, timer, random, options);
  }

  /** @param crossing runs commands over several slots, which wait for many answers */
  public Router(int self, Topology topology, LocalExecutor local, Executor blocking, Executor crossing,
      Upstream upstream, PeerTimer timer, RandomGenerator random, RouterOptions options) {
    slots = new SlotRouter(self, topology, local, blocking, upstream, timer, options, stats);
    split = new Split(slots, options.maxValuesBytes());
    broadcast = new Broadcast(new RangeRouter(self, topology, local, upstream, timer, options, stats), random,
        options);
    crossSlot = new CrossSlotCommands(
        new SlotCaller(self, topology, local, upstream, timer, options, stats), crossing, random, options);
  }

  public RouterStats stats() {
    return stats;
  }

  /** True for commands that a session must run alone, see the class's head. */
  public static boolean isBarrier(Command command) {
    return command.support() == Support.BROADCAST;
  }

  /** True for a request that a session must run alone because its keys lie in several slots. */
  public static boolean isOverSeveralSlots(@Nullable Table table, Request request) {
    return table != null && CrossSlotCommands.takes(table, request);
  }

  /**
   * Routes a request that has passed the session's checks: its command is served, its arity right, the table may
   * be used. Takes over the request.
   *
   * @param table as the session looked it up at the beginning of its batch
   * @param batch the session's; takes what is led here and need not wait
   * @param sink not called before this returns for what went into the batch; otherwise perhaps
   */
  public void route(Table table, Request request, int protocol, LocalBatch batch, ReplySink sink) {
    Command command = request.command();
    if (command == null) {
      throw new IllegalArgumentException("an unknown command has no place");
    }
    if (command.onlyKey() > 0) {
      int slot = SlotHash.slot(request.arg(command.onlyKey()), table.slots());
      slots.route(table, slot, request, protocol, batch, sink);
      return;
    }
    switch (command.support()) {
      case SERVED -> routeToOneSlot(table, request, protocol, batch, sink);
      case SPLIT -> split.route(table, request, protocol, batch, sink);
      case BROADCAST -> broadcast.route(table, request, protocol, sink);
      case REFUSED -> throw new IllegalArgumentException(command.redisName() + " is not served");
    }
  }

  /**
   * The same for a request that another one carries to the slot of its keys, of which there is one.
   *
   * @param carried stays the caller's
   * @param carrier is taken over
   */
  public void routeCarried(Table table, Request carried, Request carrier, int protocol, LocalBatch batch,
      ReplySink sink) {
    routeByKeys(table, carried, carrier, protocol, batch, sink);
  }

  /** The same for a request that is for this slot, whatever its arguments say: a transaction, a watch. */
  public void routeToSlot(Table table, int slot, Request request, int protocol, LocalBatch batch,
      ReplySink sink) {
    slots.route(table, slot, request, protocol, batch, sink);
  }

  /** Several keys in one slot. Arguments that hold no keys make no sense in any slot: the first one says so. */
  private void routeToOneSlot(Table table, Request request, int protocol, LocalBatch batch, ReplySink sink) {
    if (CrossSlotCommands.takes(table, request)) {
      crossSlot.route(table, request, protocol, sink);
      return;
    }
    routeByKeys(table, request, request, protocol, batch, sink);
  }

  /** @param keys whose keys say in which slot the request runs; the same request, or one that it carries */
  private void routeByKeys(Table table, Request keys, Request request, int protocol, LocalBatch batch,
      ReplySink sink) {
    int slot = -1;
    for (int position : KeyFinder.keyPositions(keys)) {
      int own = SlotHash.slot(keys.arg(position), table.slots());
      if (slot >= 0 && own != slot) {
        request.release();
        sink.reply(RouteErrors.CROSS_SLOT);
        return;
      }
      slot = own;
    }
    slots.route(table, Math.max(slot, 0), request, protocol, batch, sink);
  }

  /**
   * A request for the leaders of all slots, whatever its command says: see {@link LocalExecutor#executeRange}. Takes over the
   * request.
   */
  public void routeToAll(Table table, Request request, int protocol, ReplySink sink) {
    broadcast.route(table, request, protocol, sink);
  }

  /**
   * Takes a request back that was given to a {@link LocalBatch} or {@link LocalExecutor} and not executed because
   * its slots are not led here. To be called with no lock of a slot held.
   */
  public void refusedHere(int table, int slot, Request request, int protocol, ReplySink sink) {
    if (sink instanceof Refusable own) {
      own.refusedHere(request);
    } else {
      slots.refusedHere(table, slot, request, protocol, sink);
    }
  }
}
