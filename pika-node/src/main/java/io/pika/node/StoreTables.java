package io.pika.node;

import io.pika.node.control.TableData;
import io.pika.node.store.SlotErasure;
import io.pika.node.store.Store;
import io.pika.node.store.StoreException;
import java.io.IOException;
import java.util.Set;

/** The store's tables as the control plane deletes them. */
record StoreTables(Store store) implements TableData {
  @Override
  public Set<Integer> tables() {
    return store.tables();
  }

  @Override
  public void drop(int table) throws IOException {
    try {
      store.dropTable(table);
    } catch (StoreException failure) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  @Override
  public int erase(int table, int from, int to, Unneeded unneeded) throws IOException {
    try {
      return SlotErasure.erase(store, table, from, to, unneeded::isSo);
    } catch (StoreException failure) {
      throw new IOException(failure.getMessage(), failure);
    }
  }
}
