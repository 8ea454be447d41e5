package io.pika.node.engine;

import io.pika.node.store.Entry;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The first keys of several slots, as they are found: it holds the least so far, and knows from which key on it may have
 * missed some. Bounded in keys and in bytes.
 */
final class OrderedPage {
  private static final long BYTES_MAX = 1 << 20;
  private static final int KEY_BYTES = 64;

  private final OrderedQuery query;
  private final Comparator<byte[]> order;
  /** The last one comes first, to be the one that goes. */
  private final PriorityQueue<Found> found;
  private long bytes;
  /** From here on keys may be missing; null: none are. */
  private byte @Nullable [] horizon;

  /** @param content what the reply says of it: nil if it does not match, else its value, or 1 */
  private record Found(byte[] key, Reply content) {
    long bytes() {
      return KEY_BYTES + key.length + (content instanceof Reply.Bulk(byte[] value) ? value.length : 0);
    }
  }

  OrderedPage(OrderedQuery query) {
    this.query = query;
    this.order = query.range().comparator();
    this.found = new PriorityQueue<>((one, other) -> order.compare(other.key, one.key));
  }

  /** False: neither this key nor any behind it is wanted. */
  boolean take(byte[] key, Entry entry) {
    if (isBeyond(key)) {
      return false;
    }
    if (entry.type() != query.type()) {
      return true;
    }
    Found added = new Found(key, content(key, entry));
    found.add(added);
    bytes += added.bytes();
    while (found.size() > query.limit() || bytes > BYTES_MAX && found.size() > 1) {
      Found last = found.remove();
      bytes -= last.bytes();
      cut(last.key);
    }
    return true;
  }

  private Reply content(byte[] key, Entry entry) {
    if (!query.pattern().test(key)) {
      return Reply.NIL;
    }
    return switch (query.content()) {
      case KEYS -> Reply.ONE;
      case KEYS_AND_VALUES -> Reply.bulk(entry.value());
    };
  }

  /** Whether nothing from this key on can get into the page. */
  boolean isBeyond(byte[] key) {
    Found last = found.peek();
    return horizon != null && order.compare(key, horizon) >= 0
        || last != null && found.size() == query.limit() && order.compare(key, last.key) > 0;
  }

  /** From this key on keys may be missing. */
  void cut(byte[] key) {
    horizon = horizon == null || order.compare(key, horizon) < 0 ? key : horizon;
  }

  /** Where the next page begins, or nil, and then keys with what is said of them, in order. */
  Reply reply() {
    List<Found> sorted = new ArrayList<>(found);
    sorted.sort((one, other) -> order.compare(one.key, other.key));
    List<Reply> reply = new ArrayList<>();
    reply.add(Reply.bulkOrNil(horizon));
    for (Found each : sorted) {
      if (horizon != null && order.compare(each.key, horizon) >= 0) {
        break;
      }
      reply.add(Reply.bulk(each.key));
      reply.add(each.content);
    }
    return Reply.array(reply);
  }
}
