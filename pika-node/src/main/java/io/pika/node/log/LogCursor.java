package io.pika.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log from a position on, also while it is written and trimmed. It reads the files: what was appended a moment ago
 * is in the operating system's memory. One thread.
 */
public final class LogCursor implements AutoCloseable {
  private static final long NONE = -1;

  private final NodeLog log;
  private long position;
  /** Whole frames are there up to here, in the segment that is open. */
  private long until;
  private long start = NONE;
  private @Nullable SegmentReader reader;
  private Disk.@Nullable File file;

  /** The part of the log that a cursor stands at has been trimmed. */
  public static final class GoneException extends Exception {
    private static final long serialVersionUID = 1L;

    GoneException(long position) {
      super("the log does not reach back to position " + position + " any more");
    }
  }

  /** @param position of a frame, or the end of the log */
  public LogCursor(NodeLog log, long position) {
    this.log = log;
    this.position = position;
    this.until = position;
  }

  /** Behind the last frame that was read. */
  public long position() {
    return position;
  }

  /**
   * The records of the next frame, one behind the other as {@link RecordHeader} reads them; good until the next call.
   *
   * @return null: there is none yet
   * @throws IOException the file cannot be read, or what it has is damaged
   */
  public @Nullable ByteBuffer next() throws IOException, GoneException {
    if (position == until && !more()) {
      return null;
    }
    SegmentReader segment = reader;
    SegmentReader.Found found = segment == null
        ? null
        : segment.frameAt(SegmentHeader.BYTES + position - start);
    if (found == null || found.end() > until) {
      throw new IOException("the log has no whole frame at position " + position + " any more");
    }
    position = found.end();
    return found.records();
  }

  private boolean more() throws IOException, GoneException {
    NodeLog.Readable readable = log.readable(position, start);
    if (readable == null) {
      throw new GoneException(position);
    }
    if (readable.until() == position) {
      return false;
    }
    long size = SegmentHeader.BYTES + readable.until() - readable.start();
    Disk.File opened = readable.file();
    if (opened != null) {
      closeFile();
      file = opened;
      start = readable.start();
      reader = new SegmentReader(opened, start, log.salt(), size);
    } else if (reader != null) {
      reader.grown(size);
    }
    until = readable.until();
    return true;
  }

  /** Returns when there is a frame to read, or after the time. */
  public void await(long nanos) throws InterruptedException {
    if (position == until) {
      log.awaitAppend(() -> log.endPosition() > position, nanos);
    }
  }

  private void closeFile() throws IOException {
    Disk.File open = file;
    file = null;
    reader = null;
    start = NONE;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() throws IOException {
    closeFile();
  }
}
