package io.pika.node.command;

import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The items of a reply as they are found. Collections are on disk and may be larger than memory: a reply that grows
 * beyond the limit is refused while it is made, not when it is all there.
 */
final class ReplyItems {
  /** Memory of an item beside its bytes, about. */
  static final int ITEM_BYTES = 48;

  private final List<Reply> items = new ArrayList<>();
  private final long maxBytes;
  private long bytes;

  /** @param maxBytes see {@link Limits#replyBytes} */
  ReplyItems(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Adds a bulk string. */
  void add(byte[] item) {
    count(item.length);
    items.add(Reply.bulk(item));
  }

  /** Adds a bulk string, or nil for null. */
  void addOrNil(byte @Nullable [] item) {
    count(item == null ? 0 : item.length);
    items.add(Reply.bulkOrNil(item));
  }

  /** Adds a small reply: a number, nil, a status. */
  void add(Reply item) {
    count(0);
    items.add(item);
  }

  /** Counts what is held elsewhere until it becomes part of the reply. */
  void count(int itemBytes) {
    bytes += ITEM_BYTES + itemBytes;
    if (bytes > maxBytes) {
      throw tooLong();
    }
  }

  /** Refuses at once what would be too many more items, before any of them is made. */
  void expect(long more) {
    if (more > (maxBytes - bytes) / ITEM_BYTES) {
      throw tooLong();
    }
  }

  private RefusalException tooLong() {
    return new RefusalException("ERR the reply would be longer than " + maxBytes
        + " bytes; read the collection in parts (HSCAN, SSCAN, ZSCAN, or a range)");
  }

  /** Brings the items into a random order. @param width how many of them stay together */
  void shuffle(int width, RandomGenerator random) {
    for (int left = items.size() / width; left > 1; left--) {
      int other = random.nextInt(left);
      for (int i = 0; i < width; i++) {
        Collections.swap(items, (left - 1) * width + i, other * width + i);
      }
    }
  }

  int size() {
    return items.size();
  }

  /** Memory that the items take, about. */
  long bytes() {
    return bytes;
  }

  Reply reply(ReplyShape shape) {
    return switch (shape) {
      case ARRAY -> array();
      case SET -> set();
      case MAP -> map();
      case PAIRS -> pairs();
    };
  }

  Reply array() {
    return Reply.array(items);
  }

  /** A set in RESP3. */
  Reply set() {
    return Reply.set(items);
  }

  /** Keys and values in turn; a map in RESP3. */
  Reply map() {
    return Reply.map(items);
  }

  /** Keys and values in turn; a map in RESP3, an array of pairs in RESP2. */
  Reply mapOrPairs() {
    return Reply.mapOrPairs(items);
  }

  /** Firsts and seconds in turn; an array of pairs in RESP3. */
  Reply pairs() {
    return Reply.pairs(items);
  }

  /** The items themselves, for replies of another shape. */
  List<Reply> list() {
    return items;
  }
}
