package io.pika.node.type;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A consumer of an {@link OpenGroup}, which writes it.
 *
 * <pre>| seenMs u64 | pending u64 | firstPending | name |</pre>
 */
final class OpenConsumer {
  private static final int FIXED_BYTES = 2 * Long.BYTES + StreamId.BYTES;

  final long number;
  final byte[] name;
  private long seenMs;
  private long pending;
  private final FirstPending first;
  private boolean changed;

  private OpenConsumer(long number, byte[] name, long seenMs, long pending, StreamId first) {
    this.number = number;
    this.name = name;
    this.seenMs = seenMs;
    this.pending = pending;
    this.first = new FirstPending(first);
  }

  static OpenConsumer make(long number, byte[] name) {
    OpenConsumer made = new OpenConsumer(number, name, 0, 0, FirstPending.NONE);
    made.changed = true;
    return made;
  }

  /** When it last read or claimed, Unix time in milliseconds. */
  long seenMs() {
    return seenMs;
  }

  void seen(long atMs) {
    seenMs = atMs;
    changed = true;
  }

  /** Count of entries that are pending for it. */
  long pending() {
    return pending;
  }

  FirstPending first() {
    return first;
  }

  void add(StreamId id) {
    pending++;
    first.added(id);
    changed = true;
  }

  void remove(StreamId id) {
    pending--;
    first.removed(id);
    changed = true;
  }

  boolean hasChanged() {
    return changed;
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + name.length).putLong(seenMs).putLong(pending);
    first.id().write(out);
    return out.put(name).array();
  }

  static OpenConsumer decode(long number, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte[] name = Arrays.copyOfRange(bytes, FIXED_BYTES, bytes.length);
    return new OpenConsumer(number, name, in.getLong(), in.getLong(), StreamId.read(in));
  }
}
