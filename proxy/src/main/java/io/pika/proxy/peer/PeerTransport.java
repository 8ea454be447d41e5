package io.pika.proxy.peer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Event loops, the kinds of channel that go with them and where buffers come from. Who made the group shuts it down; a node may share
 * one group between its clients and its peers.
 */
public record PeerTransport(EventLoopGroup group, Class<? extends SocketChannel> socket,
    Class<? extends ServerSocketChannel> serverSocket, ByteBufAllocator allocator) {

  /** Epoll where there is one. */
  public static PeerTransport start(int threads, String threadName) {
    DefaultThreadFactory factory = new DefaultThreadFactory(threadName, true);
    return Epoll.isAvailable()
        ? new PeerTransport(new MultiThreadIoEventLoopGroup(threads, factory, StayingEpollHandler.factory()),
            EpollSocketChannel.class, EpollServerSocketChannel.class, ByteBufAllocator.DEFAULT)
        : new PeerTransport(new MultiThreadIoEventLoopGroup(threads, factory, NioIoHandler.newFactory()),
            NioSocketChannel.class, NioServerSocketChannel.class, ByteBufAllocator.DEFAULT);
  }
}
