package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A group of consumers that read a stream together, opened by one command: each entry goes to one of them and is
 * pending until it is acknowledged. Counts are kept, so that nothing is walked but what is asked for.
 *
 * <pre>| number u64 | lastId | entriesRead i64 | pending u64 | firstPending | consumers u64 | lastConsumer u64 |</pre>
 *
 * <p>Each public method that changes something writes the group before it returns.
 */
public final class OpenGroup {
  /** {@link #entriesRead} where it is not known. */
  public static final long UNKNOWN = -1;

  /** Numbers of consumers begin at 1. */
  private static final long NOBODY = 0;
  private static final int VALUE_BYTES = 2 * StreamId.BYTES + 5 * Long.BYTES;
  private static final byte[] NO_VALUE = {};
  /** XAUTOCLAIM looks at so many times more entries than it takes. */
  private static final int ATTEMPTS = 10;

  private final OpenStream stream;
  private final byte[] name;
  private final long number;
  private StreamId lastId;
  private long entriesRead;
  private long pending;
  private final FirstPending first;
  private long consumers;
  private long lastConsumer;
  private final SortedMap<Long, OpenConsumer> open = new TreeMap<>();
  private @Nullable OpenConsumer reader;

  private OpenGroup(OpenStream stream, byte[] name, byte[] value) {
    this.stream = stream;
    this.name = name;
    ByteBuffer in = ByteBuffer.wrap(value);
    this.number = in.getLong();
    this.lastId = StreamId.read(in);
    this.entriesRead = in.getLong();
    this.pending = in.getLong();
    this.first = new FirstPending(StreamId.read(in));
    this.consumers = in.getLong();
    this.lastConsumer = in.getLong();
  }

  /** The group of that name; null: there is none. */
  public static @Nullable OpenGroup find(OpenStream stream, byte[] name) {
    byte[] value = stream.elements().get(StreamNames.group(name));
    return value == null ? null : new OpenGroup(stream, name, value);
  }

  /** Makes a group; one of the same name is a refusal. @param entriesRead or {@link #UNKNOWN} */
  public static void create(OpenStream stream, byte[] name, StreamId lastId, long entriesRead) {
    if (find(stream, name) != null) {
      throw Refusals.GROUP_EXISTS;
    }
    stream.elements().put(StreamNames.group(name), empty(stream.addGroup(), lastId, entriesRead));
  }

  /** A group that was dumped; null: there is one of that name. Written by {@link #endRestore}. */
  static @Nullable OpenGroup restore(OpenStream stream, byte[] name, StreamId lastId, long entriesRead) {
    return find(stream, name) == null
        ? new OpenGroup(stream, name, empty(stream.restoreGroup(), lastId, entriesRead))
        : null;
  }

  private static byte[] empty(long number, StreamId lastId, long entriesRead) {
    ByteBuffer value = ByteBuffer.allocate(VALUE_BYTES).putLong(number);
    lastId.write(value);
    value.putLong(entriesRead).putLong(0);
    FirstPending.NONE.write(value);
    return value.array();
  }

  /** All groups of a stream, in the order of their names. */
  public static void each(OpenStream stream, Consumer<OpenGroup> each) {
    try (ElementWalk walk = stream.elements().walk(StreamNames.GROUPS, StreamNames.GROUPS_END)) {
      while (walk.next()) {
        each.accept(new OpenGroup(stream, StreamNames.groupName(walk.name()), walk.value()));
      }
    }
  }

  public byte[] name() {
    return name;
  }

  /** The greatest id that was delivered. */
  public StreamId lastId() {
    return lastId;
  }

  /** How many of the stream's entries the group is past, or {@link #UNKNOWN}. */
  public long entriesRead() {
    return entriesRead;
  }

  public long pending() {
    return pending;
  }

  public long consumers() {
    return consumers;
  }

  /** How many entries are still to be delivered; null if it cannot be told without counting. */
  public @Nullable Long lag() {
    long added = stream.entriesAdded();
    if (added == 0) {
      return 0L;
    }
    if (entriesRead != UNKNOWN && !stream.hasDeletedFrom(lastId)) {
      return added - entriesRead;
    }
    Long read = stream.addedUntil(lastId);
    return read == null ? null : added - read;
  }

  /** Goes on behind another id. @param read or {@link #UNKNOWN} */
  public void setLastId(StreamId id, long read) {
    lastId = id;
    entriesRead = read;
    save();
  }

  /** Deletes the group with all that belongs to it. */
  public void destroy() {
    for (StreamNames.Range range : StreamNames.ofGroup(number)) {
      stream.deleteAll(range);
    }
    stream.elements().delete(StreamNames.group(name));
    stream.removeGroup();
  }

  /** Makes a consumer; false if there is one of that name. */
  public boolean createConsumer(byte[] consumer) {
    if (find(consumer) != null) {
      return false;
    }
    make(consumer).seen(stream.nowMs());
    save();
    return true;
  }

  /** Deletes a consumer with what is pending for it; returns how much that was. */
  public long deleteConsumer(byte[] consumer) {
    OpenConsumer found = find(consumer);
    if (found == null) {
      return 0;
    }
    StreamNames.Range range = pendingOf(found, StreamId.ZERO);
    try (ElementWalk walk = elements().walk(range.from(), range.to())) {
      while (walk.next()) {
        StreamId id = StreamNames.idOf(walk.name());
        elements().delete(StreamNames.pending(number, id));
        first.removed(id);
      }
    }
    stream.deleteAll(range);
    elements().delete(StreamNames.consumerNumber(number, consumer));
    elements().delete(StreamNames.consumer(number, found.number));
    open.remove(found.number);
    pending -= found.pending();
    consumers--;
    save();
    return found.pending();
  }

  /** All consumers, in the order of their names. */
  public void eachConsumer(Consumer<StreamConsumer> each) {
    StreamNames.Range range = StreamNames.consumerNumbers(number);
    try (ElementWalk walk = elements().walk(range.from(), range.to())) {
      while (walk.next()) {
        OpenConsumer consumer = read(number(walk.value()));
        each.accept(new StreamConsumer(consumer.name, consumer.pending(), consumer.seenMs()));
      }
    }
  }

  /** Adds a pending entry that was dumped; whose it is comes later. */
  void restorePending(StreamId id, long deliveredMs, long deliveries) {
    put(id, new Pending(NOBODY, deliveredMs, deliveries));
    pending++;
    first.added(id);
  }

  /** Adds a consumer that was dumped; false: there is one of that name. */
  boolean restoreConsumer(byte[] consumer, long seenMs) {
    if (find(consumer) != null) {
      return false;
    }
    reader = make(consumer);
    reader.seen(seenMs);
    return true;
  }

  /** Gives a pending entry to the last consumer; false: it is not pending, or somebody has it. */
  boolean restoreOwned(StreamId id) {
    OpenConsumer owner = reader;
    Pending found = pending(id);
    if (owner == null || found == null || found.consumer() != NOBODY) {
      return false;
    }
    put(id, new Pending(owner.number, found.deliveredMs(), found.deliveries()));
    elements().put(StreamNames.pendingOf(number, owner.number, id), NO_VALUE);
    owner.add(id);
    return true;
  }

  /** Writes the group and its consumers. */
  void endRestore() {
    save();
  }

  /** Lets entries be pending no more; returns how many were. */
  public long acknowledge(List<StreamId> ids) {
    long acknowledged = 0;
    for (StreamId id : ids) {
      Pending found = pending(id);
      if (found != null) {
        release(id, found);
        acknowledged++;
      }
    }
    if (acknowledged > 0) {
      save();
    }
    return acknowledged;
  }

  /** What becomes of entries that are delivered. */
  public enum Delivery {
    /** They are pending until they are acknowledged. */
    ACKNOWLEDGED,
    /** They are done with. */
    FORGOTTEN
  }

  /**
   * Delivers entries that nobody of the group has got yet. False if there are none: nothing has changed, the consumer is
   * not even made.
   *
   * @param count at most; 0: all
   */
  public boolean readNew(byte[] consumer, long count, Delivery delivery, Consumer<StreamEntry> each) {
    StreamId from = lastId.next();
    if (from == null || from.isAfter(stream.lastId())) {
      return false;
    }
    try (ElementWalk walk = stream.walk(from, StreamId.MAX)) {
      if (!walk.next()) {
        return false;
      }
      long receiver = seen(consumer).number;
      StreamId lastPending = delivery == Delivery.ACKNOWLEDGED ? lastPending() : null;
      long read = 0;
      do {
        StreamEntry entry = OpenStream.entry(walk);
        advance(entry.id());
        each.accept(entry);
        if (delivery == Delivery.ACKNOWLEDGED) {
          boolean perhapsPending = lastPending != null && !entry.id().isAfter(lastPending);
          Pending before = perhapsPending ? pending(entry.id()) : null;
          assign(entry.id(), new Pending(receiver, stream.nowMs(), 1), before);
        }
        read++;
      } while (read != count && walk.next());
    }
    save();
    return true;
  }

  private void advance(StreamId id) {
    if (entriesRead != UNKNOWN && !stream.hasDeletedFrom(id)) {
      entriesRead++;
    } else if (stream.entriesAdded() != 0) {
      Long read = stream.addedUntil(id);
      entriesRead = read == null ? UNKNOWN : read;
    }
    lastId = id;
  }

  private @Nullable StreamId lastPending() {
    StreamNames.Range all = pendingFrom(StreamId.ZERO);
    if (pending == 0) {
      return null;
    }
    try (ElementWalk walk = elements().walkBack(all.from(), all.to())) {
      return walk.next() ? StreamNames.idOf(walk.name()) : null;
    }
  }

  /**
   * Delivers once more what is pending for a consumer.
   *
   * @param from inclusive
   * @param count at most; 0: all
   */
  public void readPending(byte[] consumer, StreamId from, long count, Consumer<StreamEntry> each) {
    OpenConsumer receiver = seen(consumer);
    StreamNames.Range range = pendingOf(receiver, from);
    try (ElementWalk walk = elements().walk(range.from(), range.to())) {
      for (long i = 0; (count == 0 || i < count) && walk.next(); i++) {
        StreamId id = StreamNames.idOf(walk.name());
        StreamEntry entry = stream.entry(id);
        Pending before = entry == null ? null : pending(id);
        if (entry != null && before != null) {
          put(id, new Pending(receiver.number, stream.nowMs(), before.deliveries() + 1));
        }
        each.accept(entry == null ? new StreamEntry(id, null) : entry);
      }
    }
    save();
  }

  /** Which pending entries to list; both ends are included. @param consumer null: any @param count at most; 0: none */
  public record PendingQuery(StreamId from, StreamId to, long count, long minIdleMs,
      byte @Nullable [] consumer) {
    public PendingQuery(StreamId from, StreamId to, long count) {
      this(from, to, count, 0, null);
    }
  }

  /** Lists pending entries in the order of their ids. */
  public void eachPending(PendingQuery query, Consumer<StreamPending> each) {
    OpenConsumer only = query.consumer == null ? null : find(query.consumer);
    StreamId from = only == null ? first.from(query.from) : only.first().from(query.from);
    if (query.consumer != null && only == null || from.isAfter(query.to)) {
      return;
    }
    StreamNames.Range range = only == null ? pendingFrom(from) : pendingOf(only, from);
    byte[] last = only == null
        ? StreamNames.pending(number, query.to)
        : StreamNames.pendingOf(number, only.number, query.to);
    long left = query.count;
    try (ElementWalk walk = elements().walk(range.from(), StreamNames.after(last))) {
      while (left > 0 && walk.next()) {
        StreamId id = StreamNames.idOf(walk.name());
        Pending found = only == null ? Pending.decode(walk.value()) : pending(id);
        if (found != null && isIdle(found, query.minIdleMs)) {
          each.accept(new StreamPending(id, consumer(found.consumer()).name, found.deliveredMs(),
              found.deliveries()));
          left--;
        }
      }
    }
  }

  /** The first and the last pending entry's id; empty if nothing is pending. */
  public List<StreamId> pendingEdges() {
    StreamId last = lastPending();
    if (last == null) {
      return List.of();
    }
    return List.of(first.id(), last);
  }

  /** Takes entries over for a consumer. What is pending and not in the stream any more is forgotten. */
  public void claim(byte[] consumer, List<StreamId> ids, StreamClaim claim, Consumer<StreamEntry> each) {
    lastId = claim.lastId().isAfter(lastId) ? claim.lastId() : lastId;
    for (StreamId id : ids) {
      StreamEntry entry = stream.entry(id);
      Pending before = pending(id);
      if (entry == null) {
        if (before != null) {
          release(id, before);
        }
      } else if (before == null ? claim.force() : isIdle(before, claim.minIdleMs())) {
        long deliveries = claim.deliveries(before == null ? 1 : before.deliveries());
        assign(id, new Pending(seen(consumer).number, claim.deliveredMs(stream.nowMs()), deliveries), before);
        each.accept(entry);
      }
    }
    save();
  }

  /**
   * Which entries XAUTOCLAIM takes over.
   *
   * @param from inclusive
   * @param count of entries to answer with, at most
   * @param justId the caller wants no fields: not a delivery
   */
  public record AutoClaim(StreamId from, long minIdleMs, long count, boolean justId) {}

  /**
   * Takes idle entries over for a consumer, from an id on.
   *
   * @param forgotten what was pending and is not in the stream any more
   * @return from where to go on; 0-0: that was the end
   */
  public StreamId claimIdle(byte[] consumer, AutoClaim claim, Consumer<StreamEntry> each,
      Consumer<StreamId> forgotten) {
    StreamId rest = StreamId.ZERO;
    StreamNames.Range range = pendingFrom(claim.from());
    try (ElementWalk walk = elements().walk(range.from(), range.to())) {
      long left = claim.count();
      long attempts = claim.count() * ATTEMPTS;
      while (walk.next()) {
        StreamId id = StreamNames.idOf(walk.name());
        if (left == 0 || attempts == 0) {
          rest = id;
          break;
        }
        attempts--;
        left -= claimIdle(id, Pending.decode(walk.value()), consumer, claim, each, forgotten) ? 1 : 0;
      }
    }
    save();
    return rest;
  }

  /** Whether the entry counts as one of the reply. */
  private boolean claimIdle(StreamId id, Pending before, byte[] consumer, AutoClaim claim,
      Consumer<StreamEntry> each, Consumer<StreamId> forgotten) {
    StreamEntry entry = stream.entry(id);
    if (entry == null) {
      release(id, before);
      forgotten.accept(id);
      return true;
    }
    if (!isIdle(before, claim.minIdleMs())) {
      return false;
    }
    long deliveries = before.deliveries() + (claim.justId() ? 0 : 1);
    assign(id, new Pending(seen(consumer).number, stream.nowMs(), deliveries), before);
    each.accept(entry);
    return true;
  }

  private boolean isIdle(Pending before, long minIdleMs) {
    return minIdleMs == 0 || stream.nowMs() - before.deliveredMs() >= minIdleMs;
  }

  private @Nullable Pending pending(StreamId id) {
    byte[] found = elements().get(StreamNames.pending(number, id));
    return found == null ? null : Pending.decode(found);
  }

  /** Makes an entry pending, or another consumer's. */
  private void assign(StreamId id, Pending after, @Nullable Pending before) {
    if (before == null) {
      pending++;
      first.added(id);
    } else if (before.consumer() != after.consumer()) {
      take(id, before.consumer());
    }
    if (before == null || before.consumer() != after.consumer()) {
      elements().put(StreamNames.pendingOf(number, after.consumer(), id), NO_VALUE);
      consumer(after.consumer()).add(id);
    }
    put(id, after);
  }

  private void take(StreamId id, long from) {
    elements().delete(StreamNames.pendingOf(number, from, id));
    consumer(from).remove(id);
  }

  private void put(StreamId id, Pending after) {
    elements().put(StreamNames.pending(number, id), after.encode());
  }

  private void release(StreamId id, Pending before) {
    elements().delete(StreamNames.pending(number, id));
    pending--;
    first.removed(id);
    take(id, before.consumer());
  }

  /** What is pending in the group from an id on. */
  private StreamNames.Range pendingFrom(StreamId from) {
    return new StreamNames.Range(StreamNames.pending(number, first.from(from)),
        StreamNames.allPending(number).to());
  }

  private StreamNames.Range pendingOf(OpenConsumer consumer, StreamId from) {
    return new StreamNames.Range(StreamNames.pendingOf(number, consumer.number, consumer.first().from(from)),
        StreamNames.after(StreamNames.pendingOf(number, consumer.number, StreamId.MAX)));
  }

  /** The consumer that reads or claims now, made if need be. A command has only one. */
  private OpenConsumer seen(byte[] consumer) {
    if (reader == null) {
      OpenConsumer found = find(consumer);
      reader = found == null ? make(consumer) : found;
      reader.seen(stream.nowMs());
    }
    return reader;
  }

  private OpenConsumer make(byte[] consumer) {
    lastConsumer++;
    consumers++;
    OpenConsumer made = OpenConsumer.make(lastConsumer, consumer);
    open.put(made.number, made);
    elements().put(StreamNames.consumerNumber(number, consumer),
        ByteBuffer.allocate(Long.BYTES).putLong(made.number).array());
    return made;
  }

  private @Nullable OpenConsumer find(byte[] consumer) {
    byte[] found = elements().get(StreamNames.consumerNumber(number, consumer));
    return found == null ? null : consumer(number(found));
  }

  private OpenConsumer consumer(long consumerNumber) {
    return open.computeIfAbsent(consumerNumber, this::read);
  }

  private OpenConsumer read(long consumerNumber) {
    byte[] value = elements().get(StreamNames.consumer(number, consumerNumber));
    if (value == null) {
      throw new IllegalStateException("a group has lost a consumer");
    }
    return OpenConsumer.decode(consumerNumber, value);
  }

  private static long number(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  private Elements elements() {
    return stream.elements();
  }

  private void save() {
    first.find(elements(), pendingFrom(StreamId.ZERO));
    ByteBuffer value = ByteBuffer.allocate(VALUE_BYTES).putLong(number);
    lastId.write(value);
    value.putLong(entriesRead).putLong(pending);
    first.id().write(value);
    value.putLong(consumers).putLong(lastConsumer);
    elements().put(StreamNames.group(name), value.array());
    for (OpenConsumer consumer : open.values()) {
      if (consumer.hasChanged()) {
        consumer.first().find(elements(), pendingOf(consumer, StreamId.ZERO));
        elements().put(StreamNames.consumer(number, consumer.number), consumer.encode());
      }
    }
  }
}
