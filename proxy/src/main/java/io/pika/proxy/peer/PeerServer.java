package io.pika.proxy.peer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port where other nodes send requests for slots that this node leads. A process without the cluster's
 * secret is refused with a line in the log, see {@link Handshake}; what comes after is {@link PeerFrame}s.
 *
 * <p><b>Order.</b> Requests of one slot are handed over in the order in which the peer sent them. When one is
 * refused and the peer will try it again, those behind it must not overtake it: the refused slot is fenced on
 * this connection, and every later request for it is refused as well, until one comes that says it is the first:
 * the peer has had an answer to all before it and starts again from the oldest. This needs one thing
 * of the {@link PeerService}: within one batch, all requests of a slot that name the same epoch are executed or
 * all are refused, and refusals are made before {@code batchEnd} returns, or later on the event loop: then together with
 * those of all requests for the slot that were handed over since. Commands over a
 * whole table have no order: nobody pipelines anything behind them.
 *
 * <p><b>Bounds.</b> A connection whose requests without an answer are too many or too long, or whose replies are
 * not taken, is not read, and what was read from it is told to wait. Strangers have a short time for the handshake, and few of them are heard at once.
 */
public final class PeerServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
  private static final int MAX_STRANGERS = 256;

  private final int self;
  private final ClusterSecret secret;
  private final PeerOptions options;
  private final PeerTransport transport;
  private final PeerTimer timer;
  private final SecureRandom random;
  private final PeerService service;
  private final PeerStream.Acceptor streams;
  private final PeerStats stats = new PeerStats();
  private final ChannelGroup strangers = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

  /**
   * @param self this node's id
   * @param transport stays the caller's, who closes it after the server
   */
  public PeerServer(int self, ClusterSecret secret, PeerOptions options, PeerTransport transport,
      PeerTimer timer,
      SecureRandom random, PeerService service, PeerStream.Acceptor streams) {
    this.self = self;
    this.secret = secret;
    this.options = options;
    this.transport = transport;
    this.timer = timer;
    this.random = random;
    this.service = service;
    this.streams = streams;
  }

  /** Listens; port 0 takes a free one. Returns the address; an {@link IOException} names it. */
  public InetSocketAddress start(InetSocketAddress address) throws IOException, InterruptedException {
    ServerBootstrap bootstrap = new ServerBootstrap().group(transport.group())
        .channel(transport.serverSocket())
        .option(ChannelOption.SO_REUSEADDR, true).option(ChannelOption.SO_BACKLOG, 1024)
        .childOption(ChannelOption.ALLOCATOR, transport.allocator())
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(256 << 10, 1 << 20))
        .childHandler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            Silence.bound(channel);
            admit(channel);
          }
        });
    var bound = bootstrap.bind(address).await();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen for peers at " + address + ": " + bound.cause().getMessage(),
          bound.cause());
    }
    channels.add(bound.channel());
    return (InetSocketAddress) bound.channel().localAddress();
  }

  public PeerStats stats() {
    return stats;
  }

  private void admit(Channel channel) {
    channels.add(channel);
    if (strangers.size() >= MAX_STRANGERS) {
      refused(channel, "too many connections have not proved yet who they are");
      return;
    }
    strangers.add(channel);
    channel.pipeline().addLast(new ServerHandshake(new Handshake(secret, self, random), this));
    timer.after(options.connectTimeout().toMillis(), () -> {
      if (strangers.contains(channel)) {
        refused(channel, "it did not prove in time that it belongs to this cluster");
      }
    });
  }

  void refused(Channel channel, String why) {
    stats.handshakesRefused().increment();
    LOG.warn("Refused a connection to the peer port from {}: {}", channel.remoteAddress(), why);
    channel.close();
  }

  /** The handler of a connection whose peer has proved itself. */
  FrameReader proved(Channel channel, Handshake.Hello client) {
    strangers.remove(channel);
    int node = client.node();
    LOG.debug("Node {} connected from {}", node, channel.remoteAddress());
    if (client.kind() == Handshake.Kind.STREAM) {
      return new StreamConnection(node, channel, options.maxFrameBytes(), stats,
          stream -> streams.accept(node, stream));
    }
    return new ServerConnection(node, service, channel.eventLoop(), options, stats);
  }

  /** Stops listening and closes all connections; the peers' requests without an answer are lost to them. */
  @Override
  public void close() {
    channels.close().awaitUninterruptibly();
  }
}
