package io.pika.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The operating system's files. */
public final class RealDisk implements Disk {
  /** The JDK copies a heap buffer into a cached direct one of the same size: large ones would stay for good. */
  private static final int WRITE_BYTES = 256 << 10;

  @Override
  public List<String> list(Path directory) throws IOException {
    Files.createDirectories(directory);
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(Files::isRegularFile).map(path -> path.getFileName().toString()).sorted()
          .toList();
    }
  }

  @Override
  public File open(Path path) throws IOException {
    return new OpenFile(path);
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static final class OpenFile implements File {
    private final Path path;
    private volatile FileChannel channel;
    private volatile boolean closed;

    OpenFile(Path path) throws IOException {
      this.path = path;
      this.channel = open(path);
    }

    private static FileChannel open(Path path) throws IOException {
      return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
          StandardOpenOption.WRITE);
    }

    /** The JDK closes a channel under a thread that is interrupted in it: the next user opens it again. */
    private FileChannel channel() throws IOException {
      if (!channel.isOpen() && !closed) {
        synchronized (this) {
          if (!channel.isOpen()) {
            channel = open(path);
          }
        }
      }
      return channel;
    }

    @Override
    public long size() throws IOException {
      return channel().size();
    }

    @Override
    public int read(long at, ByteBuffer into) throws IOException {
      int total = 0;
      while (into.hasRemaining()) {
        int read = channel().read(into, at + total);
        if (read < 0) {
          break;
        }
        total += read;
      }
      return total;
    }

    @Override
    public void write(long at, ByteBuffer from) throws IOException {
      long to = at;
      int limit = from.limit();
      while (from.position() < limit) {
        from.limit(Math.min(limit, from.position() + WRITE_BYTES));
        while (from.hasRemaining()) {
          to += channel().write(from, to);
        }
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel().truncate(size);
    }

    @Override
    public void sync() throws IOException {
      channel().force(false);
    }

    @Override
    public void close() throws IOException {
      closed = true;
      channel.close();
    }
  }
}
