package io.pika.node.command;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What all {@link LongReply}s of a node share. */
public final class LongReplies {
  private final LongSupplier fromBytes;
  private final Executor reading;
  private final LongAdder begun = new LongAdder();

  /**
   * @param fromBytes memory that a reply takes from which on it is made in pieces; asked each time
   * @param reading where pieces are read from the disk; must take one task for each open reply
   */
  public LongReplies(LongSupplier fromBytes, Executor reading) {
    this.fromBytes = fromBytes;
    this.reading = reading;
  }

  /** Where every reply is made at once. */
  static LongReplies none() {
    return new LongReplies(() -> Long.MAX_VALUE, Runnable::run);
  }

  LongSupplier fromBytes() {
    return fromBytes;
  }

  Executor reading() {
    return reading;
  }

  void begun() {
    begun.increment();
  }

  /** How many there have been. */
  public long count() {
    return begun.sum();
  }
}
