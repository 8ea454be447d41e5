package io.pika.node.engine;

/** What this node leads, as its topology says. Called under slot locks, by many threads: must not block. */
public interface Leadership {
  Verdict check(int table, int slot, long epoch);

  /** The epoch at which this node leads the slot now; 0: it does not. */
  long epoch(int table, int slot);
}
