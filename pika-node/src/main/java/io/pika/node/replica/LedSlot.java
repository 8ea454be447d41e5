package io.pika.node.replica;

import io.pika.node.engine.Followers.Kept;
import java.util.ArrayDeque;

/** What is known of a slot that is led here at one epoch, and who waits for more. Guarded by who owns it, but for what is volatile. */
final class LedSlot {
  final long epoch;
  /** Up to which position of the log enough followers are known to have had all records; grows. */
  volatile long kept = -1;
  /** Since when it has too few followers, in milliseconds of a timer; -1: it has enough. */
  volatile long lackingSinceMs = -1;
  /** Ascending positions, ascending deadlines. */
  final ArrayDeque<Wait> waits = new ArrayDeque<>();

  record Wait(long position, long deadlineMs, Kept then) {}

  LedSlot(long epoch) {
    this.epoch = epoch;
  }
}
