package io.pika.proxy.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.pika.core.model.NodeInfo;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.function.Function;

/** Opens streams to other nodes' peer ports. Any thread. */
public final class PeerStreams {
  private final int self;
  private final ClusterSecret secret;
  private final PeerOptions options;
  private final PeerTransport transport;
  private final PeerTimer timer;
  private final SecureRandom random;
  private final PeerStats stats = new PeerStats();

  /** @param transport stays the caller's */
  public PeerStreams(int self, ClusterSecret secret, PeerOptions options, PeerTransport transport,
      PeerTimer timer, SecureRandom random) {
    this.self = self;
    this.secret = secret;
    this.options = options;
    this.transport = transport;
    this.timer = timer;
    this.random = random;
  }

  /**
   * Tries once.
   *
   * @param begin called when both sides have proved themselves
   * @param failed called instead if that does not come to pass, once
   */
  public void open(NodeInfo node, Function<PeerStream, PeerStream.Receiver> begin, Runnable failed) {
    Handshake handshake = new Handshake(secret, self, random, Handshake.Kind.STREAM);
    int timeoutMs = Math.toIntExact(options.connectTimeout().toMillis());
    new Bootstrap().group(transport.group()).channel(transport.socket())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMs).option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.ALLOCATOR, transport.allocator())
        .handler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel opened) {
            Silence.bound(opened);
            StreamConnection then = new StreamConnection(node.id(), opened, options.maxFrameBytes(), stats,
                begin);
            opened.pipeline().addLast(new ClientHandshake(handshake, node.id(), stats, then, failed));
          }
        }).connect(new InetSocketAddress(node.host(), node.peerPort()))
        .addListener((ChannelFutureListener) connected -> {
          if (!connected.isSuccess()) {
            failed.run();
            return;
          }
          Channel channel = connected.channel();
          timer.after(timeoutMs, () -> channel.eventLoop().execute(() -> {
            if (channel.pipeline().get(ClientHandshake.class) != null) {
              channel.close();
            }
          }));
        });
  }
}
