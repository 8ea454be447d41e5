package io.pika.cli.source;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pika.proxy.protocol.ProtocolException;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.RequestLimits;
import io.pika.proxy.protocol.RequestParser;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads commands from a log: an append only file, or what a server sends to its replicas. Between commands there may be
 * annotations, lines that begin with {@code #}, and empty lines. For one thread.
 */
final class LogReader {
  private static final int READ_BYTES = 64 << 10;

  private final InputStream in;
  private final RequestParser parser = new RequestParser(RequestLimits.DEFAULT);
  private ByteBuf unread = Unpooled.buffer(READ_BYTES);
  private long offset;
  private boolean inCommand;

  /** @param offset of the next byte */
  LogReader(InputStream in, long offset) {
    this.in = in;
    this.offset = offset;
  }

  /** Behind the last command. */
  long offset() {
    return offset;
  }

  /** Bytes of a command that is not complete are at hand. */
  boolean isInCommand() {
    return unread.isReadable();
  }

  /** The next command, to be released; null: the log has ended, perhaps in the middle of one. May wait for it. */
  @Nullable
  Request next() throws IOException {
    while (true) {
      Request request = taken();
      if (request != null || !read()) {
        return request;
      }
    }
  }

  /** The next command if it is at hand, to be released. */
  @Nullable
  Request taken() throws IOException {
    while (inCommand || skipBetween()) {
      int before = unread.readerIndex();
      Request request;
      try {
        request = parser.next(unread);
      } catch (ProtocolException wrong) {
        throw new LogDamage("at byte " + offset + " of the log: " + wrong.getMessage());
      }
      offset += unread.readerIndex() - before;
      inCommand = request == null && unread.isReadable();
      if (request != null) {
        return request;
      }
      if (inCommand) {
        return null;
      }
    }
    return null;
  }

  /** Waits for more; false: there is no more. */
  boolean read() throws IOException {
    if (unread.refCnt() > 1 || unread.readerIndex() > READ_BYTES) {
      unread = unread.refCnt() > 1 ? moved() : unread.discardReadBytes();
    }
    unread.ensureWritable(READ_BYTES);
    return unread.writeBytes(in, READ_BYTES) > 0;
  }

  /** Whoever holds a request holds the old buffer. */
  private ByteBuf moved() {
    ByteBuf next = Unpooled.buffer(unread.readableBytes() + READ_BYTES).writeBytes(unread);
    unread.release();
    return next;
  }

  /** Goes to the next command; false: what is at hand holds none. */
  private boolean skipBetween() throws LogDamage {
    while (unread.isReadable()) {
      byte first = unread.getByte(unread.readerIndex());
      if (first == '*') {
        return true;
      }
      if (first != '#' && first != '\n' && first != '\r') {
        throw new LogDamage(
            "at byte " + offset + " of the log: no command begins with byte " + (first & 0xff));
      }
      int length = first == '#' ? unread.bytesBefore((byte) '\n') + 1 : 1;
      if (length == 0) {
        return false;
      }
      unread.skipBytes(length);
      offset += length;
    }
    return false;
  }
}
