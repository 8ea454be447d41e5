package io.pika.node.store;

import java.nio.ByteBuffer;

/**
 * What a slot's leader saw of a key at one instant: enough to tell later, without having remembered who asked, whether
 * the key may have been changed since. See the decision about transactions.
 *
 * <pre>| epoch 8 | life 8 | index 8 | dueMs 8 | collection 8 |</pre>
 *
 * @param life which stay of the slot in a process's memory it was: what was not safe is lost with it
 * @param index of the slot's newest record
 * @param dueMs when the key expires; 0: never; {@link #ABSENT}: there was no such key, or it had expired
 * @param collection the number that its elements lie under; 0: none
 */
public record WatchStamp(long epoch, long life, long index, long dueMs, long collection) {
  /** Bytes of an encoded stamp; who passes it on need not know more. */
  public static final int BYTES = 40;
  static final long ABSENT = -1;

  public void write(ByteBuffer out) {
    out.putLong(epoch).putLong(life).putLong(index).putLong(dueMs).putLong(collection);
  }

  public static WatchStamp read(ByteBuffer in) {
    return new WatchStamp(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  boolean wasThere() {
    return dueMs != ABSENT;
  }

  boolean hasExpired(long nowMs) {
    return dueMs > 0 && dueMs <= nowMs;
  }
}
