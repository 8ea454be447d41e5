package io.pika.node.engine;

import io.pika.proxy.protocol.Reply;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether other nodes have what was done in a slot, where its table asks for that before anybody is told. Any thread; called under
 * slots' locks, except where it says so, and never blocks.
 */
public interface Followers {
  /** No table asks. */
  Followers NOT_ASKED = new Followers() {
    @Override
    public boolean areAsked() {
      return false;
    }

    @Override
    public boolean mustHave(int table, int slot, long position) {
      return false;
    }

    @Override
    public Reply.@Nullable Err tooFew(int table, int slot) {
      return null;
    }

    @Override
    public void whenKept(int table, int from, int to, long position, Kept then) {
      then.settled(null);
    }

    @Override
    public void whenFollowed(int table, int from, int to, long position, int followers, long timeoutMs,
        IntConsumer then) {
      then.accept(0);
    }
  };

  /** Hears once what came of the wait. Must be short; runs on the thread that asks, or on one that ships the log. */
  @FunctionalInterface
  interface Kept {
    /** @param unknown null: enough followers have it; else that this is not known, as clients read it */
    void settled(Reply.@Nullable Err unknown);
  }

  /** Whether any table asks: if not, nothing else needs to be called. A hot path. */
  boolean areAsked();

  /** Whether what was seen in a slot that is led here, with all its records up to a position of this node's log, must wait. */
  boolean mustHave(int table, int slot, long position);

  /** Why no write may begin in a slot that is led here: its table asks for more followers than there are. Null: it may. */
  Reply.@Nullable Err tooFew(int table, int slot);

  /**
   * Calls back when enough followers have all records of some slots up to a position of this node's log; not under slots' locks.
   * Calls for the same single slot come back in the order of their positions.
   *
   * @param from first slot
   * @param to last slot, inclusive
   */
  void whenKept(int table, int from, int to, long position, Kept then);

  /**
   * Calls back with the number of followers that count and have all records of some slots, of the slot that has the fewest: when it is
   * so many, or all there are, or the time is up.
   */
  void whenFollowed(int table, int from, int to, long position, int followers, long timeoutMs,
      IntConsumer then);
}
