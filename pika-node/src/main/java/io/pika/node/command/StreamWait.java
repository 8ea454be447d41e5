package io.pika.node.command;

import io.pika.core.bytes.Bytes;
import io.pika.node.engine.Waiting;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Reply;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** XREAD and XREADGROUP while they wait: what is behind the ids that the read began with. */
record StreamWait(StreamRead read, long replyBytes) implements Waiting {
  @Override
  public List<byte[]> keys() {
    return read.starts().stream().map(StreamRead.Start::key).toList();
  }

  @Override
  public byte type() {
    return Entry.STREAM;
  }

  @Override
  public @Nullable Reply attempt(KeySpace keySpace, List<byte[]> among) {
    Set<Bytes> asked = among.stream().map(Bytes::of).collect(Collectors.toSet());
    List<StreamRead.Start> starts = read.starts().stream()
        .filter(start -> asked.contains(Bytes.of(start.key()))).toList();
    return new StreamRead(starts, read.reader(), read.count(), read.blockMs()).serve(keySpace, replyBytes);
  }

  @Override
  public Reply nothing() {
    return Reply.NULL_ARRAY;
  }
}
