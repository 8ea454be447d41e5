package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One peer's connection at the server: hands requests over, writes answers as they come, fences refused slots
 * and stops reading when too much is under way. On its event loop, but for answers, which come from anywhere.
 */
final class ServerConnection extends FrameReader {
  /** Bytes of answers that have not been handed to the socket at which there is no room for more. */
  private static final long MAX_ARRIVING_BYTES = 16 << 20;

  private final int node;
  private final PeerService.Session session;
  private final PeerOptions options;
  private final PeerStats stats;
  private final ConcurrentLinkedQueue<Answered> arriving = new ConcurrentLinkedQueue<>();
  private final AtomicLong arrivingBytes = new AtomicLong();
  private final AtomicBoolean awake = new AtomicBoolean();
  private final SlotFence fence = new SlotFence();
  private @Nullable ChannelHandlerContext context;
  private @Nullable FrameWriter writer;
  private int inFlight;
  private long inFlightBytes;
  private boolean inRead;

  /**
   * @param reply null: refused with the status and epoch
   * @param number of a reply that continues, or epoch of a refusal
   */
  private record Answered(Waiting request, @Nullable ByteBuf reply, PeerStatus status, long number) {
    int bytes() {
      return reply == null ? 0 : reply.readableBytes();
    }
  }

  ServerConnection(int node, PeerService service, Executor loop, PeerOptions options, PeerStats stats) {
    super(PeerFrame.REQUEST_HEADER + 1, options.maxFrameBytes(), stats);
    this.node = node;
    this.session = service.connected(node, loop, this::hasRoom);
    this.options = options;
    this.stats = stats;
  }

  private final class Waiting implements PeerService.Answer {
    final int id;
    final int table;
    final int slot;
    /** A request with an order whose refusal has not been taken note of. */
    boolean fences;
    final int bytes;
    private final AtomicBoolean answered = new AtomicBoolean();

    Waiting(int id, PeerRequest request) {
      this.id = id;
      this.table = request.table();
      this.slot = request.slotFrom();
      this.fences = request.order() != PeerRequest.Order.NONE;
      this.bytes = request.command().readableBytes();
    }

    @Override
    public void reply(ByteBuf reply) {
      answer(new Answered(this, reply, PeerStatus.OK, 0));
    }

    @Override
    public void continues(long reply, ByteBuf bytes) {
      answer(new Answered(this, bytes, PeerStatus.CONTINUES, reply));
    }

    @Override
    public void refuse(PeerStatus status, long epoch) {
      if (status == PeerStatus.OK || status == PeerStatus.CONTINUES) {
        throw new IllegalArgumentException(status + " is no refusal");
      }
      answer(new Answered(this, null, status, epoch));
    }

    private void answer(Answered answer) {
      if (!answered.compareAndSet(false, true)) {
        throw new IllegalStateException("a peer's request was answered twice");
      }
      answered(answer);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    writer = new FrameWriter(added, stats);
    stats.connections().increment();
  }

  @Override
  void frame(ByteBuf frame) throws BadFrameException {
    int id = frame.readInt();
    PeerRequest request = PeerFrame.readRequest(frame);
    Waiting waiting = new Waiting(id, request);
    inRead = true;
    inFlight++;
    inFlightBytes += waiting.bytes;
    stats.requests().increment();
    stats.inFlight().increment();
    stats.inFlightBytes().add(waiting.bytes);
    if (fence.passes(request)) {
      session.request(request, waiting);
    } else {
      request.command().release();
      waiting.refuse(PeerStatus.NOT_LEADER, 0);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext read) throws Exception {
    if (inRead) {
      session.batchEnd();
      inRead = false;
      writeArrived();
    }
    super.channelReadComplete(read);
  }

  private void answered(Answered answer) {
    ChannelHandlerContext current = context;
    arrivingBytes.addAndGet(answer.bytes());
    arriving.add(answer);
    if (current == null) {
      return;
    }
    if (current.executor().inEventLoop()) {
      if (answer.reply == null) {
        fence(answer);
      }
      if (inRead) {
        return;
      }
    }
    if (awake.compareAndSet(false, true)) {
      current.executor().execute(this::writeArrived);
    }
  }

  /** At the moment of the refusal if it comes from the event loop: the next request may be for the same slot. */
  private void fence(Answered refusal) {
    Waiting request = refusal.request();
    if (request.fences) {
      request.fences = false;
      fence.refused(request.table, request.slot, refusal.status());
    }
  }

  private void writeArrived() {
    awake.set(false);
    FrameWriter out = writer;
    for (Answered next = arriving.poll(); next != null; next = arriving.poll()) {
      arrivingBytes.addAndGet(-next.bytes());
      finish(next, out);
    }
    if (out != null) {
      out.flush();
      goOn();
    }
    readOrPause();
  }

  private boolean hasRoom() {
    ChannelHandlerContext current = context;
    return current != null && current.channel().isWritable() && arrivingBytes.get() < MAX_ARRIVING_BYTES;
  }

  private void goOn() {
    if (hasRoom()) {
      session.room();
    }
  }

  private void finish(Answered answer, @Nullable FrameWriter out) {
    Waiting request = answer.request();
    inFlight--;
    inFlightBytes -= request.bytes;
    stats.inFlight().decrement();
    stats.inFlightBytes().add(-request.bytes);
    ByteBuf reply = answer.reply();
    if (reply == null) {
      stats.refused().increment();
      fence(answer);
    }
    if (out == null) {
      if (reply != null) {
        reply.release();
      }
    } else if (reply == null) {
      out.refusal(request.id, answer.status(), answer.number());
    } else if (reply.readableBytes() > options.maxFrameBytes() - PeerFrame.REPLY_HEADER
        - PeerFrame.NUMBER_BYTES) {
      reply.release();
      out.refusal(request.id, PeerStatus.TROUBLE, 0);
    } else if (answer.status() == PeerStatus.CONTINUES) {
      out.continues(request.id, answer.number(), reply);
    } else {
      out.reply(request.id, reply);
    }
  }

  private void readOrPause() {
    ChannelHandlerContext current = context;
    if (current == null || writer == null) {
      return;
    }
    if (fence.isTooLong()) {
      current.close();
      return;
    }
    boolean full = inFlight >= options.maxInFlight() || inFlightBytes >= options.maxInFlightBytes();
    boolean drained = inFlight <= options.maxInFlight() / 2
        && inFlightBytes <= options.maxInFlightBytes() / 2;
    boolean reads = current.channel().config().isAutoRead();
    if (reads && (full || !current.channel().isWritable())) {
      current.channel().config().setAutoRead(false);
    } else if (!reads && drained && current.channel().isWritable()) {
      current.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) throws Exception {
    readOrPause();
    goOn();
    super.channelWritabilityChanged(changed);
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) throws Exception {
    FrameWriter out = writer;
    writer = null;
    if (out != null) {
      out.discard();
      stats.connections().decrement();
      session.closed();
    }
    super.channelInactive(inactive);
  }

  @Override
  String peer() {
    return "node " + node;
  }
}
