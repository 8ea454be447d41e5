package io.pika.node.store;

import org.jspecify.annotations.Nullable;

/** The slots of a part of a table that may have keys, ascending, without making any. One thread, no lock. */
public final class SlotWalk implements AutoCloseable {
  private final int table;
  private final int to;
  private final @Nullable TableSlots memory;
  private final Base.Iteration base;
  private int at;
  /** The next slot in RocksDB that is not below {@link #at}; past the end: none. */
  private int baseNext = -1;

  SlotWalk(int table, int from, int to, @Nullable TableSlots memory, Base base) {
    this.table = table;
    this.at = from;
    this.to = to;
    this.memory = memory;
    this.base = base.iterate(Layout.prefix(table, from), Layout.prefix(table, to + 1));
  }

  /** The next slot; -1: there is none. */
  public int next() {
    if (baseNext < at) {
      base.seek(Layout.prefix(table, at));
      baseNext = base.valid() ? Layout.slotOf(base.key()) : Integer.MAX_VALUE;
    }
    int found = Math.min(baseNext, nextInMemory());
    at = found == Integer.MAX_VALUE ? at : found + 1;
    return found > to ? -1 : found;
  }

  private int nextInMemory() {
    if (memory != null) {
      for (int slot = at; slot <= to && slot < memory.bound(); slot++) {
        if (memory.find(slot) != null) {
          return slot;
        }
      }
    }
    return Integer.MAX_VALUE;
  }

  @Override
  public void close() {
    base.close();
  }
}
