package io.pika.tests.bench.server;

import java.time.Duration;

/** Waits until a server has done what its last load left behind, so that it does not disturb the next one's turn. */
public final class Quiet {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final double IDLE_SHARE_OF_A_CORE = 0.15;

  private Quiet() {}

  /** Until the server takes next to nothing of the processor; not longer than that. */
  public static void await(Target target, Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    double before = target.figures().cpuSeconds();
    while (System.nanoTime() < deadline) {
      Thread.sleep(LOOK);
      double now = target.figures().cpuSeconds();
      if (now - before <= IDLE_SHARE_OF_A_CORE * LOOK.toMillis() / 1000) {
        return;
      }
      before = now;
    }
  }
}
