package io.pika.core.meta;

import io.pika.core.bytes.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The entries of the embedded store and what a transaction means for them. Not thread-safe; no I/O. */
final class EntryMap {
  private final TreeMap<Bytes, Entry> entries = new TreeMap<>();
  private long revision;

  long revision() {
    return revision;
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  Optional<Entry> get(Bytes key) {
    return Optional.ofNullable(entries.get(key));
  }

  RangeResult range(KeyRange keys, int limit) {
    Collection<Entry> all = entries.subMap(keys.from(), keys.to()).values();
    if (limit <= 0) {
      return new RangeResult(revision, List.copyOf(all), false);
    }
    List<Entry> some = all.stream().limit(limit + 1L).toList();
    boolean more = some.size() > limit;
    return new RangeResult(revision, more ? some.subList(0, limit) : some, more);
  }

  boolean holds(Compare compare) {
    @Nullable Entry entry = entries.get(compare.key());
    return switch (compare) {
      case Compare.Absent absent -> entry == null;
      case Compare.Exists exists -> entry != null;
      case Compare.Version version -> (entry == null ? 0 : entry.version()) == version.version();
      case Compare.CreateRevision created ->
        (entry == null ? 0 : entry.createRevision()) == created.revision();
      case Compare.ModRevision modified -> (entry == null ? 0 : entry.modRevision()) == modified.revision();
      case Compare.Value value -> entry != null && entry.value().equals(value.value());
    };
  }

  /** The writes that would change something: deleting what is not there changes nothing. */
  List<Write> effective(List<Write> writes) {
    return writes.stream().filter(write -> write instanceof Write.Put || entries.containsKey(write.key()))
        .toList();
  }

  /** Carries out writes as one revision. */
  List<WatchEvent> apply(long newRevision, List<Write> writes) {
    revision = newRevision;
    List<WatchEvent> events = new ArrayList<>(writes.size());
    for (Write write : writes) {
      switch (write) {
        case Write.Put put -> {
          @Nullable Entry before = entries.get(put.key());
          Entry after = before == null
              ? new Entry(put.key(), put.value(), 1, newRevision, newRevision, put.lease())
              : new Entry(put.key(), put.value(), before.version() + 1, before.createRevision(), newRevision,
                  put.lease());
          entries.put(put.key(), after);
          events.add(new WatchEvent.Written(after));
        }
        case Write.Delete delete -> {
          if (entries.remove(delete.key()) != null) {
            events.add(new WatchEvent.Deleted(delete.key(), newRevision));
          }
        }
      }
    }
    return events;
  }

  /** Puts back an entry of a snapshot. */
  void restore(Entry entry) {
    entries.put(entry.key(), entry);
  }

  void restoreRevision(long snapshotRevision) {
    revision = snapshotRevision;
  }
}
