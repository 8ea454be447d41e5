package io.pika.node.engine;

/** What this node leads, as its topology says. Called under slot locks, by many threads: must not block. */
public interface Leadership {
  Verdict check(int table, int slot, long epoch);

  /** The number of the lease that this node has, or had last. To be read before {@link #check}. */
  long lease();

  /** Whether that lease has been held all the time since its number was read: what was done meanwhile, was done under it. */
  boolean holds(long lease);

  /** Whether what was done in the slot may be told only if it was done under a lease. */
  boolean needsLease(int table, int slot);

  /** The epoch at which this node leads the slot now; 0: it does not. */
  long epoch(int table, int slot);
}
