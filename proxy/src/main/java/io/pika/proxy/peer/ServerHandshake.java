package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's half of {@link Handshake}: gives way to a {@link ServerConnection} when the client has proved itself. */
final class ServerHandshake extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(ServerHandshake.class);

  private final Handshake handshake;
  private final PeerServer server;

  ServerHandshake(Handshake handshake, PeerServer server) {
    this.handshake = handshake;
    this.server = server;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    ByteBuf hello = context.alloc().buffer(Handshake.HELLO_BYTES);
    handshake.writeHello(hello);
    context.writeAndFlush(hello);
    super.channelActive(context);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int magic = Math.min(in.readableBytes(), Handshake.MAGIC_BYTES);
    for (int i = 0; i < magic; i++) {
      if (in.getByte(
          in.readerIndex() + i) != (byte) (Handshake.MAGIC >>> 8 * (Handshake.MAGIC_BYTES - 1 - i))) {
        refuse(context, in, "what it said first is not a peer's greeting");
        return;
      }
    }
    if (in.readableBytes() < Handshake.CLIENT_BYTES) {
      return;
    }
    Handshake.Hello client = Handshake.readHello(in);
    if (client == null) {
      refuse(context, in, "it speaks another version of the peer protocol");
    } else if (!handshake.clientProved(client, Handshake.readProof(in))) {
      refuse(context, in, "it does not know this cluster's secret");
    } else {
      ByteBuf proof = context.alloc().buffer(Handshake.PROOF_BYTES);
      proof.writeBytes(handshake.serverProof(client));
      context.writeAndFlush(proof);
      context.pipeline().replace(this, "frames", server.proved(context.channel(), client));
    }
  }

  private void refuse(ChannelHandlerContext context, ByteBuf in, String why) {
    in.skipBytes(in.readableBytes());
    if (context.channel().isOpen()) {
      server.refused(context.channel(), why);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("A connection to the peer port broke: {}", cause.toString());
    context.close();
  }
}
