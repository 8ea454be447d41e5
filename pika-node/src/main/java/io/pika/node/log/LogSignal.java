package io.pika.node.log;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Wakes who waits for the log to grow. Costs a look where nobody does. */
final class LogSignal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition told = lock.newCondition();
  private volatile int waiting;

  /** Waits until it is true or the time is up. What makes it true is told of afterwards. */
  void await(BooleanSupplier check, long nanos) throws InterruptedException {
    lock.lock();
    waiting++;
    try {
      long left = nanos;
      while (!check.getAsBoolean() && left > 0) {
        left = told.awaitNanos(left);
      }
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  void tell() {
    if (waiting > 0) {
      lock.lock();
      try {
        told.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
