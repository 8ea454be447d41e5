package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to a connection with few buffers and few system calls: headers and short bodies are gathered in
 * one buffer, long bodies go out as they are. Nothing is sent before {@link #flush}. On the event loop only.
 */
final class FrameWriter {
  /** Up to here copying a body is cheaper than another entry in the gathering write. */
  private static final int COPIED_BYTES = 2048;
  private static final int GATHERED_BYTES = 64 << 10;
  private static final int MAX_HEADER = PeerFrame.LENGTH_BYTES + PeerFrame.REQUEST_HEADER;

  private final ChannelHandlerContext context;
  private final PeerStats stats;
  private @Nullable ByteBuf gathered;

  FrameWriter(ChannelHandlerContext context, PeerStats stats) {
    this.context = context;
    this.stats = stats;
  }

  void request(int requestId, PeerRequest request) {
    PeerFrame.writeRequestHeader(requestId, request, room(MAX_HEADER));
    stats.bytesOut().add(MAX_HEADER);
    body(request.command());
  }

  void reply(int requestId, ByteBuf reply) {
    PeerFrame.writeReplyHeader(requestId, reply.readableBytes(), room(MAX_HEADER));
    stats.bytesOut().add(PeerFrame.LENGTH_BYTES + PeerFrame.REPLY_HEADER);
    body(reply);
  }

  void continues(int requestId, long reply, ByteBuf bytes) {
    PeerFrame.writeContinues(requestId, reply, bytes.readableBytes(), room(MAX_HEADER));
    stats.bytesOut().add(PeerFrame.LENGTH_BYTES + PeerFrame.REPLY_HEADER + PeerFrame.NUMBER_BYTES);
    body(bytes);
  }

  void refusal(int requestId, PeerStatus status, long epoch) {
    PeerFrame.writeRefusal(requestId, status, epoch, room(MAX_HEADER));
    stats.bytesOut().add(PeerFrame.LENGTH_BYTES + PeerFrame.REPLY_HEADER + PeerFrame.REFUSAL_BODY);
  }

  /** Takes over the reference to the body. */
  private void body(ByteBuf body) {
    int bytes = body.readableBytes();
    stats.bytesOut().add(bytes);
    if (bytes <= COPIED_BYTES) {
      room(bytes).writeBytes(body);
      body.release();
    } else {
      writeGathered();
      context.write(body, context.voidPromise());
    }
  }

  private ByteBuf room(int bytes) {
    ByteBuf buffer = gathered;
    if (buffer != null && buffer.readableBytes() + bytes > GATHERED_BYTES) {
      writeGathered();
      buffer = null;
    }
    if (buffer == null) {
      buffer = context.alloc().ioBuffer(1024, GATHERED_BYTES);
      gathered = buffer;
    }
    return buffer;
  }

  private void writeGathered() {
    ByteBuf buffer = gathered;
    gathered = null;
    if (buffer != null) {
      context.write(buffer, context.voidPromise());
    }
  }

  void flush() {
    writeGathered();
    context.flush();
  }

  /** The connection is gone: what was gathered goes with it. */
  void discard() {
    ByteBuf buffer = gathered;
    gathered = null;
    if (buffer != null) {
      buffer.release();
    }
  }
}
