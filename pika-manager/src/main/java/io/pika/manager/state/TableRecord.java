package io.pika.manager.state;

import io.pika.core.model.CrossSlot;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import java.util.List;

/**
 * A table as the manager keeps it.
 *
 * @param passwordHash empty: no password
 * @param ranges empty until the table is placed; nodes hear of it only then
 * @param changedVersion topology version of the last change that nodes must know
 */
public record TableRecord(int id, String name, int slots, TableState state, boolean blocked,
    String passwordHash, CrossSlot crossSlot,
    List<SlotRange> ranges, long createdAtMs, long changedVersion) {
  public TableRecord {
    ranges = List.copyOf(ranges);
  }

  public boolean isPlaced() { return !ranges.isEmpty(); }

  /** As nodes know it; only of a placed one. */
  public Table table() {
    return new Table(id, name, slots, state, blocked, passwordHash, crossSlot, ranges);
  }

  TableRecord withName(String newName, long version) {
    return new TableRecord(id, newName, slots, state, blocked, passwordHash, crossSlot, ranges, createdAtMs,
        version);
  }

  TableRecord withState(TableState newState, long version) {
    return new TableRecord(id, name, slots, newState, blocked, passwordHash, crossSlot, ranges, createdAtMs,
        version);
  }

  TableRecord withBlocked(boolean nowBlocked, long version) {
    return new TableRecord(id, name, slots, state, nowBlocked, passwordHash, crossSlot, ranges, createdAtMs,
        version);
  }

  TableRecord withPasswordHash(String newHash, long version) {
    return new TableRecord(id, name, slots, state, blocked, newHash, crossSlot, ranges, createdAtMs, version);
  }

  TableRecord withCrossSlot(CrossSlot now, long version) {
    return new TableRecord(id, name, slots, state, blocked, passwordHash, now, ranges, createdAtMs, version);
  }

  TableRecord withRanges(List<SlotRange> newRanges, long version) {
    return new TableRecord(id, name, slots, state, blocked, passwordHash, crossSlot, newRanges, createdAtMs,
        version);
  }

  @Override
  public String toString() {
    return "table " + name + " (id " + id + ", " + slots + " slots, " + state + ")";
  }
}
