package io.pika.node.pubsub;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import java.util.List;

/**
 * A message as its subscribers get it. It is encoded once, and all of them share the bytes.
 *
 * @param name the channel or pattern that the subscriber has named
 * @param resp2 the encoded message; in RESP3 it is the same but for the {@link #RESP3_TYPE first byte}
 */
public record Message(int table, ChannelKind kind, Bytes name, Bytes resp2) {
  public static final byte RESP3_TYPE = '>';

  static Message onChannel(int table, ChannelKind kind, Bytes channel, byte[] content) {
    return new Message(table, kind, channel,
        encoded(Reply.bulk(kind.message()), Reply.bulk(channel.array()), Reply.bulk(content)));
  }

  static Message onPattern(int table, Bytes pattern, Bytes channel, byte[] content) {
    return new Message(table, ChannelKind.PATTERN, pattern, encoded(Reply.bulk(ChannelKind.PATTERN.message()),
        Reply.bulk(pattern.array()), Reply.bulk(channel.array()), Reply.bulk(content)));
  }

  private static Bytes encoded(Reply... items) {
    ByteBuf out = Unpooled.buffer();
    ReplyEncoder.write(Reply.push(List.of(items)), 2, out);
    return Bytes.of(ByteBufUtil.getBytes(out));
  }

  public int size() {
    return resp2.size();
  }
}
