package io.pika.node.store;

import io.pika.node.store.Layout.SlotHeader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes slots that this node has no replica of any more. Each goes the way of a copy of a slot without contents ({@link SlotRebuild}),
 * so a crash leaves it as it was, in copy, or as one that was never written; and if the node gets a replica of it again, the
 * log's records from before never come back. Many at once, because all wait for the same two flushes of RocksDB.
 */
public final class SlotErasure {
  private static final Logger LOG = LoggerFactory.getLogger(SlotErasure.class);
  /** Slots at once; rounds of the flusher wait while they are marked. */
  private static final int MOST = 256;

  private SlotErasure() {}

  /** Asked under the slot's lock. */
  public interface Leave {
    /** @param epoch of the newest record that is here; 0: there is none */
    boolean toDelete(int slot, long epoch);
  }

  /**
   * Deletes some of the slots from {@code from} to {@code to}, inclusive.
   *
   * @param leave refuses slots that may be needed
   * @return how many were deleted; 0: none is left that has anything and may be
   * @throws StoreException the disk has trouble; some may be in copy
   */
  public static int erase(Store store, int table, int from, int to, Leave leave) {
    List<SlotRebuild> marked = new ArrayList<>();
    try {
      for (int slot : withData(store, table, from, to, leave)) {
        SlotRebuild rebuild = SlotRebuild.mark(store, table, slot,
            epoch -> leave.toDelete(slot, epoch));
        if (rebuild != null) {
          marked.add(rebuild);
        }
      }
    } catch (TableGoneException e) {
      return 0;
    }
    if (!marked.isEmpty()) {
      store.base().flush();
      end(store, marked);
    }
    return marked.size();
  }

  private static List<Integer> withData(Store store, int table, int from, int to, Leave leave) {
    List<Integer> found = new ArrayList<>();
    try (SlotWalk walk = store.walk(table, from, to)) {
      for (int slot = walk.next(); slot >= 0 && found.size() < MOST; slot = walk.next()) {
        if (hasData(store, table, slot, leave)) {
          found.add(slot);
        }
      }
    }
    return found;
  }

  private static boolean hasData(Store store, int table, int slot, Leave leave) {
    int[] stripes = {store.locks().stripe(table, slot)};
    store.locks().lock(stripes);
    try {
      SlotHeader header = store.peek(table, slot);
      return (header.index() > 0 || !header.copied().whole()) && leave.toDelete(slot, header.epoch());
    } finally {
      store.locks().unlock(stripes);
    }
  }

  /** One that is copied by now, because the node has a replica of it again, is no concern of this any more. */
  private static void end(Store store, List<SlotRebuild> marked) {
    Map<SlotRebuild, SlotHeader> empty = new LinkedHashMap<>();
    for (SlotRebuild each : marked) {
      try {
        empty.put(each, each.writeHeader(SlotHeader.NONE.summary()));
      } catch (TableGoneException e) {
        LOG.debug("A slot that was being deleted is copied, or its table is dropped: {}", e.getMessage());
      }
    }
    store.base().flush();
    empty.forEach((each, header) -> {
      try {
        each.open(header);
      } catch (TableGoneException e) {
        LOG.debug("A slot that was deleted is copied, or its table is dropped: {}", e.getMessage());
      }
    });
  }
}
