package io.pika.node.store;

/** The table is being dropped on this node, or the slot in copy: nobody may look. */
public final class TableGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TableGoneException(int table) {
    this("table " + table + " is being dropped");
  }

  private TableGoneException(String message) {
    super(message, null, false, false);
  }

  static TableGoneException inCopy(int table, int slot) {
    return new TableGoneException("slot " + slot + " of table " + table + " is in copy");
  }
}
