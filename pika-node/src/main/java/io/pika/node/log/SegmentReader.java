package io.pika.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the frames of one segment file, through a window so that small frames do not cost a call each. */
final class SegmentReader {
  private static final int WINDOW_BYTES = 1 << 20;

  private final Disk.File file;
  /** Bytes that are there to be read. */
  private long fileSize;
  private final long startPosition;
  private final byte[] salt;
  private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
  private long windowAt;

  /** A whole frame; the records are valid until the next read. */
  record Found(long position, long end, long syncedTo, ByteBuffer records) {}

  SegmentReader(Disk.File file, long startPosition, byte[] salt) throws IOException {
    this(file, startPosition, salt, file.size());
  }

  /** @param fileSize whatever the file has beyond it may still change */
  SegmentReader(Disk.File file, long startPosition, byte[] salt, long fileSize) {
    this.file = file;
    this.fileSize = fileSize;
    this.startPosition = startPosition;
    this.salt = salt;
  }

  /** The file has more now. */
  void grown(long newSize) {
    fileSize = newSize;
  }

  long fileSize() {
    return fileSize;
  }

  /** The frame at a place in the file; null: there is no whole one. */
  @Nullable
  Found frameAt(long offset) throws IOException {
    if (fileSize - offset < Frame.HEADER_BYTES) {
      return null;
    }
    int at = load(offset, Frame.HEADER_BYTES);
    int length = window.getInt(at + Frame.LENGTH_AT);
    long position = window.getLong(at + Frame.POSITION_AT);
    boolean fits = length >= 0 && length <= fileSize - offset - Frame.HEADER_BYTES;
    if (window.getInt(at) != Frame.MAGIC || !fits || position != positionOf(offset)) {
      return null;
    }
    int size = Frame.HEADER_BYTES + length;
    at = load(offset, size);
    int stored = window.getInt(at + 4);
    if (stored != Frame.checksum(salt, window.slice(at + Frame.LENGTH_AT, size - Frame.LENGTH_AT))) {
      return null;
    }
    return new Found(position, position + size, window.getLong(at + Frame.SYNCED_AT),
        window.slice(at + Frame.HEADER_BYTES, length));
  }

  /** The highest syncedTo of the whole frames that begin at or after a place; -1: there is none. */
  long syncedToAfter(long offset) throws IOException {
    long highest = -1;
    long at = offset;
    while (fileSize - at >= Frame.HEADER_BYTES) {
      int start = load(at, Frame.HEADER_BYTES);
      if (window.getInt(start) != Frame.MAGIC) {
        at++;
        continue;
      }
      Found found = frameAt(at);
      if (found == null) {
        at++;
      } else {
        highest = Math.max(highest, found.syncedTo());
        at += found.end() - found.position();
      }
    }
    return highest;
  }

  private long positionOf(long offset) {
    return startPosition + offset - SegmentHeader.BYTES;
  }

  /** Makes these bytes of the file be in the window; returns where. */
  private int load(long offset, int length) throws IOException {
    if (offset >= windowAt && offset + length <= windowAt + window.limit()) {
      return (int) (offset - windowAt);
    }
    int wanted = (int) Math.min(Math.max(length, WINDOW_BYTES), fileSize - offset);
    if (window.capacity() < wanted || window.capacity() > WINDOW_BYTES && wanted <= WINDOW_BYTES) {
      window = ByteBuffer.allocate(Math.max(WINDOW_BYTES, wanted));
    }
    window.clear().limit(wanted);
    windowAt = offset;
    if (file.read(offset, window) < wanted) {
      throw new IOException("a log file became shorter while it was read");
    }
    window.flip();
    return 0;
  }
}
