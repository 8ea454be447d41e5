package io.pika.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that can be full, fail to sync, and forget on a crash what was not synced: of each file some
 * part of what was written since its last sync is left, and its end may be torn; names that were not synced may be
 * as before.
 */
public final class CrashDisk implements Disk {
  private static final int SECTOR = 64;

  private final TreeMap<Path, Content> files = new TreeMap<>();
  /** Names as the directory had them when it was last synced. */
  private TreeMap<Path, Content> syncedNames = new TreeMap<>();
  private long roomBytes = Long.MAX_VALUE;
  private boolean syncFails;
  private boolean truncateFails;
  private int openFiles;

  private static final class Content {
    byte[] bytes = {};
    byte[] synced = {};
  }

  /** So many bytes more can be written; a write that does not fit is made in part. */
  public synchronized void room(long bytes) {
    roomBytes = bytes;
  }

  public synchronized void syncFails(boolean fails) {
    syncFails = fails;
  }

  public synchronized void truncateFails(boolean fails) {
    truncateFails = fails;
  }

  /** Opened and not closed, whether their names are still there or not. */
  public synchronized int openFiles() {
    return openFiles;
  }

  public synchronized List<Path> paths() {
    return List.copyOf(files.keySet());
  }

  public synchronized byte[] content(Path path) {
    return content(files, path).bytes.clone();
  }

  public synchronized void content(Path path, byte[] bytes) {
    Content content = content(files, path);
    content.bytes = bytes.clone();
    content.synced = bytes.clone();
  }

  private static Content content(TreeMap<Path, Content> files, Path path) {
    Content content = files.get(path);
    if (content == null) {
      throw new IllegalArgumentException(path + " is not on the disk");
    }
    return content;
  }

  /** A copy as it is now: what a process that is killed leaves. */
  public synchronized CrashDisk copy() {
    CrashDisk copy = new CrashDisk();
    files.forEach((path, content) -> copy.files.put(path, wholly(content.bytes)));
    copy.syncedNames = new TreeMap<>(copy.files);
    return copy;
  }

  /** What a power loss may leave. */
  public synchronized CrashDisk afterPowerLoss(RandomGenerator random) {
    CrashDisk left = new CrashDisk();
    Set<Path> names = new HashSet<>(files.keySet());
    names.addAll(syncedNames.keySet());
    for (Path path : names) {
      boolean known = syncedNames.get(path) == files.get(path);
      TreeMap<Path, Content> from = known || random.nextBoolean() ? files : syncedNames;
      Content content = from.get(path);
      if (content != null) {
        left.files.put(path, wholly(survivors(content, random)));
      }
    }
    left.syncedNames = new TreeMap<>(left.files);
    return left;
  }

  private static Content wholly(byte[] bytes) {
    Content content = new Content();
    content.bytes = bytes.clone();
    content.synced = bytes.clone();
    return content;
  }

  private static byte[] survivors(Content content, RandomGenerator random) {
    int same = Arrays.mismatch(content.synced, content.bytes);
    if (same < 0) {
      return content.bytes;
    }
    if (same < content.synced.length) {
      return random.nextBoolean() ? content.bytes : content.synced;
    }
    int kept = random.nextInt(content.synced.length, content.bytes.length + 1);
    byte[] left = Arrays.copyOf(content.bytes, kept);
    int torn = Math.max(content.synced.length, kept - random.nextInt(SECTOR));
    switch (random.nextInt(3)) {
      case 0 -> Arrays.fill(left, torn, kept, (byte) 0);
      case 1 -> {
        for (int i = torn; i < kept; i++) {
          left[i] = (byte) random.nextInt();
        }
      }
      default -> {
      }
    }
    return left;
  }

  @Override
  public synchronized List<String> list(Path directory) {
    return files.keySet().stream().filter(path -> directory.equals(path.getParent()))
        .map(path -> path.getFileName().toString()).toList();
  }

  @Override
  public synchronized File open(Path path) {
    openFiles++;
    return new OpenFile(files.computeIfAbsent(path, key -> new Content()));
  }

  @Override
  public synchronized void delete(Path path) {
    files.remove(path);
  }

  @Override
  public synchronized void rename(Path from, Path to) {
    Content content = files.remove(from);
    files.put(to, content == null ? new Content() : content);
  }

  @Override
  public synchronized void syncDirectory(Path directory) throws IOException {
    failIf(syncFails, "Input/output error");
    syncedNames = new TreeMap<>(files);
  }

  private static void failIf(boolean fails, String why) throws IOException {
    if (fails) {
      throw new IOException(why);
    }
  }

  private final class OpenFile implements File {
    private final Content content;

    OpenFile(Content content) {
      this.content = content;
    }

    @Override
    public long size() {
      synchronized (CrashDisk.this) {
        return content.bytes.length;
      }
    }

    @Override
    public int read(long at, ByteBuffer into) {
      synchronized (CrashDisk.this) {
        int length = (int) Math.max(0, Math.min(into.remaining(), content.bytes.length - at));
        into.put(content.bytes, (int) at, length);
        return length;
      }
    }

    @Override
    public void write(long at, ByteBuffer from) throws IOException {
      synchronized (CrashDisk.this) {
        int fits = (int) Math.min(roomBytes, from.remaining());
        boolean full = fits < from.remaining();
        content.bytes = Arrays.copyOf(content.bytes, (int) Math.max(content.bytes.length, at + fits));
        from.get(content.bytes, (int) at, fits);
        roomBytes -= fits;
        failIf(full, "No space left on device");
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (CrashDisk.this) {
        failIf(truncateFails, "Input/output error");
        content.bytes = Arrays.copyOf(content.bytes, (int) Math.min(size, content.bytes.length));
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (CrashDisk.this) {
        failIf(syncFails, "Input/output error");
        content.synced = content.bytes.clone();
      }
    }

    @Override
    public void close() {
      synchronized (CrashDisk.this) {
        openFiles--;
      }
    }
  }
}
