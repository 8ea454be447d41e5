package io.pika.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import org.junit.jupiter.api.Test;

class SilenceTest {
  @Test
  void aNodeThatDiedWithoutAWordIsNoticedInHalfAMinute() {
    assumeTrue(Epoll.isAvailable(), "no epoll here");
    EpollSocketChannel channel = new EpollSocketChannel();
    try {
      Silence.bound(channel);
      int seconds = channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE)
          + channel.config().getOption(EpollChannelOption.TCP_KEEPINTVL)
              * channel.config().getOption(EpollChannelOption.TCP_KEEPCNT);
      assertThat(channel.config().isKeepAlive()).isTrue();
      assertThat(seconds).isLessThanOrEqualTo(30);
      assertThat(channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(seconds * 1000);
    } finally {
      channel.unsafe().closeForcibly();
    }
  }
}
