package io.pika.node.command;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.pika.node.store.Elements;
import io.pika.node.store.KeySpace;
import io.pika.node.type.Hashes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Cursors of HSCAN. Fields lie in byte order and a cursor is a number, so it is a hash of the field that comes next: the
 * same on every node and in every version. Which field it was is remembered for a while and otherwise found by walking
 * from the first one; if it is not there any more, the scan begins again, for a scan may give a field twice but must not
 * leave one out.
 *
 * <p>The hash is SHA-256, cut to 62 bits: all clients share the memory of fields, and none of them can make a field that
 * would be taken for another one's.
 */
final class HashCursors {
  private static final int BITS = 62;
  private static final long MAX_BYTES = 8 << 20;
  private static final int ENTRY_BYTES = 100;

  private final Cache<Long, byte[]> fields = Caffeine.newBuilder().maximumWeight(MAX_BYTES)
      .weigher((Long cursor, byte[] field) -> ENTRY_BYTES + field.length).build();

  /** The cursor of a page that begins with a field; 0 where there is no next page. */
  long before(byte @Nullable [] field) {
    if (field == null) {
      return 0;
    }
    long cursor = of(field);
    fields.put(cursor, field);
    return cursor;
  }

  /** The field from which a scan goes on; null: the cursor is none. */
  byte @Nullable [] field(long cursor, KeySpace keys, byte[] key) {
    if (cursor == 0) {
      return Elements.FROM_START;
    }
    if (cursor >>> BITS != 0) {
      return null;
    }
    byte[] known = fields.getIfPresent(cursor);
    if (known != null) {
      return known;
    }
    byte[] found = Hashes.first(keys, key, field -> of(field) == cursor);
    return found == null ? Elements.FROM_START : found;
  }

  private static long of(byte[] field) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(field);
      return Math.max(1, ByteBuffer.wrap(digest).getLong() >>> Long.SIZE - BITS);
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
