package io.pika.cli.transfer;

import java.io.IOException;
import java.time.Duration;

/** How long one tries again while the other side is away: pauses that grow, and an end. */
public final class Patience {
  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 2_000;

  private final long deadlineNanos;
  private long pauseMs = FIRST_PAUSE_MS;

  public Patience(Duration limit) {
    this.deadlineNanos = System.nanoTime() + limit.toNanos();
  }

  /** Waits a little; throws the trouble when it has lasted too long. */
  public void pause(IOException trouble) throws IOException, InterruptedException {
    if (System.nanoTime() - deadlineNanos > 0) {
      throw trouble;
    }
    Thread.sleep(pauseMs);
    pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
  }
}
