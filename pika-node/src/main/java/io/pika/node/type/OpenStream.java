package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream that a command works on (Redis 7.0 {@code t_stream.c}): an append-only log of entries in the order of their
 * ids, with groups of consumers ({@link OpenGroup}). What is asked at every command is kept in the head:
 *
 * <pre>| lastId | firstId | maxDeletedId | entriesAdded u64 | groups u64 | lastGroup u64 |</pre>
 *
 * <p>The first entry's id is there not only because Redis tells it: a stream that is shortened all the time has what was
 * deleted before its first entry, and no walk should have to step over that. One OpenStream a key at a time.
 */
public final class OpenStream {
  /** What is not more than this is deleted one by one: ranges are for what would be many deletes. */
  private static final int FEW = 128;
  private static final int OWN_BYTES = 3 * StreamId.BYTES + 3 * Long.BYTES;
  /** Redis' bound for the names and values of one entry. */
  private static final long ENTRY_BYTES_MAX = 1 << 30;

  private final CollectionKey collection;
  private final long nowMs;
  private StreamId lastId = StreamId.ZERO;
  private StreamId firstId = StreamId.ZERO;
  private StreamId maxDeletedId = StreamId.ZERO;
  private long entriesAdded;
  private long groups;
  private long lastGroup;

  private OpenStream(CollectionKey collection, long nowMs) {
    this.collection = collection;
    this.nowMs = nowMs;
    if (collection.own().length == OWN_BYTES) {
      ByteBuffer own = ByteBuffer.wrap(collection.own());
      lastId = StreamId.read(own);
      firstId = StreamId.read(own);
      maxDeletedId = StreamId.read(own);
      entriesAdded = own.getLong();
      groups = own.getLong();
      lastGroup = own.getLong();
    }
  }

  /** The stream of a live key; null: there is no such key. A key of another type is refused. */
  public static @Nullable OpenStream find(KeySpace keys, byte[] key) {
    CollectionKey found = CollectionKey.find(keys, key, Entry.STREAM);
    return found == null ? null : new OpenStream(found, keys.nowMs());
  }

  /** The stream of a live key, or an empty one that becomes a key when something is done to it. */
  public static OpenStream findOrMake(KeySpace keys, byte[] key) {
    return new OpenStream(CollectionKey.findOrMake(keys, key, Entry.STREAM), keys.nowMs());
  }

  /** An empty stream that takes the place of whatever the key has, when it is restored. */
  static OpenStream make(KeySpace keys, byte[] key) {
    return new OpenStream(CollectionKey.make(keys, key, Entry.STREAM), keys.nowMs());
  }

  public long length() {
    return collection.size();
  }

  /** The greatest id that was ever given. */
  public StreamId lastId() {
    return lastId;
  }

  /** The first entry's id; 0-0 if there is none. */
  public StreamId firstId() {
    return firstId;
  }

  /** The greatest id that XDEL took out of the middle; 0-0: none yet. */
  public StreamId maxDeletedId() {
    return maxDeletedId;
  }

  /** How many entries were ever added. */
  public long entriesAdded() {
    return entriesAdded;
  }

  public long groups() {
    return groups;
  }

  /** Adds an entry at the end. @param fields names and values in turn */
  public StreamId add(NewStreamId wanted, List<byte[]> fields, @Nullable StreamTrim trim) {
    if (lastId.equals(StreamId.MAX)) {
      throw Refusals.STREAM_EXHAUSTED;
    }
    StreamId id = next(wanted);
    if (!id.isAfter(lastId)) {
      throw Refusals.STREAM_ID_NOT_GREATER;
    }
    if (fields.stream().mapToLong(field -> field.length).sum() > ENTRY_BYTES_MAX) {
      throw Refusals.STREAM_ENTRY_TOO_LARGE;
    }
    elements().put(StreamNames.entry(id), StreamEntry.encode(fields));
    collection.grow(1);
    entriesAdded++;
    lastId = id;
    if (length() == 1) {
      firstId = id;
    }
    if (trim != null) {
      deleteFirst(trim.count(this));
    }
    save();
    return id;
  }

  private StreamId next(NewStreamId wanted) {
    return switch (wanted) {
      case NewStreamId.Exactly(StreamId id) -> id;
      case NewStreamId.Now _ -> Long.compareUnsigned(nowMs, lastId.ms()) > 0
          ? new StreamId(nowMs, 0)
          : following();
      case NewStreamId.Within(long ms) when ms != lastId.ms() -> new StreamId(ms, 0);
      case NewStreamId.Within(long _) when lastId.seq() == -1 -> throw Refusals.STREAM_ID_NOT_GREATER;
      case NewStreamId.Within(long _) -> following();
    };
  }

  private StreamId following() {
    StreamId following = lastId.next();
    if (following == null) {
      throw Refusals.STREAM_EXHAUSTED;
    }
    return following;
  }

  /** Adds an entry that was dumped, behind the others. See {@link #endRestore}. */
  void restore(StreamEntry entry) {
    elements().put(StreamNames.entry(entry.id()), StreamEntry.encode(Objects.requireNonNull(entry.fields())));
    collection.grow(1);
  }

  void restore(StreamId last, StreamId first, StreamId maxDeleted, long added) {
    lastId = last;
    firstId = first;
    maxDeletedId = maxDeleted;
    entriesAdded = added;
  }

  /** Writes the head, after all that was dumped. */
  void endRestore() {
    save();
  }

  /** Deletes entries; returns how many there were. */
  public long delete(List<StreamId> ids) {
    long before = length();
    boolean first = false;
    for (StreamId id : ids) {
      byte[] name = StreamNames.entry(id);
      if (elements().get(name) != null) {
        elements().delete(name);
        collection.grow(-1);
        first |= id.equals(firstId);
        maxDeletedId = id.isAfter(maxDeletedId) ? id : maxDeletedId;
      }
    }
    long deleted = before - length();
    if (deleted > 0) {
      firstId = first ? firstFrom(firstId) : firstId;
      save();
    }
    return deleted;
  }

  /** Deletes from the beginning; returns how many entries. */
  public long trim(StreamTrim trim) {
    long count = trim.count(this);
    if (count > 0) {
      deleteFirst(count);
      save();
    }
    return count;
  }

  /** Sets what the next id has to be greater than. @param added null: stays @param maxDeleted null: stays */
  public void setLastId(StreamId id, @Nullable Long added, @Nullable StreamId maxDeleted) {
    if (length() > 0) {
      StreamEntry last = last();
      if (last != null && last.id().isAfter(id)) {
        throw Refusals.STREAM_ID_BELOW_TOP;
      }
      if (added != null && length() > added) {
        throw Refusals.STREAM_ADDED_BELOW_LENGTH;
      }
    }
    lastId = id;
    entriesAdded = added == null ? entriesAdded : added;
    maxDeletedId = maxDeleted == null ? maxDeletedId : maxDeleted;
    save();
  }

  public @Nullable StreamEntry first() {
    return length() == 0 ? null : entry(firstId);
  }

  public @Nullable StreamEntry last() {
    if (length() == 0) {
      return null;
    }
    StreamEntry newest = entry(lastId);
    if (newest != null) {
      return newest;
    }
    try (ElementWalk walk = walkBack(firstId, lastId)) {
      return walk.next() ? entry(walk) : null;
    }
  }

  /** Upwards; both ends are included. @param count at most; 0: all */
  public void range(StreamId from, StreamId to, long count, Consumer<StreamEntry> each) {
    try (ElementWalk walk = walk(from, to)) {
      accept(walk, count, each);
    }
  }

  /** Entries of a range, see {@link #entryOf}; both ends are included. Of a part, only a walk tells how many they are. */
  public ElementRun entries(StreamId from, StreamId to, Direction direction, long most) {
    StreamNames.Range range = entries(from, to);
    boolean all = !from.isAfter(firstId) && !lastId.isAfter(to);
    long known = all ? length() : ElementRun.UNKNOWN;
    return new ElementRun(elements(), range.from(), range.to(), direction, 0, most, known, () -> known);
  }

  /** The entry that is an element. */
  public static StreamEntry entryOf(byte[] name, byte[] value) {
    return new StreamEntry(StreamNames.idOf(name), StreamEntry.decode(value));
  }

  private static void accept(ElementWalk walk, long count, Consumer<StreamEntry> each) {
    for (long i = 0; (count == 0 || i < count) && walk.next(); i++) {
      each.accept(entry(walk));
    }
  }

  /** Entries upwards; both ends are included. Close it. */
  ElementWalk walk(StreamId from, StreamId to) {
    StreamNames.Range range = entries(from, to);
    return elements().walk(range.from(), range.to());
  }

  private ElementWalk walkBack(StreamId from, StreamId to) {
    StreamNames.Range range = entries(from, to);
    return elements().walkBack(range.from(), range.to());
  }

  private StreamNames.Range entries(StreamId from, StreamId to) {
    StreamId low = from.isAfter(firstId) ? from : firstId;
    byte[] start = StreamNames.entry(low);
    boolean none = length() == 0 || low.isAfter(to);
    return new StreamNames.Range(start, none ? start : StreamNames.after(StreamNames.entry(to)));
  }

  static StreamEntry entry(ElementWalk walk) {
    return entryOf(walk.name(), walk.value());
  }

  /** An entry; null: it is not there. */
  @Nullable
  StreamEntry entry(StreamId id) {
    byte[] found = elements().get(StreamNames.entry(id));
    return found == null ? null : new StreamEntry(id, StreamEntry.decode(found));
  }

  /** How many entries are before an id; those beyond {@code most} are not counted. */
  long countBefore(StreamId id, long most) {
    if (!id.isAfter(firstId)) {
      return 0;
    }
    if (id.isAfter(lastId)) {
      return length();
    }
    long count = 0;
    try (ElementWalk walk = elements().walk(StreamNames.entry(firstId), StreamNames.entry(id))) {
      while (count < most && walk.next()) {
        count++;
      }
    }
    return count;
  }

  private void deleteFirst(long count) {
    if (count == 0) {
      return;
    }
    StreamId kept = count == length() ? null : idAt(count);
    byte[] end = kept == null ? StreamNames.ENTRIES_END : StreamNames.entry(kept);
    if (count == 1) {
      elements().delete(StreamNames.entry(firstId));
    } else {
      deleteAll(new StreamNames.Range(StreamNames.entry(firstId), end));
    }
    collection.grow(-count);
    firstId = kept == null ? StreamId.ZERO : kept;
  }

  /** The id of the entry that has so many before it. The walk begins at the end that is nearer. */
  private StreamId idAt(long place) {
    boolean up = place <= length() / 2;
    long steps = up ? place + 1 : length() - place;
    byte[] start = StreamNames.entry(firstId);
    try (ElementWalk walk = up
        ? elements().walk(start, StreamNames.ENTRIES_END)
        : elements().walkBack(start, StreamNames.ENTRIES_END)) {
      for (long i = 0; i < steps; i++) {
        if (!walk.next()) {
          throw new IllegalStateException("a stream has fewer entries than its length says");
        }
      }
      return StreamNames.idOf(walk.name());
    }
  }

  private StreamId firstFrom(StreamId from) {
    if (length() == 0) {
      return StreamId.ZERO;
    }
    try (ElementWalk walk = elements().walk(StreamNames.entry(from), StreamNames.ENTRIES_END)) {
      return walk.next() ? StreamNames.idOf(walk.name()) : StreamId.ZERO;
    }
  }

  /** Deletes elements one by one if they are few, as one range if they are many. */
  void deleteAll(StreamNames.Range range) {
    List<byte[]> names = new ArrayList<>();
    try (ElementWalk walk = elements().walk(range.from(), range.to())) {
      while (names.size() <= FEW && walk.next()) {
        names.add(walk.name());
      }
    }
    if (names.size() > FEW) {
      elements().deleteRange(range.from(), range.to());
    } else {
      names.forEach(elements()::delete);
    }
  }

  /**
   * How many entries had been added when the one of this id was, that included: what a group that has read so far has
   * read. Null if it cannot be told without counting (Redis' streamEstimateDistanceFromFirstEverEntry).
   */
  @Nullable
  Long addedUntil(StreamId id) {
    if (entriesAdded == 0) {
      return 0L;
    }
    int toLast = id.compareTo(lastId);
    if (length() == 0 && toLast <= 0 || toLast == 0) {
      return entriesAdded;
    }
    if (toLast > 0) {
      return null;
    }
    int toFirst = id.compareTo(firstId);
    if (!hasDeletedNothing() || toFirst > 0) {
      return null;
    }
    return entriesAdded - length() + (toFirst == 0 ? 1 : 0);
  }

  /** Whether XDEL has taken something out from among the entries, at or behind an id. */
  boolean hasDeletedFrom(StreamId id) {
    return length() > 0 && !hasDeletedNothing() && !id.isAfter(maxDeletedId);
  }

  private boolean hasDeletedNothing() {
    return maxDeletedId.equals(StreamId.ZERO) || maxDeletedId.compareTo(firstId) < 0;
  }

  Elements elements() {
    return collection.elements();
  }

  long nowMs() {
    return nowMs;
  }

  /** A number for a new group. The head is written. */
  long addGroup() {
    long number = restoreGroup();
    save();
    return number;
  }

  /** The same for a group that was dumped. The head is not written, see {@link #endRestore}. */
  long restoreGroup() {
    groups++;
    lastGroup++;
    return lastGroup;
  }

  void removeGroup() {
    groups--;
    save();
  }

  private void save() {
    ByteBuffer own = ByteBuffer.allocate(OWN_BYTES);
    lastId.write(own);
    firstId.write(own);
    maxDeletedId.write(own);
    collection.own(own.putLong(entriesAdded).putLong(groups).putLong(lastGroup).array());
    collection.saveEvenEmpty();
  }
}
