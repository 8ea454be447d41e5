package io.pika.proxy.peer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * When the kernel gives up a connection between nodes whose other side says nothing any more: its machine died, or the network
 * broke, without a word. Until then requests wait there, also such as wait for hours by nature; so it is soon, and at both
 * ends.
 */
final class Silence {
  private static final int IDLE_SECONDS = 10;
  private static final int BETWEEN_SECONDS = 5;
  private static final int PROBES = 3;
  /** What was sent is not acknowledged: probes are only for connections on which nothing is under way. */
  private static final int UNACKNOWLEDGED_MS = (IDLE_SECONDS + PROBES * BETWEEN_SECONDS) * 1_000;

  private Silence() {}

  static void bound(Channel channel) {
    channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    if (channel instanceof EpollSocketChannel) {
      channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, IDLE_SECONDS);
      channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, BETWEEN_SECONDS);
      channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
      channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS);
    }
  }
}
