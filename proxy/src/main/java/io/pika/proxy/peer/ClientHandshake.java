package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client's half of {@link Handshake}: gives way to {@code then} when the server has proved itself. */
final class ClientHandshake extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(ClientHandshake.class);

  private final Handshake handshake;
  private final int expectedNode;
  private final PeerStats stats;
  private final FrameReader then;
  private final Runnable failed;
  private Handshake.@Nullable Hello server;

  ClientHandshake(Handshake handshake, int expectedNode, PeerStats stats, FrameReader then,
      Runnable failed) {
    this.handshake = handshake;
    this.expectedNode = expectedNode;
    this.stats = stats;
    this.then = then;
    this.failed = failed;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    Handshake.Hello known = server;
    if (known == null && in.readableBytes() >= Handshake.HELLO_BYTES) {
      answerHello(context, in);
    } else if (known != null && in.readableBytes() >= Handshake.PROOF_BYTES) {
      if (handshake.serverProved(known, Handshake.readProof(in))) {
        context.pipeline().replace(this, "frames", then);
      } else {
        refuse(context, "it does not know this cluster's secret");
      }
    }
  }

  private void answerHello(ChannelHandlerContext context, ByteBuf in) {
    Handshake.Hello hello = Handshake.readHello(in);
    if (hello == null) {
      refuse(context, "what listens there is not a peer of this version");
    } else if (hello.node() != expectedNode) {
      refuse(context, "it says it is node " + hello.node());
    } else {
      server = hello;
      ByteBuf answer = context.alloc().buffer(Handshake.CLIENT_BYTES);
      handshake.writeHello(answer);
      answer.writeBytes(handshake.clientProof(hello));
      context.writeAndFlush(answer);
    }
  }

  private void refuse(ChannelHandlerContext context, String why) {
    stats.handshakesRefused().increment();
    LOG.warn("Not using the peer port {} of node {}: {}", context.channel().remoteAddress(), expectedNode,
        why);
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    failed.run();
    super.channelInactive(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("The handshake with node {} broke: {}", expectedNode, cause.toString());
    context.close();
  }
}
