package io.pika.node.command;

import io.pika.core.bytes.Bytes;
import io.pika.node.engine.Waiting;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** XREAD and XREADGROUP while they wait: what is behind the ids that the read began with. */
record StreamWait(StreamRead read, long replyBytes) implements Waiting {
  private static final Reply.Err GONE = Reply.error("UNBLOCKED the stream key no longer exists");
  private static final Reply.Err GROUP_GONE = Reply
      .error("NOGROUP the consumer group this client was blocked on no longer exists");

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
    if (!read.groupIsThere(keySpace, starts)) {
      throw new RefusalException(GROUP_GONE);
    }
    return new StreamRead(starts, read.reader(), read.count(), read.blockMs()).serve(keySpace, replyBytes);
  }

  @Override
  public @Nullable Reply gone() {
    return read.reader() == null ? null : GONE;
  }

  /** The ids are the last arguments. */
  @Override
  public Request exact(Request asked) {
    if (read.reader() != null) {
      return asked;
    }
    byte[][] words = new byte[asked.size()][];
    int ids = words.length - read.starts().size();
    for (int i = 0; i < words.length; i++) {
      words[i] = i < ids
          ? asked.arg(i)
          : read.starts().get(i - ids).after().toString().getBytes(StandardCharsets.US_ASCII);
    }
    return Request.of(words);
  }

  @Override
  public Reply nothing() {
    return Reply.NULL_ARRAY;
  }
}
