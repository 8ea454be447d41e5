package io.pika.node.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The slots in which a key expires, ordered by when the first one may: one entry a slot, however many keys. Any
 * thread offers; one takes. An entry may be too early, never too late.
 */
public final class DueSlots {
  /** @param atMs Unix time in milliseconds */
  public record Due(long atMs, int table, int slot) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(atMs, other.atMs);
      int byTable = byTime != 0 ? byTime : Integer.compareUnsigned(table, other.table);
      return byTable != 0 ? byTable : Integer.compare(slot, other.slot);
    }
  }

  private record Slot(int table, int slot) {}

  private final TreeSet<Due> queue = new TreeSet<>();
  private final Map<Slot, Due> bySlot = new HashMap<>();
  private Runnable onEarlier = () -> {};

  /** Who is told, on the thread that offers, that the first instant has become earlier; must be short. */
  public synchronized void whenEarlier(Runnable listener) {
    onEarlier = listener;
  }

  /** A later instant than the one known for the slot changes nothing. */
  public void offer(int table, int slot, long atMs) {
    Runnable tell;
    synchronized (this) {
      Slot which = new Slot(table, slot);
      Due known = bySlot.get(which);
      if (known != null && known.atMs() <= atMs) {
        return;
      }
      if (known != null) {
        queue.remove(known);
      }
      Due due = new Due(atMs, table, slot);
      bySlot.put(which, due);
      queue.add(due);
      if (!queue.first().equals(due)) {
        return;
      }
      tell = onEarlier;
    }
    tell.run();
  }

  /** Unix time in milliseconds; {@link Long#MAX_VALUE}: there is none. */
  public synchronized long firstMs() {
    return queue.isEmpty() ? Long.MAX_VALUE : queue.first().atMs();
  }

  /** Takes out up to so many slots that are due, the longest due first. */
  public synchronized List<Due> take(long nowMs, int limit) {
    List<Due> taken = new ArrayList<>();
    while (taken.size() < limit && !queue.isEmpty() && queue.first().atMs() <= nowMs) {
      Due due = queue.removeFirst();
      bySlot.remove(new Slot(due.table(), due.slot()));
      taken.add(due);
    }
    return taken;
  }

  synchronized void forget(int table) {
    queue.removeIf(due -> due.table() == table);
    bySlot.keySet().removeIf(which -> which.table() == table);
  }

  public synchronized int size() {
    return queue.size();
  }
}
