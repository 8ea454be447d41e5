package io.pika.node.store;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the entry of a hash, list, set, sorted set or stream holds; its elements are keys of their own.
 *
 * <pre>| id u64 | size u64 | own |</pre>
 *
 * @param id the number under which the elements are stored, from {@link KeySpace#newCollection}; it stays when the
 *     key is renamed, and is never used for another collection of the slot
 * @param size count of elements as the client counts them
 * @param own what the type keeps besides, in its own format; shared, not copied
 */
public record CollectionHead(long id, long size, byte[] own) {
  private static final int FIXED_BYTES = 16;

  byte[] encode() {
    return ByteBuffer.allocate(FIXED_BYTES + own.length).putLong(id).putLong(size).put(own).array();
  }

  static CollectionHead decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new CollectionHead(in.getLong(), in.getLong(),
        Arrays.copyOfRange(bytes, FIXED_BYTES, bytes.length));
  }
}
