package io.pika.node.type;

import java.nio.ByteBuffer;

/**
 * An entry that was delivered to a consumer and is not acknowledged yet.
 *
 * <pre>| consumer u64 | deliveredMs u64 | deliveries u64 |</pre>
 *
 * @param consumer the number of the consumer whose it is
 * @param deliveredMs when last, Unix time in milliseconds
 */
record Pending(long consumer, long deliveredMs, long deliveries) {
  byte[] encode() {
    return ByteBuffer.allocate(3 * Long.BYTES).putLong(consumer).putLong(deliveredMs).putLong(deliveries)
        .array();
  }

  static Pending decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new Pending(in.getLong(), in.getLong(), in.getLong());
  }
}
