package io.pika.cli.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a source sends and the table has not done yet, on disk, so that a source never waits for the table and nothing of it
 * is lost when the importer is killed. Files of 64 MiB that are named for the offset of their first byte; one that is done
 * goes away. One thread appends, one reads.
 */
final class Spool implements AutoCloseable {
  private static final String PREFIX = "log.";
  private static final long FILE_BYTES = 64L << 20;

  private final Path directory;
  private final TreeMap<Long, Path> files = new TreeMap<>();
  private @Nullable FileChannel last;
  private long end;

  private Spool(Path directory) {
    this.directory = directory;
  }

  /** What is there. @param start where the log begins, if nothing is there */
  static Spool open(Path directory, long start) throws IOException {
    Spool spool = new Spool(directory);
    spool.end = start;
    try (Stream<Path> found = Files.list(directory)) {
      for (Path file : found.filter(each -> each.getFileName().toString().startsWith(PREFIX)).toList()) {
        spool.files.put(Long.parseLong(file.getFileName().toString().substring(PREFIX.length())), file);
      }
    }
    if (!spool.files.isEmpty()) {
      Map.Entry<Long, Path> newest = spool.files.lastEntry();
      spool.end = newest.getKey() + Files.size(newest.getValue());
    }
    return spool;
  }

  Path directory() {
    return directory;
  }

  /** Behind the last byte. */
  synchronized long end() {
    return end;
  }

  synchronized void append(byte[] bytes, int length) throws IOException {
    FileChannel channel = last;
    if (channel == null || channel.size() >= FILE_BYTES) {
      if (channel != null) {
        channel.close();
      }
      Path file = directory.resolve(PREFIX + end);
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      last = channel;
      files.put(end, file);
    }
    ByteBuffer left = ByteBuffer.wrap(bytes, 0, length);
    while (left.hasRemaining()) {
      channel.write(left);
    }
    end += length;
    notifyAll();
  }

  /** Waits until there is more than up to an offset, or for a while. */
  synchronized void await(long offset, long millis) throws InterruptedException {
    if (end <= offset) {
      wait(millis);
    }
  }

  /** Files of which everything is done go away. */
  synchronized void discard(long done) throws IOException {
    while (files.size() > 1 && files.higherKey(files.firstKey()) <= done) {
      Files.deleteIfExists(files.pollFirstEntry().getValue());
    }
  }

  /** Reads from an offset on; ends where the spool ends for now. */
  Reader from(long offset) {
    return new Reader(offset);
  }

  final class Reader extends InputStream {
    private long at;
    private long fileStart = -1;
    private @Nullable FileChannel file;

    private Reader(long at) {
      this.at = at;
    }

    long at() {
      return at;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      FileChannel open = open();
      if (open == null) {
        return -1;
      }
      int count = open.read(ByteBuffer.wrap(into, from, length), at - fileStart);
      at += Math.max(0, count);
      return count;
    }

    /** The file that has the next byte; null: there is none yet. */
    private @Nullable FileChannel open() throws IOException {
      synchronized (Spool.this) {
        if (at >= end) {
          return null;
        }
        Map.Entry<Long, Path> wanted = files.floorEntry(at);
        if (wanted == null) {
          throw new LogDamage("byte " + at + " of what the source sent is not in " + directory + " any more");
        }
        if (wanted.getKey() != fileStart) {
          close();
          file = FileChannel.open(wanted.getValue(), StandardOpenOption.READ);
          fileStart = wanted.getKey();
        }
        return file;
      }
    }

    @Override
    public void close() throws IOException {
      if (file != null) {
        file.close();
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (last != null) {
      last.close();
    }
  }
}
