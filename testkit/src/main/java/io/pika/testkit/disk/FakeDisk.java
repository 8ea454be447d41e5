package io.pika.testkit.disk;

import io.pika.core.journal.Disk;
import io.pika.core.journal.JournalException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory in memory. Bytes that were written but not forced survive a crash as any prefix, sometimes with
 * garbage at its end; a rename that a crash interrupts has happened or not. After {@link #crashAt} the disk throws
 * {@link SimulatedCrash} at that operation and at every later one, and {@link #restarted} is what the machine finds
 * when it comes up again.
 */
public final class FakeDisk implements Disk {
  private final Map<String, FakeFile> files = new TreeMap<>();
  private boolean locked;
  private int operations;
  private int crashAt = Integer.MAX_VALUE;
  private long freeBytes = Long.MAX_VALUE;
  private @Nullable Runnable interrupted;

  private static final class FakeFile {
    private byte[] content = new byte[0];
    private int forced;
  }

  /** Every write, force, rename, truncate and delete counts as one operation, from 1. */
  public synchronized int operations() {
    return operations;
  }

  public synchronized void crashAt(int operation) {
    crashAt = operation;
  }

  /** How much more may be written before the disk is full. */
  public synchronized void freeBytes(long bytes) {
    freeBytes = bytes;
  }

  public synchronized byte[] content(String file) {
    return file(file).content.clone();
  }

  public synchronized void content(String file, byte[] content) {
    FakeFile replaced = files.computeIfAbsent(file, name -> new FakeFile());
    replaced.content = content.clone();
    replaced.forced = content.length;
  }

  /** The directory after the crash. */
  public synchronized FakeDisk restarted(Random random) {
    if (interrupted != null && random.nextBoolean()) {
      interrupted.run();
    }
    FakeDisk disk = new FakeDisk();
    files.forEach((name, file) -> disk.content(name, survivors(file, random)));
    return disk;
  }

  private static byte[] survivors(FakeFile file, Random random) {
    int pending = file.content.length - file.forced;
    if (pending <= 0) {
      return file.content;
    }
    int kept = random.nextInt(pending + 1);
    byte[] content = Arrays.copyOf(file.content, file.forced + kept);
    if (kept > 0 && random.nextInt(3) == 0) {
      int garbage = random.nextInt(kept) + 1;
      for (int i = content.length - garbage; i < content.length; i++) {
        content[i] = random.nextBoolean() ? 0 : (byte) random.nextInt();
      }
    }
    return content;
  }

  @Override
  public String name() {
    return "fake-disk";
  }

  @Override
  public synchronized Closeable lock() throws IOException {
    if (locked) {
      throw new JournalException(JournalException.Kind.LOCKED, "fake-disk is in use");
    }
    locked = true;
    return () -> locked = false;
  }

  @Override
  public synchronized List<String> files() {
    return List.copyOf(files.keySet());
  }

  @Override
  public void read(String file, Reader reader) throws IOException {
    reader.read(ByteBuffer.wrap(content(file)).asReadOnlyBuffer());
  }

  @Override
  public synchronized Output append(String name) {
    return new FakeOutput(files.computeIfAbsent(name, missing -> new FakeFile()));
  }

  @Override
  public synchronized void rename(String from, String to) {
    FakeFile moved = file(from);
    operation(() -> {
      files.remove(from);
      files.put(to, moved);
    });
    files.remove(from);
    files.put(to, moved);
  }

  @Override
  public synchronized void delete(String name) {
    operation(() -> files.remove(name));
    files.remove(name);
  }

  private FakeFile file(String name) {
    FakeFile file = files.get(name);
    if (file == null) {
      throw new IllegalStateException("no file " + name + " on the fake disk");
    }
    return file;
  }

  private void operation(Runnable whatACrashMayStillDo) {
    operations++;
    if (operations >= crashAt) {
      if (operations == crashAt) {
        interrupted = whatACrashMayStillDo;
      }
      throw new SimulatedCrash(operations);
    }
  }

  private final class FakeOutput implements Output {
    private final FakeFile file;

    FakeOutput(FakeFile file) {
      this.file = file;
    }

    @Override
    public long size() {
      return file.content.length;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      synchronized (FakeDisk.this) {
        int fits = (int) Math.min(freeBytes, bytes.remaining());
        byte[] taken = new byte[fits];
        bytes.get(taken);
        byte[] longer = Arrays.copyOf(file.content, file.content.length + fits);
        System.arraycopy(taken, 0, longer, file.content.length, fits);
        file.content = longer;
        operation(() -> {});
        if (freeBytes != Long.MAX_VALUE) {
          freeBytes -= fits;
        }
        if (bytes.hasRemaining()) {
          throw new IOException("No space left on device");
        }
      }
    }

    @Override
    public void force() {
      synchronized (FakeDisk.this) {
        operation(() -> file.forced = file.content.length);
        file.forced = file.content.length;
      }
    }

    @Override
    public void truncate(long size) {
      synchronized (FakeDisk.this) {
        operation(() -> {});
        file.content = Arrays.copyOf(file.content, (int) size);
        file.forced = Math.min(file.forced, (int) size);
      }
    }

    @Override
    public void close() {
      // nothing is held open
    }
  }
}
