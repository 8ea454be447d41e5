package io.pika.testkit.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands between two processes and passes bytes, until it is told to hold them: connections stay open and nothing
 * arrives, as in a network that swallows packets. Two virtual threads for each connection.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 << 10;

  private final ServerSocket server;
  private final int targetPort;
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private boolean holding;

  private FaultProxy(ServerSocket server, int targetPort) {
    this.server = server;
    this.targetPort = targetPort;
  }

  /** Starts to pass bytes to a port of loopback. */
  public static FaultProxy to(int targetPort) {
    try {
      ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      FaultProxy proxy = new FaultProxy(server, targetPort);
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** From now on nothing arrives, in either direction. */
  public void hold() {
    lock.lock();
    try {
      holding = true;
    } finally {
      lock.unlock();
    }
  }

  /** What was held arrives, and what comes after it. */
  public void release() {
    lock.lock();
    try {
      holding = false;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Closeable each : open) {
      each.close();
    }
    release();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        open.add(near);
        Socket far = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        open.add(far);
        Thread.ofVirtual().start(() -> pass(near, far));
        Thread.ofVirtual().start(() -> pass(far, near));
      } catch (IOException nobodyThere) {
        closeAllIfEnded();
      }
    }
  }

  private void closeAllIfEnded() {
    if (server.isClosed()) {
      open.forEach(FaultProxy::closeQuietly);
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (from; to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        awaitRelease();
        out.write(buffer, 0, count);
      }
    } catch (IOException broken) {
      closeQuietly(to);
    } finally {
      open.remove(from);
    }
  }

  private void awaitRelease() {
    lock.lock();
    try {
      while (holding) {
        released.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private static void closeQuietly(Closeable each) {
    try {
      each.close();
    } catch (IOException gone) {
      // It was broken anyway.
    }
  }
}
