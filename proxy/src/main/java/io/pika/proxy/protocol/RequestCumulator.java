package io.pika.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * Joins what is read from a connection into one buffer for {@link RequestParser}. Netty's own grows in steps of 4 MB
 * once it is big, which copies a value of 512 MB a hundred times; this one doubles. It never writes into a buffer that
 * a {@link Request} still holds.
 */
public final class RequestCumulator {
  /** Takes over both buffers and gives back the one to go on with. */
  public static final ByteToMessageDecoder.Cumulator DOUBLING = RequestCumulator::join;

  private RequestCumulator() {}

  private static ByteBuf join(ByteBufAllocator allocator, ByteBuf unread, ByteBuf read) {
    if (unread == read) {
      return unread;
    }
    if (!unread.isReadable()) {
      unread.release();
      return read;
    }
    int needed = Math.addExact(unread.readableBytes(), read.readableBytes());
    boolean ours = unread.refCnt() == 1 && !unread.isReadOnly();
    if (ours && unread.maxFastWritableBytes() >= read.readableBytes()
        && unread.readerIndex() <= unread.capacity() / 2) {
      return append(unread, read);
    }
    ByteBuf larger = allocator.buffer((int) Math.min(Integer.MAX_VALUE, needed * 2L));
    try {
      append(larger, unread);
    } catch (RuntimeException trouble) {
      larger.release();
      throw trouble;
    }
    return append(larger, read);
  }

  private static ByteBuf append(ByteBuf to, ByteBuf from) {
    try {
      return to.writeBytes(from);
    } finally {
      from.release();
    }
  }
}
