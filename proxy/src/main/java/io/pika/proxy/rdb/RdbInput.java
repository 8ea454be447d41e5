package io.pika.proxy.rdb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream that knows its place and the checksum of all that was read, and keeps a copy of a part of it. It reads
 * ahead, so what it stands on is read through it alone.
 */
final class RdbInput extends InputStream {
  private static final int BUFFER_BYTES = 64 << 10;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int end;
  /** From here on the buffer's bytes are in neither the checksum nor the copy. */
  private int counted;
  /** Of the buffer's first byte. */
  private long bufferOffset;
  private long crc;
  private @Nullable ByteArrayOutputStream copy;
  private int copyMax;

  /** @param offset of the first byte @param crc of all before it */
  RdbInput(InputStream in, long offset, long crc) {
    this.in = in;
    this.bufferOffset = offset;
    this.crc = crc;
  }

  /** Of the next byte. */
  long offset() {
    return bufferOffset + at;
  }

  /** Of all before the next byte. */
  long crc() {
    count();
    return crc;
  }

  /** From here on what is read is kept too, unless it becomes too much. */
  void startCopy(int bytesMax) {
    count();
    copy = new ByteArrayOutputStream();
    copyMax = bytesMax;
  }

  /** What was read since the start of the copy; null: it became too much. */
  byte @Nullable [] endCopy() {
    count();
    ByteArrayOutputStream ended = copy;
    copy = null;
    return ended == null ? null : ended.toByteArray();
  }

  @Override
  public int read() throws IOException {
    return at < end || fill() ? buffer[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == end && !fill()) {
      return -1;
    }
    int count = Math.min(length, end - at);
    System.arraycopy(buffer, at, into, from, count);
    at += count;
    return count;
  }

  /** What was read ahead, and then the rest. */
  InputStream rest() {
    return this;
  }

  private boolean fill() throws IOException {
    count();
    bufferOffset += end;
    at = 0;
    counted = 0;
    end = Math.max(0, in.read(buffer, 0, buffer.length));
    return end > 0;
  }

  private void count() {
    crc = Crc64.of(crc, buffer, counted, at - counted);
    if (copy != null) {
      if (copy.size() + at - counted > copyMax) {
        copy = null;
      } else {
        copy.write(buffer, counted, at - counted);
      }
    }
    counted = at;
  }
}
