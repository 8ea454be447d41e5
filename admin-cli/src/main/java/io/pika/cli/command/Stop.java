package io.pika.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Turns Ctrl-C into a question that is asked at the right moment, and waits until it was answered. */
final class Stop implements BooleanSupplier, AutoCloseable {
  private static final long PATIENCE_SECONDS = 15;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop");
  private volatile boolean asked;

  Stop() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    asked = true;
    try {
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        // Then it goes on at the next start.
        Thread.currentThread().interrupt();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean getAsBoolean() { return asked; }

  @Override
  public void close() {
    ended.countDown();
  }
}
