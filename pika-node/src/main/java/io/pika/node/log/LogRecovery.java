package io.pika.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Reads what an earlier process left, hands out the records and leaves a log that ends at a whole frame.
 *
 * <p>Where a frame is not whole and no whole frame comes after it, in its file or in a later one, the process
 * died while writing: the tail is cut, nobody had been told that it was safe. Where a whole frame does come after,
 * something was lost that had been written before it: that is damage, and opening is refused unless the operator
 * accepts it. What a later frame says it knew to be synced tells a power loss from a changed disk.
 *
 * <p>Each file is synced before its records are handed out: a killed process may have left them in the operating
 * system's memory, and the store must never have on disk what the log has not.
 */
final class LogRecovery {
  private final Disk disk;
  private final Path directory;
  private final UUID storeId;
  private final byte[] salt;
  private final boolean acceptDamage;
  private final RecordConsumer consumer;
  private final List<Long> starts = new ArrayList<>();
  private final List<Path> moved = new ArrayList<>();
  private long records;
  private long cutBytes;

  /** @param starts start positions of the segments that are left, ascending; @param end end of the last frame */
  record Recovered(List<Long> starts, long end, LogReport report) {}

  LogRecovery(Disk disk, Path directory, UUID storeId, boolean acceptDamage, RecordConsumer consumer) {
    this.disk = disk;
    this.directory = directory;
    this.storeId = storeId;
    this.salt = SegmentHeader.salt(storeId);
    this.acceptDamage = acceptDamage;
    this.consumer = consumer;
  }

  /** @param from the position up to which the store has everything on disk */
  Recovered run(long from) throws IOException, DamagedLogException, LogException {
    disk.list(directory).stream().filter(SegmentHeader::isFileName).map(SegmentHeader::startOf).sorted()
        .forEach(starts::add);
    long end = readSegments(from);
    boolean firstMissing = starts.isEmpty() ? from > 0 : starts.getFirst() > from;
    if (firstMissing || end < from) {
      Path file = path(starts.isEmpty() || firstMissing ? from : starts.getLast());
      String what = firstMissing
          ? "records from position " + from + " on are missing"
          : "the log ends at position " + end + ", the store has seen " + from;
      refuseUnlessAccepted(new DamagedLogException(file, 0, true, what));
      if (end < from) {
        moveFrom(0, 0);
        end = from;
      }
    }
    return new Recovered(starts, end, new LogReport(records, cutBytes, moved));
  }

  private long readSegments(long from) throws IOException, DamagedLogException, LogException {
    long end = starts.isEmpty() ? 0 : starts.getFirst();
    for (int i = 0; i < starts.size(); i++) {
      if (i + 1 < starts.size() && starts.get(i + 1) <= from) {
        end = starts.get(i + 1);
        continue;
      }
      long start = starts.get(i);
      try (Disk.File file = disk.open(path(start))) {
        SegmentReader reader = new SegmentReader(file, start, salt);
        long badAt = readSegment(file, reader, start, from);
        boolean wholeFile = badAt >= SegmentHeader.BYTES && badAt == reader.fileSize();
        end = start + Math.max(0, badAt - SegmentHeader.BYTES);
        boolean nextFits = i + 1 == starts.size() || starts.get(i + 1) == end;
        if (!wholeFile || !nextFits) {
          cut(i, badAt, file, reader, end);
          return end;
        }
      }
    }
    return end;
  }

  /** Hands out the records. Returns the offset behind the last whole frame; 0: there is no whole header. */
  private long readSegment(Disk.File file, SegmentReader reader, long start, long from)
      throws IOException, LogException {
    if (!hasHeader(file, start)) {
      return 0;
    }
    file.sync();
    long offset = SegmentHeader.BYTES;
    for (SegmentReader.Found found = reader.frameAt(offset); found != null; found = reader.frameAt(offset)) {
      if (found.end() > from) {
        handOut(found);
      }
      offset += found.end() - found.position();
    }
    return offset;
  }

  private void handOut(SegmentReader.Found found) {
    ByteBuffer in = found.records();
    long end = found.end();
    while (in.hasRemaining()) {
      consumer.accept(end, LogRecord.decode(in));
      records++;
    }
  }

  private boolean hasHeader(Disk.File file, long start) throws IOException, LogException {
    ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
    file.read(0, bytes);
    if (!SegmentHeader.isWhole(bytes.flip())) {
      return false;
    }
    SegmentHeader header = SegmentHeader.decode(bytes);
    if (header.formatVersion() > SegmentHeader.FORMAT_VERSION) {
      throw new LogException(LogException.Kind.FOREIGN, "log file " + path(start) + " has format "
          + header.formatVersion() + ", this version knows formats up to " + SegmentHeader.FORMAT_VERSION
          + "; start a newer version");
    }
    if (!header.storeId().equals(storeId)) {
      throw new LogException(LogException.Kind.FOREIGN, "log file " + path(start)
          + " belongs to store " + header.storeId() + ", this is store " + storeId);
    }
    return header.startPosition() == start;
  }

  private void cut(int segment, long badAt, Disk.File file, SegmentReader reader, long end)
      throws IOException, DamagedLogException {
    long syncedTo = reader.syncedToAfter(Math.max(badAt, SegmentHeader.BYTES));
    for (int i = segment + 1; i < starts.size(); i++) {
      try (Disk.File later = disk.open(path(starts.get(i)))) {
        syncedTo = Math.max(syncedTo,
            new SegmentReader(later, starts.get(i), salt).syncedToAfter(SegmentHeader.BYTES));
      }
    }
    if (syncedTo < 0) {
      cutTail(segment, badAt, file);
      return;
    }
    refuseUnlessAccepted(new DamagedLogException(path(starts.get(segment)), badAt, syncedTo > end,
        "something is missing or not whole, and whole frames follow"));
    moveFrom(segment, badAt);
  }

  private void cutTail(int segment, long badAt, Disk.File file) throws IOException {
    cutBytes = file.size() - badAt;
    boolean keep = badAt >= SegmentHeader.BYTES;
    if (keep) {
      file.truncate(badAt);
      file.sync();
    }
    for (int i = starts.size() - 1; i >= segment + (keep ? 1 : 0); i--) {
      disk.delete(path(starts.remove(i)));
    }
    disk.syncDirectory(directory);
  }

  /** Keeps everything from a place in a segment on in side files. */
  private void moveFrom(int segment, long offset) throws IOException {
    Path folder = directory.resolve("damaged");
    disk.list(folder);
    for (int i = starts.size() - 1; i >= segment; i--) {
      Path source = path(starts.get(i));
      boolean keepHead = i == segment && offset >= SegmentHeader.BYTES;
      Path side = free(folder, source.getFileName() + (keepHead ? "-from-" + offset : ""));
      if (keepHead) {
        copyTail(source, offset, side);
      } else {
        disk.rename(source, side);
        starts.remove(i);
      }
      moved.addFirst(side);
    }
    disk.syncDirectory(folder);
    disk.syncDirectory(directory);
  }

  private void copyTail(Path source, long offset, Path side) throws IOException {
    try (Disk.File from = disk.open(source); Disk.File to = disk.open(side)) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
      long size = from.size();
      for (long at = offset; at < size; at += buffer.limit()) {
        buffer.clear();
        from.read(at, buffer);
        to.write(at - offset, buffer.flip());
      }
      to.sync();
      from.truncate(offset);
      from.sync();
    }
  }

  private Path free(Path folder, String name) throws IOException {
    List<String> taken = disk.list(folder);
    String free = name;
    for (int i = 2; taken.contains(free); i++) {
      free = name + "-" + i;
    }
    return folder.resolve(free);
  }

  private void refuseUnlessAccepted(DamagedLogException damage) throws DamagedLogException {
    if (!acceptDamage) {
      throw damage;
    }
  }

  private Path path(long start) {
    return directory.resolve(SegmentHeader.fileName(start));
  }
}
