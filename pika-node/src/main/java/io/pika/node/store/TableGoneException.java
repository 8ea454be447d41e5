package io.pika.node.store;

/** The table is being dropped on this node. */
public final class TableGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TableGoneException(int table) {
    super("table " + table + " is being dropped", null, false, false);
  }
}
