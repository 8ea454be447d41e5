package io.pika.node.store;

import org.jspecify.annotations.Nullable;

/**
 * What there was of the write tier, and a snapshot of RocksDB of the same moment. Taken under the slot's lock: whatever the
 * flusher has brought down by then lies below the tier's own entry of it, so it does not matter whether RocksDB has it.
 *
 * <p>Between reads it holds no iterator, which would keep whole memtables and files; only the number that RocksDB calls
 * the snapshot by.
 */
final class TakenSnapshot implements ElementSnapshot {
  private final Snapshots all;
  private final SlotState part;
  private final Base.Snapshot base;
  private final long collection;
  private final long bytes;
  private boolean reading;
  private boolean closed;
  private volatile long readAtNanos;

  TakenSnapshot(Snapshots all, SlotState part, Base.Snapshot base, long collection) {
    this.all = all;
    this.part = part;
    this.base = base;
    this.collection = collection;
    this.bytes = (part.active == null ? 0 : part.active.bytes())
        + (part.flushing == null ? 0 : part.flushing.bytes());
    this.readAtNanos = all.nanoTime();
  }

  int table() {
    return part.table;
  }

  /** Of effects that it keeps. */
  long bytes() {
    return bytes;
  }

  long readAtNanos() {
    return readAtNanos;
  }

  @Override
  public ElementWalk walk(byte[] from, byte @Nullable [] to) {
    return read(cursor -> SlotElements.upwards(cursor, Layout.element(collection, from)), from, to);
  }

  @Override
  public ElementWalk walkBack(byte[] from, byte @Nullable [] to) {
    return read(cursor -> SlotElements.downwards(cursor, SlotElements.bound(collection, to)), from, to);
  }

  private interface Begin {
    ElementWalk walk(SlotCursor cursor);
  }

  private ElementWalk read(Begin begin, byte[] from, byte @Nullable [] to) {
    beginReading();
    boolean begun = false;
    try {
      ElementWalk walk = begin.walk(new SlotCursor(WorkMeter.unbounded(), part, base, Layout.element(collection, from),
          SlotElements.bound(collection, to)));
      begun = true;
      return new Read(this, walk);
    } finally {
      if (!begun) {
        endReading();
      }
    }
  }

  private synchronized void beginReading() {
    if (closed) {
      throw new ClosedException("it was not read for too long, or its table is gone");
    }
    if (reading) {
      throw new IllegalStateException("a snapshot has one reader at a time");
    }
    reading = true;
  }

  private void endReading() {
    readAtNanos = all.nanoTime();
    boolean release;
    synchronized (this) {
      reading = false;
      release = closed;
    }
    if (release) {
      release();
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
    base.close();
    all.closed(this);
  }

  /** One walk: while it lasts, the snapshot stays. */
  private record Read(TakenSnapshot snapshot, ElementWalk walk) implements ElementWalk {
    @Override
    public boolean next() {
      return walk.next();
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
      walk.close();
      snapshot.endReading();
    }
  }
}
