package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts what a connection brings into frames, see {@link PeerFrame}, and closes it over a bad one. Frames are
 * slices of what was read. While the rest of a large frame is awaited, reads are strung together without
 * copying; otherwise a rest is copied to the next read, which keeps the many small frames in plain memory.
 */
abstract class FrameReader extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(FrameReader.class);
  private static final int LARGE_BYTES = 64 << 10;

  private final int minBytes;
  private final int maxBytes;
  private final PeerStats stats;
  private boolean awaitsLarge;
  /** A bad frame came: nothing behind it means anything. */
  private boolean bad;

  FrameReader(int minBytes, int maxBytes, PeerStats stats) {
    this.minBytes = minBytes;
    this.maxBytes = maxBytes;
    this.stats = stats;
    setCumulator((alloc, cumulation, in) -> (awaitsLarge ? COMPOSITE_CUMULATOR : MERGE_CUMULATOR)
        .cumulate(alloc, cumulation, in));
  }

  /** One whole frame without its length; the buffer is good during the call, slices of it may be retained. */
  abstract void frame(ByteBuf frame) throws BadFrameException;

  /** Who is at the other end, for the log. */
  abstract String peer();

  @Override
  protected final void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws BadFrameException {
    try {
      if (bad) {
        in.skipBytes(in.readableBytes());
      } else if (in.readableBytes() >= PeerFrame.LENGTH_BYTES) {
        frameIfWhole(in);
      }
    } catch (BadFrameException e) {
      bad = true;
      in.skipBytes(in.readableBytes());
      throw e;
    }
  }

  private void frameIfWhole(ByteBuf in) throws BadFrameException {
    int length = in.getInt(in.readerIndex());
    if (length < minBytes || length > maxBytes) {
      throw new BadFrameException(
          "a frame of " + Integer.toUnsignedString(length) + " bytes; " + minBytes + " to "
              + maxBytes + " are allowed");
    }
    int missing = PeerFrame.LENGTH_BYTES + length - in.readableBytes();
    awaitsLarge = missing > LARGE_BYTES;
    if (missing <= 0) {
      in.skipBytes(PeerFrame.LENGTH_BYTES);
      stats.bytesIn().add(PeerFrame.LENGTH_BYTES + length);
      frame(in.readSlice(length));
    }
  }

  /** What is left of a frame when the connection ends is nobody's. */
  @Override
  protected final void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    in.skipBytes(in.readableBytes());
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof DecoderException wrapped && wrapped.getCause() instanceof BadFrameException bad) {
      stats.badFrames().increment();
      LOG.warn("Closing the connection with {}: {}", peer(), bad.getMessage());
    } else if (cause instanceof IOException) {
      LOG.debug("The connection with {} broke: {}", peer(), cause.toString());
    } else {
      LOG.error("Closing the connection with {} over a bug", peer(), cause);
    }
    context.close();
  }
}
