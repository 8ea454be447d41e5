package io.pika.node.engine;

import io.pika.node.store.KeyRange;
import java.util.function.Predicate;

/**
 * A page of the keys of one type in a range, in the order of their bytes over all slots.
 *
 * @param type a code of {@link io.pika.node.store.Entry}
 * @param limit how many keys of the type to look at, above 0
 * @param pattern what to give of them
 * @param content what to give of each
 */
public record OrderedQuery(byte type, KeyRange range, int limit, Predicate<byte[]> pattern, Content content) {
  public enum Content {
    KEYS,
    /** Of strings. */
    KEYS_AND_VALUES
  }
}
