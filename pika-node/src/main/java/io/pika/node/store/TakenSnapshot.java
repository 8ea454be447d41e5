package io.pika.node.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What there was of the write tier, and a snapshot of RocksDB of the same moment. Taken under the slot's lock: whatever the
 * flusher has brought down by then lies below the tier's own entry of it, so it does not matter whether RocksDB has it.
 *
 * <p>A walk that goes on where the last one ended uses its iterator again: to make one means to read the index of every file
 * that has something of the range. An iterator also keeps whole memtables and files, so none is kept for long: see
 * {@link #closeRested}. The snapshot itself is only a number.
 */
final class TakenSnapshot implements ElementSnapshot {
  private final Snapshots all;
  private final SlotState part;
  private final Base.Snapshot base;
  private final long collection;
  private final Snapshots.Kept kept;
  private boolean reading;
  private boolean closed;
  /** The last walk, where it ended; null: there is none that could go on. */
  private @Nullable Rested rested;
  private volatile long readAtNanos;

  TakenSnapshot(Snapshots all, Snapshots.Kept kept, Base.Snapshot base, long collection) {
    this.all = all;
    this.kept = kept;
    this.part = kept.part;
    this.base = base;
    this.collection = collection;
    this.readAtNanos = all.nanoTime();
  }

  int table() {
    return part.table;
  }

  /** Effects that it keeps, perhaps together with others. */
  Snapshots.Kept kept() {
    return kept;
  }

  long readAtNanos() {
    return readAtNanos;
  }

  @Override
  public ElementWalk walk(byte[] from, byte @Nullable [] to) {
    return read(Direction.UP, from, to);
  }

  @Override
  public ElementWalk walkBack(byte[] from, byte @Nullable [] to) {
    return read(Direction.DOWN, from, to);
  }

  /** A walk between two reads. @param at the name that it has come to; @param sinceNanos when it was begun */
  private record Rested(ElementWalk walk, byte[] at, Direction direction, long sinceNanos) {}

  private enum Direction {
    UP, DOWN
  }

  private ElementWalk read(Direction direction, byte[] from, byte @Nullable [] to) {
    Rested before = beginReading();
    boolean begun = false;
    try {
      boolean goesOn = before != null && before.direction == direction
          && (direction == Direction.UP ? isBehind(from, before.at) : Arrays.equals(to, before.at));
      if (before != null && !goesOn) {
        before.walk.close();
      }
      Read read = before != null && goesOn
          ? new Read(before.walk, direction, before.sinceNanos)
          : new Read(walk(direction, from, to), direction, all.nanoTime());
      begun = true;
      return read;
    } finally {
      if (!begun) {
        endReading(null);
      }
    }
  }

  /** Whether a name is the least that is greater than another. */
  private static boolean isBehind(byte[] name, byte[] other) {
    return name.length == other.length + 1 && name[other.length] == 0
        && Arrays.equals(name, 0, other.length, other, 0, other.length);
  }

  private ElementWalk walk(Direction direction, byte[] from, byte @Nullable [] to) {
    byte[] low = Layout.element(collection, from);
    byte[] high = SlotElements.bound(collection, to);
    SlotCursor cursor = new SlotCursor(WorkMeter.unbounded(), part, base, low, high);
    return direction == Direction.UP
        ? SlotElements.upwards(cursor, low)
        : SlotElements.downwards(cursor, high);
  }

  private synchronized @Nullable Rested beginReading() {
    if (closed) {
      throw new ClosedException("it was not read for too long, or its table is gone");
    }
    if (reading) {
      throw new IllegalStateException("a snapshot has one reader at a time");
    }
    reading = true;
    Rested before = rested;
    rested = null;
    return before;
  }

  private void endReading(@Nullable Rested walk) {
    readAtNanos = all.nanoTime();
    boolean release;
    synchronized (this) {
      reading = false;
      release = closed;
      rested = walk;
    }
    if (release) {
      release();
    }
  }

  /** Lets go of an iterator that is old, or that nobody has used lately. */
  void closeRested(long oldNanos, long unusedNanos) {
    long now = all.nanoTime();
    Rested closable = null;
    synchronized (this) {
      Rested walk = rested;
      if (walk != null && (now - walk.sinceNanos > oldNanos || now - readAtNanos > unusedNanos)) {
        rested = null;
        closable = walk;
      }
    }
    if (closable != null) {
      closable.walk.close();
    }
  }

  @Override
  public void close() {
    boolean release;
    synchronized (this) {
      release = !closed && !reading;
      closed = true;
    }
    if (release) {
      release();
    }
  }

  private void release() {
    Rested walk;
    synchronized (this) {
      walk = rested;
      rested = null;
    }
    if (walk != null) {
      walk.walk.close();
    }
    base.close();
    all.closed(this);
  }

  /** One walk: while it lasts, the snapshot stays. */
  private final class Read implements ElementWalk {
    private final ElementWalk walk;
    private final Direction direction;
    private final long sinceNanos;
    private byte @Nullable [] at;

    Read(ElementWalk walk, Direction direction, long sinceNanos) {
      this.walk = walk;
      this.direction = direction;
      this.sinceNanos = sinceNanos;
    }

    @Override
    public boolean next() {
      boolean found = walk.next();
      at = found ? walk.name() : null;
      return found;
    }

    @Override
    public byte[] name() {
      return walk.name();
    }

    @Override
    public byte[] value() {
      return walk.value();
    }

    @Override
    public void close() {
      byte[] last = at;
      if (last == null) {
        walk.close();
        endReading(null);
      } else {
        endReading(new Rested(walk, last, direction, sinceNanos));
      }
    }
  }
}
