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

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int PATIENT_TRIES = 100;

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
      return locks[stripe].tryLock() || locks[stripe].tryLock(nanos, TimeUnit.NANOSECONDS);
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

  boolean tryLock(SlotState slot, long nanos) {
    return tryLock(stripe(slot.table, slot.slot), nanos);
  }

  void unlock(SlotState slot) {
    locks[stripe(slot.table, slot.slot)].unlock();
  }

  /** Lets those go that it has when one is held for long, since others wait for them, and begins again behind that one. */
  void lockAll() {
    for (int tries = 0; tries < PATIENT_TRIES; tries++) {
      int held = lockAllBut();
      if (held < 0) {
        return;
      }
      locks[held].lock();
      locks[held].unlock();
    }
    for (ReentrantLock lock : locks) {
      lock.lock();
    }
  }

  /** -1, or one that is held for long: then none is taken. */
  private int lockAllBut() {
    for (int i = 0; i < STRIPES; i++) {
      if (!tryLock(i, PATIENCE_NANOS)) {
        for (int taken = 0; taken < i; taken++) {
          locks[taken].unlock();
        }
        return i;
      }
    }
    return -1;
  }

  void unlockAll() {
    for (int i = STRIPES - 1; i >= 0; i--) {
      locks[i].unlock();
    }
  }
}
