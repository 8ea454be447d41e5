package io.pika.node.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listening sockets for clients. Stopping is in order: no new clients, what is under way is answered, then all close. */
final class ClientServer {
  private static final Logger LOG = LoggerFactory.getLogger(ClientServer.class);
  /** Bytes of replies in a socket's queue at which the connection is not read any more, and is read again. */
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 << 10, 1 << 20);
  private static final long SWEEP_MS = 1_000;

  private final EventLoopGroup loops;
  private final ServerContext context;
  private final List<Channel> listeners = new ArrayList<>();

  ClientServer(EventLoopGroup loops, ServerContext context) {
    this.loops = loops;
    this.context = context;
  }

  /**
   * @param channelType fits the event loops
   * @param keepAliveSeconds asked for each connection; 0: no probes
   * @throws IOException the address cannot be listened on
   */
  InetSocketAddress listen(InetSocketAddress address, Class<? extends ServerSocketChannel> channelType,
      int backlog,
      IntSupplier keepAliveSeconds, Function<Channel, ClientConnection> connections) throws IOException {
    ServerBootstrap bootstrap = new ServerBootstrap().group(loops).channel(channelType)
        .option(ChannelOption.SO_BACKLOG, backlog).option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            keepAlive(channel, keepAliveSeconds.getAsInt());
            channel.pipeline().addLast(connections.apply(channel));
          }
        });
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(bound.cause().getMessage(), bound.cause());
    }
    listeners.add(bound.channel());
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /** As anetKeepAlive of Redis: the first probe after the time, then a third of it between probes. */
  private static void keepAlive(Channel channel, int seconds) {
    channel.config().setOption(ChannelOption.SO_KEEPALIVE, seconds > 0);
    if (seconds > 0 && channel instanceof EpollSocketChannel) {
      channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, seconds);
      channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, Math.max(1, seconds / 3));
      channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, 3);
    }
  }

  /** Starts looking after idle and slow clients, once a second. @param also done then; must not block */
  void startSweeping(Runnable also) {
    Future<?> sweeping = loops.next().scheduleAtFixedRate(() -> {
      sweep();
      also.run();
    }, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
    sweeping.addListener(ended -> {
      if (!ended.isCancelled() && ended.cause() != null) {
        LOG.error("idle and slow clients are no longer looked after", ended.cause());
      }
    });
  }

  /** A subscriber is silent by nature. */
  private void sweep() {
    long idleNanos = TimeUnit.SECONDS.toNanos(context.limits().idleSeconds());
    long now = context.nanoTime().getAsLong();
    for (ClientConnection each : context.connections().all()) {
      boolean listens = each.session().isSubscriber() || each.isWaiting();
      if (idleNanos > 0 && !listens && now - each.lastActiveNanos() > idleNanos) {
        each.cut();
      } else if (each.outputBytes() > 0) {
        each.channel().eventLoop().execute(each::checkOutput);
      }
    }
  }

  /** Returns when no client is connected, or after the time; then the rest is cut. */
  void stop(Duration patience) throws InterruptedException {
    for (Channel listener : listeners) {
      listener.close().await(1, TimeUnit.SECONDS);
    }
    context.connections().all().forEach(ClientConnection::finish);
    long end = context.nanoTime().getAsLong() + patience.toNanos();
    while (context.connections().size() > 0 && end - context.nanoTime().getAsLong() > 0) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    context.connections().all().forEach(ClientConnection::cut);
  }
}
