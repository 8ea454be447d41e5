package io.pika.core.journal;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of the file system. Files are readable by their owner only: they hold password hashes. */
public final class DirectoryDisk implements Disk {
  private static final String LOCK_FILE = "lock";
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY = PosixFilePermissions
      .asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY = PosixFilePermissions
      .asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;

  private DirectoryDisk(Path directory) {
    this.directory = directory;
  }

  /** Makes the directory when it is not there. */
  public static DirectoryDisk at(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, OWNER_DIRECTORY);
    }
    return new DirectoryDisk(directory);
  }

  @Override
  public String name() {
    return directory.toString();
  }

  @Override
  public Closeable lock() throws IOException {
    FileChannel channel = open(LOCK_FILE);
    @Nullable FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      // the same answer as for another process
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new JournalException(JournalException.Kind.LOCKED, "directory " + directory
          + " is in use by another process; stop that one first, or choose another directory");
    }
    return channel;
  }

  @Override
  public List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void read(String file, Reader reader) throws IOException {
    try (FileChannel channel = FileChannel.open(directory.resolve(file), StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      long size = channel.size();
      if (size == 0) {
        reader.read(ByteBuffer.allocate(0));
        return;
      }
      if (size > Integer.MAX_VALUE) {
        throw new IOException(directory.resolve(file) + " has " + size + " bytes; the most is 2 GiB");
      }
      reader.read(channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asByteBuffer());
    }
  }

  @Override
  public Output append(String file) throws IOException {
    return new ChannelOutput(open(file));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    try {
      Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException unsafe) {
      throw new IOException("the file system of " + directory
          + " cannot replace a file in one step; use a local file system", unsafe);
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void delete(String file) throws IOException {
    Files.deleteIfExists(directory.resolve(file));
  }

  private FileChannel open(String file) throws IOException {
    FileChannel channel = FileChannel.open(directory.resolve(file),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ), OWNER_ONLY);
    channel.position(channel.size());
    return channel;
  }

  private record ChannelOutput(FileChannel channel) implements Output {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
      channel.position(size);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
