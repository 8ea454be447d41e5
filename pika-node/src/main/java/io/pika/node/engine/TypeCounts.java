package io.pika.node.engine;

import io.pika.node.store.Entry;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;

/** How many keys there are of each type, in the order of the types' codes. */
final class TypeCounts {
  private final long[] keys = new long[Entry.STREAM];
  private final long[] expiring = new long[Entry.STREAM];

  boolean take(byte[] key, Entry entry) {
    int type = entry.type() - Entry.STRING;
    keys[type]++;
    expiring[type] += entry.expires() ? 1 : 0;
    return true;
  }

  /** Keys, and those of them that will expire, type by type. */
  Reply reply() {
    List<Reply> reply = new ArrayList<>();
    for (int type = 0; type < keys.length; type++) {
      reply.add(Reply.of(keys[type]));
      reply.add(Reply.of(expiring[type]));
    }
    return Reply.array(reply);
  }
}
