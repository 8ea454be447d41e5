package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One end of a {@link PeerStream}: each frame is a message. */
final class StreamConnection extends FrameReader implements PeerStream {
  private static final int SHORTEST = 1;

  private final int node;
  private final Channel channel;
  private final PeerStats stats;
  private final Function<PeerStream, Receiver> begin;
  private @Nullable Receiver receiver;

  /** @param begin called when the other side has proved itself, on the event loop */
  StreamConnection(int node, Channel channel, int maxBytes, PeerStats stats,
      Function<PeerStream, Receiver> begin) {
    super(SHORTEST, maxBytes, stats);
    this.node = node;
    this.channel = channel;
    this.stats = stats;
    this.begin = begin;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    stats.connections().increment();
    receiver = begin.apply(this);
  }

  @Override
  void frame(ByteBuf frame) {
    Receiver known = receiver;
    if (known != null) {
      known.received(frame);
    }
  }

  @Override
  public void send(ByteBuf message) {
    ByteBuf length = channel.alloc().buffer(PeerFrame.LENGTH_BYTES).writeInt(message.readableBytes());
    stats.bytesOut().add(PeerFrame.LENGTH_BYTES + message.readableBytes());
    channel.eventLoop().execute(() -> {
      channel.write(length, channel.voidPromise());
      channel.writeAndFlush(message, channel.voidPromise());
    });
  }

  @Override
  public void close() {
    channel.close();
  }

  @Override
  String peer() {
    return "node " + node + ", a stream,";
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    Receiver known = receiver;
    receiver = null;
    if (known != null) {
      stats.connections().decrement();
      known.closed();
    }
  }
}
