package io.pika.proxy.protocol;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one connection into requests, as networking.c of Redis 7.0 does, errors word for word: arrays of
 * bulk strings, and inline commands for people with a terminal. Empty requests are skipped.
 *
 * <p>It remembers how far it came in a half-read request, so a bulk of 512 MB that arrives in pieces is looked at once.
 * For that the buffer must keep the bytes from its reader index on: more may be appended and it may be replaced by
 * another one with the same readable bytes, but only the parser moves the reader index. A request holds the buffer, so
 * bytes behind the reader index must stay where they are while the buffer is shared (see {@link RequestCumulator}).
 *
 * <p>For one thread. After a {@link ProtocolException} the connection is lost and the parser of no more use.
 */
public final class RequestParser {
  private static final int FIRST_ARGUMENTS = 4;
  private static final int KEPT_ARGUMENTS = 1024;
  /** What a length line says that holds no number; refused by both checks. */
  private static final long NO_LENGTH = Long.MIN_VALUE;
  /** Digits of a length that is read at once with its line. */
  private static final int SHORT_LENGTH = 4;

  private RequestLimits limits;

  /** Offsets are from the reader index, which is the first byte of the unfinished request. */
  private int position;
  /** From here on the wanted end of line has not been looked for yet. */
  private int searched;
  /** Arguments that the unfinished request has announced; 0 = its first line is not read yet. */
  private int announced;
  /** Arguments that are complete. */
  private int arguments;
  /** Announced length of the argument at {@link #position}; -1 = its length line is not read yet. */
  private int bulkLength = -1;
  private int[] spans = new int[2 * FIRST_ARGUMENTS];

  public RequestParser(RequestLimits limits) {
    this.limits = limits;
  }

  /** From the next length on other limits hold: the connection has logged in, or a setting was changed. */
  public void limits(RequestLimits limits) {
    this.limits = limits;
  }

  /**
   * The next request; the reader index is then behind it. The caller releases it.
   *
   * @return null if more bytes are needed
   * @throws ProtocolException if the bytes are no request, or one beyond the limits
   */
  public @Nullable Request next(ByteBuf in) throws ProtocolException {
    while (in.isReadable()) {
      boolean array = announced > 0 || in.getByte(in.readerIndex()) == '*';
      Request request = array ? nextArray(in) : nextLine(in);
      if (request != null) {
        refuseHttp(request);
        return request;
      }
      if (announced > 0 || position == 0) {
        return null;
      }
      skip(in);
    }
    return null;
  }

  /** Null with announced arguments, or position 0 = unfinished; null and nothing announced = empty, to be skipped. */
  private @Nullable Request nextArray(ByteBuf in) throws ProtocolException {
    if (announced == 0) {
      long count = readShortLine(in, '*');
      if (count == NO_LENGTH) {
        int lineEnd = findLineEnd(in, '\r', "too big mbulk count string");
        if (lineEnd < 0) {
          return null;
        }
        count = readLength(in, lineEnd);
        position = lineEnd + 2;
      }
      checkCount(count);
      searched = position;
      if (count <= 0) {
        return null;
      }
      announced = (int) count;
    }
    while (arguments < announced) {
      if (!readBulk(in)) {
        return null;
      }
    }
    Request request = new Request(in.retain(), in.readerIndex(), in.readerIndex() + position,
        Arrays.copyOf(spans, 2 * arguments), arguments);
    skip(in);
    return request;
  }

  private void checkCount(long count) throws ProtocolException {
    if (count == NO_LENGTH || count > Integer.MAX_VALUE
        || (count > limits.arguments() && limits.authenticated())) {
      throw new ProtocolException("Protocol error: invalid multibulk length");
    }
    if (count > limits.arguments()) {
      throw new ProtocolException("Protocol error: unauthenticated multibulk length");
    }
  }

  /** Reads one argument if it is all there. */
  private boolean readBulk(ByteBuf in) throws ProtocolException {
    if (bulkLength < 0 && !readBulkLength(in)) {
      return false;
    }
    // Whatever the two bytes behind an argument are, Redis skips them.
    if (in.readableBytes() - position < bulkLength + 2L) {
      return false;
    }
    if (2 * arguments == spans.length) {
      spans = Arrays.copyOf(spans, spans.length * 2);
    }
    spans[2 * arguments] = position;
    spans[2 * arguments + 1] = bulkLength;
    arguments++;
    position += bulkLength + 2;
    searched = position;
    bulkLength = -1;
    return true;
  }

  private boolean readBulkLength(ByteBuf in) throws ProtocolException {
    long length = readShortLine(in, '$');
    if (length == NO_LENGTH) {
      int lineEnd = findLineEnd(in, '\r', "too big bulk count string");
      if (lineEnd < 0) {
        return false;
      }
      int type = in.getByte(in.readerIndex() + position);
      if (type != '$') {
        throw new ProtocolException("Protocol error: expected '$', got '" + (char) (type & 0xff) + "'");
      }
      length = readLength(in, lineEnd);
      position = lineEnd + 2;
    }
    if (length < 0
        || (length > limits.bulkBytes() && (limits.authenticated() || length > RequestLimits.MAX_BULK))) {
      throw new ProtocolException("Protocol error: invalid bulk length");
    }
    if (length > limits.bulkBytes()) {
      throw new ProtocolException("Protocol error: unauthenticated bulk length");
    }
    if (position + length > limits.requestBytes()) {
      throw new ProtocolException("Protocol error: too big request");
    }
    bulkLength = (int) length;
    return true;
  }

  /**
   * Reads a line with a length as nearly all are, in one look: a type, one to four digits without a leading zero, the end of
   * the line, and more behind. NO_LENGTH: it is another kind, or not whole, and nothing was read.
   */
  private long readShortLine(ByteBuf in, char type) {
    int at = in.readerIndex() + position;
    if (searched != position || in.writerIndex() - at < Long.BYTES || limits.lineBytes() < Long.BYTES) {
      return NO_LENGTH;
    }
    long line = in.getLong(at);
    long number = 0;
    int digits = 0;
    int next = (int) (line >>> 48) & 0xff;
    while (next >= '0' && next <= '9' && digits <= SHORT_LENGTH) {
      number = number * 10 + next - '0';
      digits++;
      next = (int) (line >>> 48 - Byte.SIZE * digits) & 0xff;
    }
    boolean leadingZero = digits > 1 && (line >>> 48 & 0xff) == '0';
    if (line >>> 56 != type || digits == 0 || digits > SHORT_LENGTH || next != '\r' || leadingZero) {
      return NO_LENGTH;
    }
    position += digits + 3;
    return number;
  }

  /** The number between the type byte at {@link #position} and the end of the line; NO_LENGTH if it is none. */
  private long readLength(ByteBuf in, int lineEnd) {
    int from = in.readerIndex() + position + 1;
    int to = in.readerIndex() + lineEnd;
    if (to - from > Numbers.LONGEST) {
      return NO_LENGTH;
    }
    byte[] text = new byte[to - from];
    in.getBytes(from, text);
    return Numbers.isLong(text) ? Numbers.parseLong(text) : NO_LENGTH;
  }

  /** An inline command. */
  private @Nullable Request nextLine(ByteBuf in) throws ProtocolException {
    int lineEnd = findLineEnd(in, '\n', "too big inline request");
    if (lineEnd < 0) {
      return null;
    }
    byte[] line = new byte[lineEnd];
    in.getBytes(in.readerIndex(), line);
    position = lineEnd + 1;
    List<byte[]> words = InlineCommand.split(line);
    if (words.isEmpty()) {
      return null;
    }
    skip(in);
    return Request.of(words.toArray(byte[][]::new));
  }

  /**
   * Offset of the next such byte in the line at {@link #position}; -1 if more bytes are needed. Redis looks for it with
   * strchr, so a zero byte hides all that follows, and the line can only become too long.
   */
  private int findLineEnd(ByteBuf in, char wanted, String tooLong) throws ProtocolException {
    int base = in.readerIndex();
    int readable = in.readableBytes();
    int at = searched;
    while (at < readable) {
      byte found = in.getByte(base + at);
      if (found == wanted || found == 0) {
        break;
      }
      at++;
    }
    searched = at;
    boolean hidden = at < readable && in.getByte(base + at) != wanted;
    if ((hidden ? readable : at) - position > limits.lineBytes()) {
      throw new ProtocolException("Protocol error: " + tooLong);
    }
    // A carriage return counts when the byte after it, which is skipped, is there too.
    return hidden || at >= readable - (wanted == '\r' ? 1 : 0) ? -1 : at;
  }

  /** Ends a request: the reader index goes behind it. */
  private void skip(ByteBuf in) {
    in.skipBytes(position);
    position = 0;
    searched = 0;
    announced = 0;
    arguments = 0;
    bulkLength = -1;
    if (spans.length > 2 * KEPT_ARGUMENTS) {
      spans = new int[2 * FIRST_ARGUMENTS];
    }
  }

  private static void refuseHttp(Request request) throws ProtocolException {
    if (request.command() == null && (request.argIs(0, "POST") || request.argIs(0, "HOST:"))) {
      request.release();
      throw ProtocolException.httpRequest();
    }
  }
}
