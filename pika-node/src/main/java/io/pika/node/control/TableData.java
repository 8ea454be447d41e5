package io.pika.node.control;

import java.io.IOException;
import java.util.Set;

/** The data of tables on this node. Blocks; dropping what is not there does nothing. */
public interface TableData {
  /** Ids of the tables of which there is data here. */
  Set<Integer> tables();

  /** Returns when nothing of the table is left and none of it can come back after a crash. */
  void drop(int table) throws IOException;
}
