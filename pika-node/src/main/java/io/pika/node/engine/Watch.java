package io.pika.node.engine;

import io.pika.node.store.Batch;
import io.pika.node.store.WatchStamp;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.ByteBuffer;

/**
 * WATCH at the leader of the keys' slot: answers their stamps, one behind the other in the order of the keys, for the
 * session's node to keep. The leader itself remembers nothing of who watches.
 */
public record Watch(Request request) implements SlotJob {

  Reply run(Batch batch) {
    int keys = request.size() - 1;
    ByteBuffer stamps = ByteBuffer.allocate(keys * WatchStamp.BYTES);
    for (int i = 1; i <= keys; i++) {
      batch.watch(request.arg(i)).write(stamps);
    }
    return Reply.bulk(stamps.array());
  }
}
