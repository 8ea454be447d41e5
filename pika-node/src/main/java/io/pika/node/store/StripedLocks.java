package io.pika.node.store;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The locks of all slots of all tables, many slots to a lock. Whoever needs several takes them by ascending
 * number, so nobody ever waits in a circle.
 */
public final class StripedLocks {
  /** A power of two. */
  public static final int STRIPES = 1024;

  private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

  StripedLocks() {
    Arrays.setAll(locks, i -> new ReentrantLock());
  }

  /** The number of a slot's lock. Neighbouring slots have different ones. */
  public int stripe(int table, int slot) {
    return (table * 0x9E3779B1 >>> 16) + slot & STRIPES - 1;
  }

  /** Waits only so long. False: it is not taken. */
  public boolean tryLock(int stripe, long nanos) {
    try {
      return locks[stripe].tryLock(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      locks[stripe].lock();
      return true;
    }
  }

  public void lock(int stripe) {
    locks[stripe].lock();
  }

  public void unlock(int stripe) {
    locks[stripe].unlock();
  }

  /** @param stripes ascending, without repetitions */
  public void lock(int[] stripes) {
    for (int stripe : stripes) {
      locks[stripe].lock();
    }
  }

  public void unlock(int[] stripes) {
    for (int i = stripes.length - 1; i >= 0; i--) {
      locks[stripes[i]].unlock();
    }
  }

  void lock(SlotState slot) {
    locks[stripe(slot.table, slot.slot)].lock();
  }

  void unlock(SlotState slot) {
    locks[stripe(slot.table, slot.slot)].unlock();
  }

  void lockAll() {
    for (ReentrantLock lock : locks) {
      lock.lock();
    }
  }

  void unlockAll() {
    for (int i = STRIPES - 1; i >= 0; i--) {
      locks[i].unlock();
    }
  }
}
