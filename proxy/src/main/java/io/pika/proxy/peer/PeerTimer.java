package io.pika.proxy.peer;

/** The time, and a call after some of it. An argument, so that simulations make time themselves. */
public interface PeerTimer {
  /** Milliseconds from an arbitrary start; never goes back. */
  long nowMs();

  /** Runs the task once, not earlier than after the delay, on a thread that it must not block. */
  void after(long delayMs, Runnable task);
}
