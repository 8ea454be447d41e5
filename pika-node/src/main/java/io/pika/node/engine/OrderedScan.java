package io.pika.node.engine;

import io.pika.node.store.KeyRange;
import io.pika.node.store.SlotWalk;
import io.pika.proxy.protocol.Reply;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * PKSCANRANGE over the slots that are led here. Each slot has its keys in order: a few are read of every one, and then more
 * of the slot that is furthest behind, until no slot can have a key that belongs in the page, or enough have been looked
 * at. A seek for every slot with keys, under its lock; no lock is held for long.
 */
final class OrderedScan {
  /** Keys that are looked at under one hold of a slot's lock. */
  private static final int PAGE_KEYS = 1000;
  private static final int FIRST_KEYS_MIN = 16;
  /** Keys of any type that one page looks at, about: others may lie between those that are wanted. */
  private static final int LOOKS_MAX = 100_000;

  private final SlotExecutor executor;
  private final RangeTask task;
  private final OrderedQuery query;
  private final OrderedPage page;
  private final PriorityQueue<Place> places;
  private int looks;

  /** A slot and the key at which to go on in it. */
  private record Place(int slot, byte[] key) {}

  OrderedScan(SlotExecutor executor, RangeTask task, OrderedQuery query) {
    this.executor = executor;
    this.task = task;
    this.query = query;
    this.page = new OrderedPage(query);
    this.places = new PriorityQueue<>(Comparator.comparing(Place::key, query.range().comparator()));
  }

  Reply run() {
    int slots = task.to() - task.from() + 1;
    int first = (int) Math.clamp(2L * query.limit() / slots, FIRST_KEYS_MIN, PAGE_KEYS);
    try (SlotWalk walk = executor.store().walk(task.table(), task.from(), task.to())) {
      for (int slot = walk.next(); slot >= 0; slot = walk.next()) {
        look(slot, query.range(), first);
      }
    }
    Place behind = places.peek();
    while (behind != null && !page.isBeyond(behind.key) && looks < LOOKS_MAX) {
      places.remove();
      look(behind.slot, query.range().from(behind.key), PAGE_KEYS);
      behind = places.peek();
    }
    if (behind != null) {
      page.cut(behind.key);
    }
    return page.reply();
  }

  private void look(int slot, KeyRange range, int limit) {
    byte @Nullable [][] next = new byte @Nullable [1][];
    executor.inSlot(task.table(), slot, task.epoch(), (batch, keys) -> {
      next[0] = keys.walk(range, limit, (key, entry) -> {
        looks++;
        return page.take(key, entry);
      });
      return true;
    });
    byte[] key = next[0];
    if (key != null) {
      places.add(new Place(slot, key));
    }
  }
}
