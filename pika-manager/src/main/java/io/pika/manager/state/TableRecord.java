package io.pika.manager.state;

import io.pika.core.model.AttachmentKind;
import io.pika.core.model.CrossSlot;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A table as the manager keeps it.
 *
 * @param passwordHash empty: no password
 * @param replication what was asked for; what there is stands in the ranges
 * @param ranges empty until the table is placed; nodes hear of it only then
 * @param changedVersion topology version of the last change of the table itself that nodes must know
 * @param attached topology version of the last change of its attachments, by kind; none: there never was one
 * @param earlier empty, but while its replicas or acks change
 */
public record TableRecord(int id, String name, int slots, TableState state, boolean blocked,
    String passwordHash, CrossSlot crossSlot, Replication replication, List<SlotRange> ranges,
    long createdAtMs, long changedVersion, Map<AttachmentKind, Long> attached, List<Earlier> earlier) {
  public TableRecord {
    ranges = List.copyOf(ranges);
    earlier = List.copyOf(earlier);
    attached = Collections.unmodifiableMap(new TreeMap<>(attached));
  }

  public boolean isPlaced() { return !ranges.isEmpty(); }

  /** Whether some of its slots have several replicas, and matter. */
  public boolean isReplicated() {
    return state != TableState.DROPPING && ranges.stream().anyMatch(SlotRange::isReplicated);
  }

  /** As nodes know it; only of a placed one. */
  public Table table() {
    return new Table(id, name, slots, state, blocked, passwordHash, crossSlot, replication.acks(), ranges);
  }

  TableRecord withName(String newName, long version) {
    return new TableRecord(id, newName, slots, state, blocked, passwordHash, crossSlot, replication, ranges,
        createdAtMs,
        version, attached, earlier);
  }

  TableRecord withState(TableState newState, long version) {
    return new TableRecord(id, name, slots, newState, blocked, passwordHash, crossSlot, replication, ranges,
        createdAtMs,
        version, attached, earlier);
  }

  TableRecord withBlocked(boolean nowBlocked, long version) {
    return new TableRecord(id, name, slots, state, nowBlocked, passwordHash, crossSlot, replication, ranges,
        createdAtMs,
        version, attached, earlier);
  }

  TableRecord withPasswordHash(String newHash, long version) {
    return new TableRecord(id, name, slots, state, blocked, newHash, crossSlot, replication, ranges,
        createdAtMs, version, attached, earlier);
  }

  TableRecord withCrossSlot(CrossSlot now, long version) {
    return new TableRecord(id, name, slots, state, blocked, passwordHash, now, replication, ranges,
        createdAtMs, version, attached, earlier);
  }

  TableRecord withRanges(List<SlotRange> newRanges, long version) {
    return new TableRecord(id, name, slots, state, blocked, passwordHash, crossSlot, replication, newRanges,
        createdAtMs,
        version, attached, earlier);
  }

  /** @param before by what leaders answer until they know of this */
  TableRecord withReplication(Replication wanted, List<Earlier> before, long version) {
    return new TableRecord(id, name, slots, state, blocked, passwordHash, crossSlot, wanted, ranges,
        createdAtMs,
        version, attached, before);
  }

  TableRecord reshaped(List<SlotRange> newRanges, List<Earlier> before, long version) {
    return new TableRecord(id, name, slots, state, blocked, passwordHash, crossSlot, replication, newRanges,
        createdAtMs, version, attached, before);
  }

  /** All leaders go by what is written here. */
  TableRecord settled() {
    return new TableRecord(id, name, slots, state, blocked, passwordHash, crossSlot, replication, ranges,
        createdAtMs,
        changedVersion, attached, List.of());
  }

  TableRecord withAttached(AttachmentKind kind, long version) {
    TreeMap<AttachmentKind, Long> after = new TreeMap<>(attached);
    after.put(kind, version);
    return new TableRecord(id, name, slots, state, blocked, passwordHash, crossSlot, replication, ranges,
        createdAtMs,
        changedVersion, after, earlier);
  }

  /** Of the last change; 0: there never was one. */
  public long attachedVersion(AttachmentKind kind) {
    return attached.getOrDefault(kind, 0L);
  }

  @Override
  public String toString() {
    return "table " + name + " (id " + id + ", " + slots + " slots, " + state + ")";
  }
}
