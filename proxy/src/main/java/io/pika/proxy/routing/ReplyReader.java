package io.pika.proxy.routing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the encoded reply of a peer, RESP2 or RESP3, as far as merging needs it: numbers, statuses and errors by
 * value, the elements of an array as slices that share its memory, whatever they are. Everything is checked
 * against the bytes that are there, so that a peer that answers nonsense cannot upset the client's connection.
 */
public final class ReplyReader {
  static final Reply.Err NONSENSE = Reply.error("IOERR the slot's leader sent a reply that makes no sense");

  private static final int MAX_LINE = 64 << 10;
  /** The shortest element, a null of RESP3. */
  private static final int MIN_ELEMENT = 3;
  private static final int MAX_DEPTH = 8;

  private final ByteBuf bytes;
  private int at;

  private ReplyReader(ByteBuf bytes) {
    this.bytes = bytes;
    this.at = bytes.readerIndex();
  }

  private static final class NonsenseException extends Exception {
    private static final long serialVersionUID = 1;

    NonsenseException() {
      super("", null, false, false);
    }
  }

  /** The same reply, opened if it was encoded; takes over its buffer. {@link #NONSENSE} if it makes none. */
  public static Reply open(Reply reply) {
    if (!(reply instanceof Reply.Raw(ByteBuf bytes))) {
      return reply;
    }
    try {
      ReplyReader reader = new ReplyReader(bytes);
      byte type = reader.take();
      return type == '*' && !reader.isNull() ? reader.array() : reader.single(type);
    } catch (NonsenseException e) {
      return NONSENSE;
    } finally {
      bytes.release();
    }
  }

  /** A null array: its length is -1. */
  private boolean isNull() {
    return at < bytes.writerIndex() && bytes.getByte(at) == '-';
  }

  private Reply nullArray() throws NonsenseException {
    if (number() != -1) {
      throw new NonsenseException();
    }
    return Reply.NULL_ARRAY;
  }

  private Reply array() throws NonsenseException {
    int count = length(number(), (bytes.writerIndex() - at) / MIN_ELEMENT);
    int[] ends = new int[count];
    int start = at;
    for (int i = 0; i < count; i++) {
      skip(1);
      ends[i] = at;
    }
    end();
    List<Reply> items = new ArrayList<>(count);
    for (int end : ends) {
      items.add(Reply.raw(bytes.retainedSlice(start, end - start)));
      start = end;
    }
    return new Reply.Array(items);
  }

  private Reply single(byte type) throws NonsenseException {
    Reply reply = switch (type) {
      case ':' -> Reply.of(number());
      case '+' -> Reply.simple(new String(line(), StandardCharsets.UTF_8));
      case '-' -> Reply.error(line());
      case '_' -> none();
      case '$' -> bulk();
      case '*' -> nullArray();
      default -> throw new NonsenseException();
    };
    end();
    return reply;
  }

  private Reply none() throws NonsenseException {
    if (line().length > 0) {
      throw new NonsenseException();
    }
    return Reply.NIL;
  }

  private Reply bulk() throws NonsenseException {
    long length = number();
    if (length == -1) {
      return Reply.NIL;
    }
    int from = at;
    skipBulk(length);
    return Reply.bulk(ByteBufUtil.getBytes(bytes, from, (int) length));
  }

  /** Walks over one element. */
  private void skip(int depth) throws NonsenseException {
    switch (take()) {
      case '$', '=', '!' -> {
        long length = number();
        if (length != -1) {
          skipBulk(length);
        }
      }
      case '_' -> none();
      case ':' -> number();
      case '+', '-', ',', '#', '(' -> line();
      case '*', '~', '>' -> skipItems(1, depth);
      case '%' -> skipItems(2, depth);
      default -> throw new NonsenseException();
    }
  }

  /** @param each elements that a count of one stands for */
  private void skipItems(int each, int depth) throws NonsenseException {
    if (isNull()) {
      nullArray();
      return;
    }
    int count = each * length(number(), (bytes.writerIndex() - at) / MIN_ELEMENT);
    if (depth == MAX_DEPTH) {
      throw new NonsenseException();
    }
    for (int i = 0; i < count; i++) {
      skip(depth + 1);
    }
  }

  private void skipBulk(long claimed) throws NonsenseException {
    int length = length(claimed, bytes.writerIndex() - at - 2);
    at += length;
    if (take() != '\r' || take() != '\n') {
      throw new NonsenseException();
    }
  }

  private static int length(long claimed, int most) throws NonsenseException {
    if (claimed < 0 || claimed > most) {
      throw new NonsenseException();
    }
    return (int) claimed;
  }

  private long number() throws NonsenseException {
    byte[] digits = line();
    try {
      return Long.parseLong(new String(digits, StandardCharsets.ISO_8859_1));
    } catch (NumberFormatException e) {
      throw new NonsenseException();
    }
  }

  /** Up to the line's end, which is passed over. */
  private byte[] line() throws NonsenseException {
    int most = Math.min(bytes.writerIndex() - at, MAX_LINE);
    int end = bytes.indexOf(at, at + most, (byte) '\r');
    if (end < 0 || end + 1 >= bytes.writerIndex() || bytes.getByte(end + 1) != '\n') {
      throw new NonsenseException();
    }
    byte[] line = ByteBufUtil.getBytes(bytes, at, end - at);
    at = end + 2;
    return line;
  }

  private byte take() throws NonsenseException {
    if (at >= bytes.writerIndex()) {
      throw new NonsenseException();
    }
    return bytes.getByte(at++);
  }

  private void end() throws NonsenseException {
    if (at != bytes.writerIndex()) {
      throw new NonsenseException();
    }
  }
}
