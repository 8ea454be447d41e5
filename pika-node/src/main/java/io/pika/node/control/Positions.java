package io.pika.node.control;

import io.pika.core.rpc.ReplicaPosition;

/** How far this node's replicas are, asked in elections. */
public interface Positions {
  /**
   * Promises to take no record and to serve no request of the slot at a smaller epoch, and says what there is of it: nothing can
   * come to that any more at a smaller epoch. Blocks while the slot is at work.
   *
   * @throws UnknownTableException nothing is promised; the table may become known in a moment
   */
  ReplicaPosition promise(int table, int slot, long epoch) throws UnknownTableException;

  /** The topology that this node has does not know the table, or has it smaller. */
  final class UnknownTableException extends Exception {
    private static final long serialVersionUID = 1;

    public UnknownTableException(int table) {
      super("table " + table + " is not known here");
    }
  }
}
