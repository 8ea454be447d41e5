package io.pika.proxy.peer;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's handler of epoll, of which sockets that wait for nothing stay registered. Netty 4.2 (18 to 20 at least) takes such a socket out
 * of the epoll set and does not remember that: when the socket waits for room in its send buffer later on, modifying what is not
 * there fails, and the connection is closed in the middle of a reply. This is so when a client has closed its side and has not
 * taken all replies. Such a socket waits for edges only, of which none but errors will come.
 */
final class StayingEpollHandler implements IoHandler {
  private final IoHandler epoll;

  private StayingEpollHandler(IoHandler epoll) {
    this.epoll = epoll;
  }

  static IoHandlerFactory factory() {
    IoHandlerFactory epoll = EpollIoHandler.newFactory();
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new StayingEpollHandler(epoll.newHandler(executor));
      }

      @Override
      public boolean isChangingThreadSupported() { return epoll.isChangingThreadSupported(); }
    };
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Staying(epoll.register(handle));
  }

  private static final class Staying implements IoRegistration {
    private final IoRegistration registration;
    private boolean added;

    Staying(IoRegistration registration) {
      this.registration = registration;
    }

    @Override
    public <T> T attachment() {
      return registration.attachment();
    }

    @Override
    public long submit(IoOps ops) {
      if (EpollIoOps.NONE.equals(ops)) {
        return added ? registration.submit(EpollIoOps.EPOLLET) : 0;
      }
      added = true;
      return registration.submit(ops);
    }

    @Override
    public boolean isValid() { return registration.isValid(); }

    @Override
    public boolean cancel() {
      return registration.cancel();
    }
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return epoll.run(context);
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  @Override
  public void destroy() {
    epoll.destroy();
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> type) {
    return epoll.isCompatible(type);
  }
}
