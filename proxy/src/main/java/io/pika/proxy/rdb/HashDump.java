package io.pika.proxy.rdb;

import java.util.function.BiConsumer;

/**
 * Hashes in the RDB format: small ones as a listpack of fields and values in turn, others as they come.
 *
 * <pre>hash: | count of fields | field | value | ... |</pre>
 */
public final class HashDump {
  /** hash-max-listpack-entries. */
  public static final int PACKED_MAX = 512;
  /** hash-max-listpack-value. */
  public static final int PACKED_ITEM_MAX = 64;

  private HashDump() {}

  /** Writes type and value. @param fieldsAndValues in turn @param bytesMax see {@link RdbWriter} */
  public static void write(RdbWriter out, long size, Items<byte[]> fieldsAndValues, long bytesMax) {
    byte[] packed = size <= PACKED_MAX
        ? ListpackWriter.packed(fieldsAndValues, PACKED_ITEM_MAX, bytesMax)
        : null;
    if (packed != null) {
      out.putType(RdbType.HASH_LISTPACK);
      out.putString(packed);
      return;
    }
    out.putType(RdbType.HASH);
    out.putLength(size);
    fieldsAndValues.each(out::putString);
  }

  /** What follows the type, field by field; one may come twice. */
  public static void read(RdbType type, RdbReader in, BiConsumer<byte[], byte[]> each) {
    switch (type) {
      case HASH -> {
        for (long left = in.takePositiveCount(); left > 0; left--) {
          byte[] field = in.takeString();
          each.accept(field, in.takeString());
        }
      }
      case HASH_ZIPMAP -> readAll(new Zipmap(in.takePack()), in, each);
      case HASH_ZIPLIST -> readAll(new Ziplist(in.takePack()), in, each);
      case HASH_LISTPACK -> readAll(new Listpack(in.takePack()), in, each);
      default -> throw new IllegalStateException(type + " is no hash");
    }
  }

  private static void readAll(Packed items, RdbReader in, BiConsumer<byte[], byte[]> each) {
    while (items.hasNext()) {
      byte[] field = items.next();
      byte[] value = items.next();
      in.account(field.length + value.length);
      each.accept(field, value);
    }
  }
}
