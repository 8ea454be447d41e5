package io.pika.node.engine;

/** A slot of a table. */
record Slot(int table, int slot) {
  static Slot of(SlotTask task) {
    return new Slot(task.table(), task.slot());
  }
}
