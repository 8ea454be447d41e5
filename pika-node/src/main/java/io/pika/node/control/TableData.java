package io.pika.node.control;

import java.io.IOException;
import java.util.Set;

/** The data of tables on this node. Blocks; dropping what is not there does nothing. */
public interface TableData {
  /** Ids of the tables of which there is data here. */
  Set<Integer> tables();

  /** Returns when nothing of the table is left and none of it can come back after a crash. */
  void drop(int table) throws IOException;

  /** Asked under the slot's lock. */
  interface Unneeded {
    /** @param epoch of the newest record that is here; 0: there is none */
    boolean isSo(int slot, long epoch);
  }

  /**
   * Deletes the data of some slots of a table that nobody needs here any more; what a crash leaves of one is in copy. What takes
   * records again meanwhile is left out.
   *
   * @param to inclusive
   * @return how many had data; 0: there are no more of them
   */
  int erase(int table, int from, int to, Unneeded unneeded) throws IOException;
}
