package io.pika.node.store;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a batch has cost, in looks into the store: one for each key that is read, written or passed by a walk, and
 * one more for each {@value #BYTES_PER_STEP} bytes of a value. A thread that others wait for sets a bound, and whatever
 * goes beyond it is cut off where it stands: it must be able to run again from the start, somewhere else. If the disk is
 * slow, or there are none but slow steps, time is up before. One thread.
 */
final class WorkMeter {
  static final long UNBOUNDED = Long.MAX_VALUE;
  private static final int BYTES_PER_STEP = 1 << 10;
  private static final int COPIED_PER_STEP = 16;
  private static final long MOST_MS = 25;
  /** Steps between two looks at the clock. */
  private static final int LOOK_EVERY = 64;

  private final InstantSource clock;
  private long left = UNBOUNDED;
  private long untilMs = Long.MAX_VALUE;
  private int sinceLook;

  WorkMeter(InstantSource clock) {
    this.clock = clock;
  }

  /** For work on threads that nobody waits for. */
  static WorkMeter unbounded() {
    return new WorkMeter(InstantSource.system());
  }

  void bound(long steps) {
    left = steps;
    untilMs = steps == UNBOUNDED ? Long.MAX_VALUE : clock.millis() + MOST_MS;
  }

  /** Runs something that is not counted. */
  void pause(Runnable work) {
    long steps = left;
    long until = untilMs;
    bound(UNBOUNDED);
    try {
      work.run();
    } finally {
      left = steps;
      untilMs = until;
    }
  }

  void step() {
    spend(1);
  }

  /** The bytes of a value, without the step to it. */
  void bytes(byte[] value) {
    spend(value.length / BYTES_PER_STEP);
  }

  void step(byte[] value) {
    spend(1 + value.length / BYTES_PER_STEP);
  }

  /** Entries of the write tier that are about to be copied. */
  void copy(int entries) {
    spend(entries / COPIED_PER_STEP);
  }

  /** A key that was looked up. */
  byte @Nullable [] read(byte @Nullable [] found) {
    spend(found == null ? 1 : 1 + found.length / BYTES_PER_STEP);
    return found;
  }

  private void spend(int steps) {
    if (left == UNBOUNDED) {
      return;
    }
    left -= steps;
    sinceLook++;
    if (left < 0 || sinceLook >= LOOK_EVERY && isTimeUp()) {
      throw new TooMuchWorkException();
    }
  }

  private boolean isTimeUp() {
    sinceLook = 0;
    return clock.millis() > untilMs;
  }
}
