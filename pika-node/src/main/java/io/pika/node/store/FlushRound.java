package io.pika.node.store;

import io.pika.node.store.Layout.SlotHeader;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Layers on their way to RocksDB.
 *
 * @param position where recovery has to begin when RocksDB has them
 * @param bytes what the layers take in memory
 */
record FlushRound(List<Part> parts, long position, long bytes) {
  /** A write batch is sent when it has grown to this; a slot is never cut in two. */
  private static final int BATCH_BYTES = 4 << 20;

  /** What a slot has given away, and how it was then. */
  record Part(SlotState slot, Layer layer, SlotHeader header, SlotReads.Moment moment) {}

  void write(Base base) {
    try (WriteBatch batch = new WriteBatch()) {
      for (Part part : parts) {
        if (!part.slot().gone) {
          add(part, batch);
        }
        if (batch.getDataSize() >= BATCH_BYTES) {
          base.write(batch);
          batch.clear();
        }
      }
      batch.put(Layout.APPLIED, Layout.position(position));
      base.write(batch);
    } catch (RocksDBException e) {
      throw Base.trouble("a batch for RocksDB cannot be made", e);
    }
  }

  private static void add(Part part, WriteBatch batch) throws RocksDBException {
    byte[] prefix = part.slot().prefix;
    for (var range : part.layer().ranges().entrySet()) {
      batch.deleteRange(Layout.key(prefix, range.getKey()), Layout.key(prefix, range.getValue()));
    }
    part.layer().forEach((key, value) -> {
      if (value == Layer.DELETED) {
        batch.delete(Layout.key(prefix, key));
      } else {
        batch.put(Layout.key(prefix, key), value);
      }
    });
    batch.put(Layout.key(prefix, Layout.HEADER_KEY), Layout.encode(part.header()));
  }

  List<Compactor.Range> deletedRanges() {
    List<Compactor.Range> deleted = new ArrayList<>();
    for (Part part : parts) {
      byte[] prefix = part.slot().prefix;
      part.layer().ranges().forEach((from, to) -> deleted
          .add(new Compactor.Range(Layout.key(prefix, from), Layout.key(prefix, to))));
    }
    return deleted;
  }

  /** What was written is known in the read tier. The layers are still looked at first: see {@link SlotReads}. */
  void refreshReads() {
    for (Part part : parts) {
      SlotReads reads = part.slot().reads;
      part.layer().forEach((key, value) -> reads.flushed(part.moment(), key, value));
    }
  }
}
