package io.pika.node.store;

import io.pika.node.log.LogRecord;
import io.pika.node.log.RecordConsumer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Puts the log's records over RocksDB after a restart: those that it does not have yet, each exactly once. */
final class Replay implements RecordConsumer {
  private final Store store;
  private final Flusher flusher;
  /** Up to where a table's records are of an earlier table with that id, which RocksDB has forgotten. */
  private final Map<Integer, Long> dropped = new HashMap<>();
  /** Up to here all is in the tier or below. */
  private long before;
  private long position;
  private final LongSupplier end = () -> before;

  /** @param from where the log is read from: what was before is below */
  Replay(Store store, Flusher flusher, long from) {
    this.store = store;
    this.flusher = flusher;
    this.before = from;
    this.position = from;
    try (Base.Iteration drops = store.base().iterate(Layout.DROPPED_FROM, Layout.DROPPED_TO)) {
      for (drops.seek(Layout.DROPPED_FROM); drops.valid(); drops.next()) {
        dropped.put(Layout.droppedTable(drops.key()), Layout.position(drops.value()));
      }
    }
  }

  @Override
  public void accept(long frameEnd, LogRecord record) {
    // Only between frames is the position before this one's end wholly in the tier.
    if (frameEnd != position) {
      before = position;
      if (flusher.isFull()) {
        flusher.flushRecovered(end);
      }
    }
    position = frameEnd;
    if (dropped.getOrDefault(record.table(), 0L) >= frameEnd) {
      return;
    }
    if (record.dropsTable()) {
      store.forgetTable(record.table());
      store.erase(record.table(), frameEnd);
      dropped.put(record.table(), frameEnd);
    } else {
      apply(record);
    }
  }

  private void apply(LogRecord record) {
    SlotState slot = store.anyState(record.table(), record.slot());
    if (!slot.copied.whole() || position <= slot.copied.logPosition()) {
      return;
    }
    slot.position = position;
    if (slot.header().covers(record.epoch(), record.index())) {
      return;
    }
    if (record.index() != slot.index + 1) {
      throw new StoreException(StoreException.Kind.DAMAGED, "the log goes on with record " + record.index()
          + " of table " + record.table() + " slot " + record.slot() + ", the store has seen " + slot.index
          + ": records between them are missing. Restore the directory from a copy");
    }
    flusher.markDirty(slot, end);
    record.effects().forEach(effect -> apply(store, slot, effect));
    slot.advance(record.epoch(), record.checksum());
    slot.keys = record.keys();
    flusher.grew(slot.takeGrowth(), position);
  }

  /** Puts what a record changes into the write tier. Under the slot's lock, or before anybody else has the store. */
  static void apply(Store store, SlotState slot, LogRecord.Effect effect) {
    Layer layer = slot.writable();
    switch (effect) {
      case LogRecord.Put put -> {
        layer.put(put.key(), put.value());
        if (put.key()[0] == Layout.EXPIRY) {
          store.due(slot, Layout.dueOf(put.key()));
        }
      }
      case LogRecord.Delete delete -> layer.put(delete.key(), Layer.DELETED);
      case LogRecord.DeleteRange range -> {
        slot.reads.forget(range.from(), range.to());
        layer.deleteRange(range.from(), range.to());
      }
      case LogRecord.DropTable drop -> throw new IllegalStateException("a drop in a record of one slot");
    }
  }
}
