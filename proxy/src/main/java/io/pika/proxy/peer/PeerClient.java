package io.pika.proxy.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.collection.IntObjectHashMap;
import io.pika.core.model.NodeInfo;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to one node, opened by the first request and again by the first one after it was lost. Requests
 * are pipelined in the order of {@link #send}; answers may come in any order. What arrives during one turn of
 * the event loop goes out with one flush.
 *
 * <p>Bounded by count and bytes of the requests that have no outcome yet; more are not sent, with
 * {@link PeerOutcome.NotSent.Cause#OVERLOADED}. When the connection is lost, requests that were handed to the
 * socket are {@link PeerOutcome.Unknown}, the others {@link PeerOutcome.NotSent}: none is carried over, so that
 * the router can put them back in order; the {@link SlotFence} holds back what it had sent meanwhile.
 *
 * <p>State belongs to the event loop; only {@link #send} and {@link #close} come from elsewhere.
 */
final class PeerClient {
  private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);
  /** How late a deadline may be noticed. */
  private static final long SWEEP_MS = 20;
  /** A connection over which a deadline passed is given up if nothing was heard for so long. */
  private static final long SILENCE_MS = 5000;

  private final NodeInfo node;
  private final PeerPool.Shared shared;
  private final EventLoop loop;

  private final ConcurrentLinkedQueue<Pending> arriving = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean awake = new AtomicBoolean();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong inFlightBytes = new AtomicLong();

  private final ArrayDeque<Pending> unsent = new ArrayDeque<>();
  private final IntObjectHashMap<Pending> sent = new IntObjectHashMap<>();
  private final SlotFence fence = new SlotFence();
  private State state = State.IDLE;
  private @Nullable Channel channel;
  private @Nullable FrameWriter writer;
  private int nextId;
  private long nextOrder;
  private long backOffMs;
  private long connectNotBeforeMs;
  private boolean sweeping;
  /** Since when something is waited for and nothing has been heard; negative: nothing is waited for. */
  private long quietSinceMs = -1;
  /** Since when a late request is waited for and nothing has been heard; negative: none is late. */
  private long lateSinceMs = -1;

  private enum State {
    IDLE, CONNECTING, OPEN, CLOSED
  }

  private static final class Pending {
    final PeerRequest request;
    final Upstream.Callback callback;
    final int bytes;
    final long deadlineMs;
    long order;
    long sentMs;

    Pending(PeerRequest request, Upstream.Callback callback, long nowMs) {
      this.request = request;
      this.callback = callback;
      this.bytes = request.command().readableBytes();
      this.deadlineMs = nowMs + request.timeoutMs();
    }
  }

  PeerClient(NodeInfo node, PeerPool.Shared shared) {
    this.node = node;
    this.shared = shared;
    this.loop = shared.transport().group().next();
    this.backOffMs = shared.options().firstBackOff().toMillis();
    this.connectNotBeforeMs = shared.timer().nowMs();
  }

  void send(PeerRequest request, Upstream.Callback callback) {
    Pending pending = new Pending(request, callback, shared.timer().nowMs());
    int requests = inFlight.incrementAndGet();
    long bytes = inFlightBytes.addAndGet(pending.bytes);
    shared.stats().inFlight().increment();
    shared.stats().inFlightBytes().add(pending.bytes);
    boolean alone = requests == 1;
    if (requests > shared.options().maxInFlight() || bytes > shared.options().maxInFlightBytes() && !alone) {
      shared.stats().overloaded().increment();
      loop.execute(() -> failUnsent(pending, PeerOutcome.NotSent.Cause.OVERLOADED));
      return;
    }
    arriving.add(pending);
    if (awake.compareAndSet(false, true)) {
      loop.execute(this::takeArriving);
    }
  }

  void close() {
    loop.execute(() -> {
      state = State.CLOSED;
      Channel open = channel;
      if (open != null) {
        open.close();
      }
      lost();
    });
  }

  private void takeArriving() {
    awake.set(false);
    for (Pending next = arriving.poll(); next != null; next = arriving.poll()) {
      if (fence.passes(next.request)) {
        unsent.add(next);
      } else {
        failUnsent(next, PeerOutcome.NotSent.Cause.UNREACHABLE);
      }
    }
    switch (state) {
      case OPEN -> writeUnsent();
      case IDLE -> connectOrFail();
      case CLOSED -> failAllUnsent();
      case CONNECTING -> {
      }
    }
    sweepSoon();
  }

  private void connectOrFail() {
    if (unsent.isEmpty()) {
      return;
    }
    if (shared.timer().nowMs() < connectNotBeforeMs) {
      failAllUnsent();
      return;
    }
    state = State.CONNECTING;
    // Name resolution may block for seconds: not on the event loop.
    Thread.ofVirtual().start(() -> {
      InetSocketAddress address = new InetSocketAddress(node.host(), node.peerPort());
      loop.execute(() -> connect(address));
    });
  }

  private void connect(InetSocketAddress address) {
    if (state == State.CLOSED) {
      return;
    }
    if (address.isUnresolved()) {
      connectFailed("its host name " + node.host() + " has no address");
      return;
    }
    int timeoutMs = Math.toIntExact(shared.options().connectTimeout().toMillis());
    Connection connection = new Connection();
    Bootstrap bootstrap = new Bootstrap().group(loop).channel(shared.transport().socket())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMs).option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.ALLOCATOR, shared.transport().allocator())
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(256 << 10, 1 << 20))
        .handler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel opened) {
            Silence.bound(opened);
            opened.pipeline()
                .addLast(new ClientHandshake(shared.handshake(), node.id(), shared.stats(), connection,
                    connection::failed));
          }
        });
    bootstrap.connect(address).addListener((ChannelFutureListener) connected -> {
      if (!connected.isSuccess()) {
        connectFailed(String.valueOf(connected.cause().getMessage()));
        return;
      }
      channel = connected.channel();
      if (state == State.CLOSED) {
        connected.channel().close();
      }
      shared.timer().after(timeoutMs, () -> loop.execute(() -> {
        if (state == State.CONNECTING && channel == connected.channel()) {
          connected.channel().close();
        }
      }));
    });
  }

  private void connectFailed(String why) {
    channel = null;
    if (state != State.CLOSED) {
      state = State.IDLE;
      LOG.info("Node {} is not reached at {}:{}: {}; next attempt in {} ms", node.id(), node.host(),
          node.peerPort(), why, backOffMs);
      connectNotBeforeMs = shared.timer().nowMs() + backOffMs;
      backOffMs = Math.min(2 * backOffMs, shared.options().maxBackOff().toMillis());
    }
    failAllUnsent();
  }

  private void writeUnsent() {
    Channel open = channel;
    FrameWriter out = writer;
    if (open == null || out == null) {
      return;
    }
    boolean wrote = false;
    while (!unsent.isEmpty() && open.isWritable()) {
      write(unsent.remove(), out);
      wrote = true;
    }
    if (wrote) {
      out.flush();
    }
  }

  private void write(Pending pending, FrameWriter out) {
    do {
      nextId++;
    } while (sent.containsKey(nextId));
    pending.order = nextOrder++;
    pending.sentMs = shared.timer().nowMs();
    sent.put(nextId, pending);
    if (quietSinceMs < 0) {
      quietSinceMs = pending.sentMs;
    }
    shared.stats().requests().increment();
    out.request(nextId, pending.request);
  }

  /** The connection is gone, or is to be: nothing of it is carried over. */
  private void lost() {
    channel = null;
    FrameWriter out = writer;
    writer = null;
    if (out != null) {
      out.discard();
      shared.stats().connections().decrement();
    }
    quietSinceMs = -1;
    lateSinceMs = -1;
    if (state != State.CLOSED) {
      state = State.IDLE;
    }
    List<Pending> unanswered = new ArrayList<>(sent.values());
    unanswered.sort(Comparator.comparingLong(pending -> pending.order));
    sent.clear();
    for (Pending pending : unanswered) {
      shared.stats().unknown().increment();
      complete(pending, new PeerOutcome.Unknown(PeerOutcome.Unknown.Cause.CONNECTION_LOST));
    }
    failAllUnsent();
  }

  private void failAllUnsent() {
    for (Pending next = unsent.poll(); next != null; next = unsent.poll()) {
      failUnsent(next, PeerOutcome.NotSent.Cause.UNREACHABLE);
    }
  }

  private void failUnsent(Pending pending, PeerOutcome.NotSent.Cause cause) {
    pending.request.command().release();
    complete(pending, new PeerOutcome.NotSent(cause));
  }

  private void complete(Pending pending, PeerOutcome outcome) {
    inFlight.decrementAndGet();
    inFlightBytes.addAndGet(-pending.bytes);
    shared.stats().inFlight().decrement();
    shared.stats().inFlightBytes().add(-pending.bytes);
    fence.turnedBack(pending.request, outcome);
    try {
      pending.callback.done(outcome);
    } catch (RuntimeException e) {
      LOG.error("A request's callback failed", e);
    }
  }

  private void sweepSoon() {
    if (!sweeping && !(sent.isEmpty() && unsent.isEmpty())) {
      sweeping = true;
      shared.timer().after(SWEEP_MS, () -> loop.execute(this::sweep));
    }
  }

  /** Ends what has waited too long. */
  private void sweep() {
    sweeping = false;
    if (fence.isTooLong() && inFlight.get() == 0) {
      fence.clear();
    }
    long nowMs = shared.timer().nowMs();
    List<Pending> late = new ArrayList<>();
    unsent.removeIf(pending -> pending.deadlineMs <= nowMs && late.add(pending));
    late.forEach(pending -> failUnsent(pending, PeerOutcome.NotSent.Cause.DEADLINE));
    late.clear();
    sent.values().removeIf(pending -> pending.deadlineMs <= nowMs && late.add(pending));
    for (Pending pending : late) {
      shared.stats().unknown().increment();
      complete(pending, new PeerOutcome.Unknown(PeerOutcome.Unknown.Cause.DEADLINE));
    }
    closeIfSilent(late, nowMs);
    sweepSoon();
  }

  /**
   * A request that waits at the other side may be quiet for hours: silence counts from the first one that was late, from
   * when it was sent, until something is heard.
   */
  private void closeIfSilent(List<Pending> late, long nowMs) {
    for (Pending pending : late) {
      long unheardMs = Math.max(pending.sentMs, quietSinceMs);
      lateSinceMs = lateSinceMs < 0 ? unheardMs : Math.min(lateSinceMs, unheardMs);
    }
    Channel open = channel;
    if (!late.isEmpty() && nowMs - lateSinceMs >= SILENCE_MS && open != null) {
      LOG.warn("Node {} has answered nothing for {} ms: closing the connection", node.id(),
          nowMs - lateSinceMs);
      open.close();
    }
  }

  /** The open connection, after the handshake. */
  final class Connection extends FrameReader {
    Connection() {
      super(PeerFrame.REPLY_HEADER, shared.options().maxFrameBytes(), shared.stats());
    }

    /** The handshake did not come to an end. */
    void failed() {
      connectFailed("the handshake failed");
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      if (state == State.CLOSED) {
        context.close();
        return;
      }
      state = State.OPEN;
      channel = context.channel();
      backOffMs = shared.options().firstBackOff().toMillis();
      writer = new FrameWriter(context, shared.stats());
      shared.stats().connections().increment();
      writeUnsent();
    }

    @Override
    void frame(ByteBuf frame) throws BadFrameException {
      int id = frame.readInt();
      PeerOutcome outcome = PeerFrame.readReply(frame);
      Pending pending = sent.remove(id);
      if (pending != null) {
        if (outcome instanceof PeerOutcome.Refused) {
          shared.stats().refused().increment();
        }
        complete(pending, outcome);
      } else if (outcome instanceof PeerOutcome.Answered late) {
        late.reply().release();
      } else if (outcome instanceof PeerOutcome.Continues late) {
        late.bytes().release();
      }
    }

    @Override
    String peer() {
      return "node " + node.id();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
      quietSinceMs = sent.isEmpty() ? -1 : shared.timer().nowMs();
      lateSinceMs = -1;
      super.channelReadComplete(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
      writeUnsent();
      super.channelWritabilityChanged(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
      if (state == State.OPEN && channel == context.channel()) {
        lost();
      }
      super.channelInactive(context);
    }
  }
}
