package io.pika.node.store;

/**
 * The metadata of one Redis key: its type, when it goes, and its value: the string itself, or the
 * {@link CollectionHead} of any other type. The array is shared, not copied: nobody changes it after it was put here.
 * Compare entries by their fields, not by {@code equals}.
 *
 * <pre>| type u8 | expireAtMs u64 | value |</pre>
 *
 * @param type one of the codes below; they are on disk and never change
 * @param expireAtMs Unix time in milliseconds; 0: never
 * @param value the string itself; of other types the encoded head of the collection
 */
public record Entry(byte type, long expireAtMs, byte[] value) {
  public static final byte STRING = 1;
  public static final byte HASH = 2;
  public static final byte LIST = 3;
  public static final byte SET = 4;
  public static final byte ZSET = 5;
  public static final byte STREAM = 6;

  public Entry {
    if (expireAtMs < 0) {
      throw new IllegalArgumentException("expireAtMs " + expireAtMs + " is negative");
    }
  }

  public static Entry string(byte[] value, long expireAtMs) {
    return new Entry(STRING, expireAtMs, value);
  }

  /** @param type not STRING */
  public static Entry collection(byte type, CollectionHead head, long expireAtMs) {
    return new Entry(type, expireAtMs, head.encode());
  }

  /** What a key of another type than STRING holds in its entry. */
  public CollectionHead head() {
    if (type == STRING) {
      throw new IllegalStateException("a string is no collection");
    }
    return CollectionHead.decode(value);
  }

  public boolean expires() {
    return expireAtMs != 0;
  }

  public boolean expiredAt(long nowMs) {
    return expireAtMs != 0 && expireAtMs <= nowMs;
  }
}
