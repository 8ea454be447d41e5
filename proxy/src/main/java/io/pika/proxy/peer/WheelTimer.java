package io.pika.proxy.peer;

import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** Real time, coarse: one thread for all deadlines of the process, each noticed up to a tick late. */
public final class WheelTimer implements PeerTimer, AutoCloseable {
  private static final long TICK_MS = 10;

  private final HashedWheelTimer wheel = new HashedWheelTimer(new DefaultThreadFactory("timer", true),
      TICK_MS,
      TimeUnit.MILLISECONDS);
  private final long startNanos = System.nanoTime();

  @Override
  public long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  @Override
  public void after(long delayMs, Runnable task) {
    wheel.newTimeout(_ -> task.run(), delayMs, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    wheel.stop();
  }
}
