package io.pika.node.store;

import io.pika.node.log.LogException;
import io.pika.node.store.Layout.SlotHeader;
import io.pika.node.store.StoreException.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Makes a slot anew from another node's contents of it. Why a crash at any instant leaves it in copy, or whole:
 * <ol>
 * <li>One write of RocksDB deletes what was there and says that the slot is in copy. It is durable before anything else is written;
 * from then on nobody is given the slot, and it takes no record.
 * <li>That write has the log's position, up to where the log is synced before. What the log has of the slot up to there is of what was
 * here before, and no recovery applies it again, whatever its epoch and index.
 * <li>Contents go straight to RocksDB. They are too many for the write tier, and nothing of them counts yet. They are not ingested as
 * files: those would have large values beside the keys, which is what {@link Base} avoids.
 * <li>One write has the new header and ends the state in copy. RocksDB keeps writes in their order, so whoever finds it finds all
 * contents. It is durable before the slot takes a record, so the log never has records that go on from what was lost.
 * </ol>
 * One thread. A rebuild that is given up is begun again from the start; until then the slot stays in copy.
 */
public final class SlotRebuild {
  /** Only somebody who still writes to the slot makes a second one necessary. */
  private static final int MOST_TRIES = 8;

  private final Store store;
  private final SlotState slot;
  private byte @Nullable [] last;
  private long keys;

  private SlotRebuild(Store store, SlotState slot) {
    this.store = store;
    this.slot = slot;
  }

  /**
   * Asked under the slot's lock, before anything is deleted: who promises something of the slot later finds it in copy.
   */
  public interface Leave {
    /** @param epoch of the newest record that is here */
    boolean toDelete(long epoch);
  }

  /**
   * Deletes all that is here of a slot. Waits for a running flush.
   *
   * @param leave refuses where the contents may be needed
   * @return null: it has refused, and nothing is changed
   * @throws TableGoneException the table is being dropped
   * @throws StoreException the disk has trouble; the slot may be in copy
   */
  public static @Nullable SlotRebuild begin(Store store, int table, int slot, Leave leave) {
    SlotRebuild rebuild = mark(store, table, slot, leave);
    if (rebuild != null) {
      store.base().flush();
    }
    return rebuild;
  }

  static @Nullable SlotRebuild mark(Store store, int table, int slot, Leave leave) {
    store.flusher().lockRounds();
    try {
      for (int i = 0; i < MOST_TRIES; i++) {
        // A slot that was not written lately needs no sync for it.
        long synced = i == 0 ? store.log().syncedPosition() : store.log().endPosition();
        if (i > 0) {
          store.log().sync();
        }
        Mark mark = mark(store, table, slot, synced, leave);
        if (!mark.moved) {
          return mark.slot == null ? null : new SlotRebuild(store, mark.slot);
        }
      }
      throw new StoreException(Kind.DISK, "a copy cannot begin: the slot takes records all the time");
    } catch (LogException e) {
      throw new StoreException(Kind.DISK, "a copy cannot begin: " + e.getMessage(), e);
    } finally {
      store.flusher().unlockRounds();
    }
  }

  /** @param slot that is in copy; null: nothing was changed */
  private record Mark(@Nullable SlotState slot, boolean moved) {
    static final Mark REFUSED = new Mark(null, false);
    /** It has records behind the position. */
    static final Mark MOVED = new Mark(null, true);
  }

  private static Mark mark(Store store, int table, int slot, long synced, Leave leave) {
    int[] stripes = {store.locks().stripe(table, slot)};
    store.locks().lock(stripes);
    try {
      SlotState before = store.anyState(table, slot);
      if (!leave.toDelete(before.epoch)) {
        return Mark.REFUSED;
      }
      if (before.position > synced) {
        return Mark.MOVED;
      }
      SlotHeader inCopy = SlotHeader.NONE.with(new Copied(false, synced, 0));
      erase(store, before.prefix, inCopy);
      return new Mark(store.replaceState(before, inCopy), false);
    } finally {
      store.locks().unlock(stripes);
    }
  }

  private static void erase(Store store, byte[] prefix, SlotHeader inCopy) {
    byte[] from = Layout.key(prefix, Layout.DATA_FROM);
    byte[] to = Layout.key(prefix, Layout.DATA_TO);
    try (WriteBatch batch = new WriteBatch()) {
      batch.deleteRange(from, to);
      batch.put(Layout.key(prefix, Layout.HEADER_KEY), Layout.encode(inCopy));
      store.base().write(batch);
    } catch (RocksDBException e) {
      throw Base.trouble("a batch for RocksDB cannot be made", e);
    }
    store.compactor().offer(List.of(new Compactor.Range(from, to)));
  }

  /** What is known of where a slot's contents came from. */
  public static Copied copied(Store store, int table, int slot) {
    int[] stripes = {store.locks().stripe(table, slot)};
    store.locks().lock(stripes);
    try {
      return store.anyState(table, slot).copied;
    } finally {
      store.locks().unlock(stripes);
    }
  }

  /** The last key that was written; null: none. */
  public byte @Nullable [] last() {
    return last;
  }

  /**
   * @param entries behind the {@link #last} one, in the order of their keys
   * @throws TableGoneException the table was dropped, or the slot is copied by another
   * @throws IllegalArgumentException they are not; nothing was written
   */
  public void write(List<SlotEntry> entries) {
    byte[] before = last;
    long count = keys;
    try (WriteBatch batch = new WriteBatch()) {
      for (SlotEntry entry : entries) {
        if (!belongsBehind(before, entry.key())) {
          throw new IllegalArgumentException("an entry of a copy is out of order, or none of a slot's");
        }
        before = entry.key();
        count += entry.key()[0] == Layout.META ? 1 : 0;
        batch.put(Layout.key(slot.prefix, entry.key()), entry.value());
      }
      write(batch);
    } catch (RocksDBException e) {
      throw Base.trouble("a batch for RocksDB cannot be made", e);
    }
    last = before;
    keys = count;
  }

  private static boolean belongsBehind(byte @Nullable [] before, byte[] key) {
    int order = before == null
        ? Layout.ORDER.compare(key, Layout.DATA_FROM) + 1
        : Layout.ORDER.compare(key, before);
    return order > 0 && Layout.ORDER.compare(key, Layout.DATA_TO) < 0;
  }

  /** The table is not dropped meanwhile: that would leave behind what is written here after. */
  private void write(WriteBatch batch) {
    store.flusher().lockRounds();
    try {
      checkCurrent();
      store.base().write(batch);
    } finally {
      store.flusher().unlockRounds();
    }
  }

  private void checkCurrent() {
    int[] stripes = {store.locks().stripe(slot.table, slot.slot)};
    store.locks().lock(stripes);
    try {
      if (!store.isCurrent(slot)) {
        throw TableGoneException.inCopy(slot.table, slot.slot);
      }
    } finally {
      store.locks().unlock(stripes);
    }
  }

  /**
   * All was written: the slot is whole, and may take the records that follow.
   *
   * @param summary of what was copied
   * @throws IllegalArgumentException what was written is not that
   */
  public void finish(SlotSummary summary) {
    SlotHeader header = writeHeader(summary);
    store.base().flush();
    open(header);
  }

  SlotHeader writeHeader(SlotSummary summary) {
    if (summary.keys() != keys) {
      throw new IllegalArgumentException("the copy has " + keys + " keys of " + summary.keys());
    }
    SlotHeader header = SlotHeader.of(summary, slot.copied.done(summary.newest().index()));
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(Layout.key(slot.prefix, Layout.HEADER_KEY), Layout.encode(header));
      write(batch);
    } catch (RocksDBException e) {
      throw Base.trouble("a batch for RocksDB cannot be made", e);
    }
    return header;
  }

  /** Behind {@link #writeHeader}, which must be durable. */
  void open(SlotHeader header) {
    store.flusher().lockRounds();
    int[] stripes = {store.locks().stripe(slot.table, slot.slot)};
    store.locks().lock(stripes);
    try {
      if (!store.isCurrent(slot)) {
        throw TableGoneException.inCopy(slot.table, slot.slot);
      }
      store.replaceState(slot, header);
    } finally {
      store.locks().unlock(stripes);
      store.flusher().unlockRounds();
    }
    store.findDue(slot.table, slot.slot);
  }
}
