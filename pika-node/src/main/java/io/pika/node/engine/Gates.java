package io.pika.node.engine;

import io.pika.node.store.StripedLocks;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A gate before each stripe of slot locks, which a long command closes while it holds the lock. Who comes by and must not
 * block (an event loop) waits for a lock only while its gate is open, since then only short work holds it, and leaves its
 * tasks in line when the gate is closed.
 *
 * <p><b>Who waits goes on.</b> The thread of the long command, when it has let the lock go, first opens the gate and then runs
 * what stands in line: no other thread is needed for that, and nobody joins this line meanwhile, so it ends. Other long
 * commands for the stripe wait until it has ended, and among themselves go in the order in which they came. So short
 * work waits for one long command at most, and long work only for what was there before it, and for a thread.
 *
 * <p><b>Nobody waits in a circle.</b> Long work holds one stripe and waits for none. Who holds several took them by ascending
 * number, and lets all go when it meets a closed gate. Nobody stands in line with a lock in hand.
 */
final class Gates {
  /** How often a thread that waits for short work looks whether the gate has been closed. */
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  static final int OPEN = -1;
  /** Long work that stands at one gate. */
  private static final int MOST_LONG = 64;

  /** What came of long work at a gate. */
  enum Entry {
    /** The gate is closed behind it, it has the lock. */
    IN,
    /** It stands in line; {@link #pass} names it some time. */
    IN_LINE,
    /** The line is full. */
    REFUSED
  }

  private final StripedLocks locks;
  private final Gate[] gates = new Gate[StripedLocks.STRIPES];
  private final AtomicInteger standing = new AtomicInteger();

  /** Everything is guarded by the gate itself. */
  private static final class Gate {
    /** Also read without the guard: who reads too late looks again. */
    volatile boolean closed;
    /** The line is being run. */
    boolean draining;
    /** Whose turn it is to close it; null: anybody's. */
    @Nullable Piece next;
    final Deque<Piece> shortWork = new ArrayDeque<>(0);
    final Deque<Piece> longWork = new ArrayDeque<>(0);
  }

  Gates(StripedLocks locks) {
    this.locks = locks;
    Arrays.setAll(gates, _ -> new Gate());
  }

  /**
   * Takes the locks for short work.
   *
   * @param stripes ascending, without repetitions
   * @return {@link #OPEN}, or a stripe whose gate is closed: then no lock is held
   */
  int lock(int[] stripes) {
    for (int i = 0; i < stripes.length; i++) {
      if (!lock(stripes[i])) {
        locks.unlock(Arrays.copyOf(stripes, i));
        return stripes[i];
      }
    }
    return OPEN;
  }

  private boolean lock(int stripe) {
    while (!gates[stripe].closed) {
      if (locks.tryLock(stripe, LOOK_NANOS)) {
        return true;
      }
    }
    return false;
  }

  /** Leaves short work in line. False: the gate is open, it need not wait. */
  boolean waitAt(Piece piece) {
    Gate gate = gates[piece.stripe()];
    synchronized (gate) {
      if (!gate.closed) {
        return false;
      }
      gate.shortWork.add(piece);
      standing.incrementAndGet();
      return true;
    }
  }

  /** Closes the gate and takes the lock for long work, if it is its turn. */
  Entry close(Piece piece) {
    Gate gate = gates[piece.stripe()];
    synchronized (gate) {
      boolean mine = gate.next == null || gate.next == piece;
      if (gate.closed || gate.draining || !mine) {
        return line(gate, piece);
      }
      gate.next = null;
      gate.closed = true;
    }
    locks.lock(piece.stripe());
    return Entry.IN;
  }

  private Entry line(Gate gate, Piece piece) {
    if (gate.longWork.size() >= MOST_LONG) {
      return Entry.REFUSED;
    }
    gate.longWork.add(piece);
    standing.incrementAndGet();
    return Entry.IN_LINE;
  }

  /** Lets the lock go and opens the gate. What stands in line is the caller's now: {@link #nextInLine}, to the end. */
  void open(int stripe) {
    locks.unlock(stripe);
    Gate gate = gates[stripe];
    synchronized (gate) {
      gate.closed = false;
      gate.draining = true;
    }
  }

  /** Null: no more, and the caller must {@link #pass}. */
  @Nullable
  Piece nextInLine(int stripe) {
    Gate gate = gates[stripe];
    synchronized (gate) {
      return taken(gate.shortWork.poll());
    }
  }

  /** The long work whose turn it is next; null: none waits. */
  @Nullable
  Piece pass(int stripe) {
    Gate gate = gates[stripe];
    synchronized (gate) {
      gate.draining = false;
      gate.next = gate.longWork.poll();
      return taken(gate.next);
    }
  }

  private @Nullable Piece taken(@Nullable Piece piece) {
    if (piece != null) {
      standing.decrementAndGet();
    }
    return piece;
  }

  /** Whether a long command holds the lock, or is about to. */
  boolean isClosed(int stripe) {
    return gates[stripe].closed;
  }

  /** How much work stands in line, short and long. */
  int standing() {
    return standing.get();
  }
}
