package io.pika.core.journal;

import io.pika.core.bytes.Bytes;
import io.pika.core.journal.JournalException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * State that survives a crash at any instant: one file with a snapshot of the state, followed by what was
 * appended since, each append whole or not there at all. A new snapshot is a new file that takes the old one's
 * place in one step.
 *
 * <pre>
 * file   | header ({@link JournalFormat}) | frames of the snapshot | end of snapshot | one frame per append ...
 * frame  | magic u32 | crc32c u32 of the rest | length u32 of the payload | sequence u64 | type u8 | payload |
 * payload| count u32 | (length u32, record) ... |
 * </pre>
 *
 * A frame is forced to the disk before the next one is written, so a crash can only spoil the last one: a bad
 * frame with nothing valid behind it is a torn tail and is cut; one with something valid behind it, or inside the
 * snapshot, is damage, and the file is refused. Not for use by several threads at a time.
 */
public final class Journal implements Closeable {
  public static final int MAX_APPEND_BYTES = 64 << 20;
  static final String FILE = "journal";
  private static final String NEW_FILE = "journal.new";
  private static final int MAGIC = 0x50694b4a;
  private static final int FRAME_HEADER_BYTES = 21;
  private static final int SNAPSHOT_FRAME_BYTES = 1 << 20;
  private static final long MIN_COMPACTION_BYTES = 4L << 20;
  private static final byte SNAPSHOT = 1;
  private static final byte SNAPSHOT_END = 2;
  private static final byte APPEND = 3;

  private final Disk disk;
  private final JournalFormat format;
  private final Closeable lock;
  private Disk.Output output;
  /** Where the last good frame ends. */
  private long end;
  private long snapshotEnd;
  private long sequence;
  private long cutBytes;
  private boolean broken;

  /** Gets the state back at opening, in the order it was written. */
  public interface Recovery {
    /** One record of the snapshot. */
    void snapshot(Bytes record);

    /** One record that was appended after the snapshot. */
    void appended(Bytes record);
  }

  private Journal(Disk disk, JournalFormat format, Closeable lock, Recovery recovery) throws IOException {
    this.disk = disk;
    this.format = format;
    this.lock = lock;
    if (disk.files().contains(FILE)) {
      disk.delete(NEW_FILE);
      disk.read(FILE, content -> recover(content, recovery));
      output = disk.append(FILE);
      if (output.size() > end) {
        cutBytes = output.size() - end;
        output.truncate(end);
        output.force();
      }
    } else {
      output = replace(List.of());
    }
  }

  /** Locks the directory and shows what it holds to {@code recovery}; a fresh directory holds nothing. */
  public static Journal open(Disk disk, JournalFormat format, Recovery recovery) throws IOException {
    Closeable lock = disk.lock();
    try {
      return new Journal(disk, format, lock, recovery);
    } catch (IOException | RuntimeException failure) {
      lock.close();
      throw failure;
    }
  }

  /** Bytes of a half-written append that were cut off at opening; 0 after a clean stop. */
  public long cutBytes() {
    return cutBytes;
  }

  public long bytes() {
    return end;
  }

  /**
   * Makes records durable, all or none. An IOException that is not of kind BROKEN (a full disk) has changed
   * nothing, and later appends may work.
   */
  public void append(List<Bytes> records) throws IOException {
    refuseIfBroken();
    ByteBuffer frame = frame(APPEND, records);
    try {
      output.write(frame);
    } catch (IOException failure) {
      takeBack(failure);
      throw failure;
    }
    try {
      output.force();
    } catch (IOException failure) {
      throw broken("the disk did not take an append", failure);
    }
    end += FRAME_HEADER_BYTES + frame.getInt(8);
    sequence++;
  }

  /** Whether appends have grown beyond the state, so that the file stays within about twice its size. */
  public boolean compactionDue() {
    return compactionDue(MIN_COMPACTION_BYTES);
  }

  /** @param minBytes appends of fewer bytes than this are not worth a new snapshot, however small the state is */
  public boolean compactionDue(long minBytes) {
    return end - snapshotEnd > Math.max(minBytes, snapshotEnd);
  }

  /** Replaces the file by a snapshot of the whole state. On failure the old file goes on. */
  public void compact(Iterable<Bytes> state) throws IOException {
    refuseIfBroken();
    Position before = new Position(end, snapshotEnd, sequence);
    Disk.Output old = output;
    try {
      output = replace(state);
    } catch (IOException failure) {
      end = before.end;
      snapshotEnd = before.snapshotEnd;
      sequence = before.sequence;
      disk.delete(NEW_FILE);
      throw failure;
    }
    old.close();
  }

  private record Position(long end, long snapshotEnd, long sequence) {}

  @Override
  public void close() throws IOException {
    try (lock) {
      output.close();
    }
  }

  private Disk.Output replace(Iterable<Bytes> state) throws IOException {
    disk.delete(NEW_FILE);
    Disk.Output fresh = disk.append(NEW_FILE);
    boolean done = false;
    try {
      sequence = 0;
      fresh.write(format.header());
      List<Bytes> batch = new ArrayList<>();
      int bytes = 0;
      for (Iterator<Bytes> records = state.iterator(); records.hasNext();) {
        Bytes next = records.next();
        batch.add(next);
        bytes += next.size();
        if (bytes >= SNAPSHOT_FRAME_BYTES || !records.hasNext()) {
          fresh.write(frame(SNAPSHOT, batch));
          sequence++;
          batch.clear();
          bytes = 0;
        }
      }
      fresh.write(frame(SNAPSHOT_END, List.of()));
      sequence++;
      fresh.force();
      end = fresh.size();
      snapshotEnd = end;
      try {
        disk.rename(NEW_FILE, FILE);
      } catch (IOException failure) {
        throw broken("a new snapshot did not get into place", failure);
      }
      done = true;
      return fresh;
    } finally {
      if (!done) {
        fresh.close();
      }
    }
  }

  private ByteBuffer frame(byte type, List<Bytes> records) throws IOException {
    long length = 4;
    for (Bytes record : records) {
      length += 4L + record.size();
    }
    if (length > MAX_APPEND_BYTES) {
      throw new IOException(length + " bytes in one append; the most is " + MAX_APPEND_BYTES);
    }
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER_BYTES + (int) length);
    frame.putInt(MAGIC).putInt(0).putInt((int) length).putLong(sequence + 1).put(type)
        .putInt(records.size());
    records.forEach(record -> frame.putInt(record.size()).put(record.array()));
    frame.flip();
    frame.putInt(4, checksum(frame, 0, (int) length));
    return frame;
  }

  private void takeBack(IOException failure) throws IOException {
    try {
      output.truncate(end);
    } catch (IOException again) {
      failure.addSuppressed(again);
      throw broken("an append failed halfway", failure);
    }
  }

  private JournalException broken(String what, IOException cause) {
    broken = true;
    return new JournalException(Kind.BROKEN,
        "journal in " + disk.name() + ": " + what + " (" + cause.getMessage()
            + "); what is on the disk is not known until the journal is opened again",
        cause);
  }

  private void refuseIfBroken() throws JournalException {
    if (broken) {
      throw new JournalException(Kind.BROKEN, "journal in " + disk.name()
          + " takes no writes since one failed; restart the process after the disk has been looked at");
    }
  }

  private void recover(ByteBuffer content, Recovery recovery) throws IOException {
    String file = disk.name() + "/" + FILE;
    format.check(content, file);
    int offset = JournalFormat.HEADER_BYTES;
    boolean inSnapshot = true;
    while (offset < content.limit() && isFrame(content, offset, sequence + 1)) {
      byte type = content.get(offset + 20);
      if (inSnapshot ? type != SNAPSHOT && type != SNAPSHOT_END : type != APPEND) {
        throw damaged(file, offset, "a frame of type " + type + " does not belong there");
      }
      show(content, offset, type, recovery);
      sequence++;
      offset += FRAME_HEADER_BYTES + content.getInt(offset + 8);
      if (type == SNAPSHOT_END) {
        inSnapshot = false;
        snapshotEnd = offset;
      }
    }
    end = offset;
    if (inSnapshot) {
      throw damaged(file, offset, "the snapshot is not whole");
    }
    for (int later = offset + 1; later <= content.limit() - FRAME_HEADER_BYTES; later++) {
      if (content.getInt(later) == MAGIC && isWhole(content, later)
          && content.getLong(later + 12) > sequence) {
        throw damaged(file, offset, "whole records follow at offset " + later);
      }
    }
  }

  private static JournalException damaged(String file, long offset, String why) {
    return new JournalException(Kind.DAMAGED, file + " is damaged at offset " + offset + ": " + why
        + "; this is not the mark of a crash but of a failing disk or a foreign hand, so nothing was changed;"
        + " restore the directory from a backup");
  }

  private static void show(ByteBuffer content, int offset, byte type, Recovery recovery) {
    ByteBuffer payload = content.slice(offset + FRAME_HEADER_BYTES, content.getInt(offset + 8));
    int count = payload.getInt();
    for (int i = 0; i < count; i++) {
      byte[] record = new byte[payload.getInt()];
      payload.get(record);
      if (type == SNAPSHOT) {
        recovery.snapshot(Bytes.of(record));
      } else {
        recovery.appended(Bytes.of(record));
      }
    }
  }

  private static boolean isFrame(ByteBuffer content, int offset, long expectedSequence) {
    return content.limit() - offset >= FRAME_HEADER_BYTES && content.getInt(offset) == MAGIC
        && content.getLong(offset + 12) == expectedSequence && isWhole(content, offset);
  }

  private static boolean isWhole(ByteBuffer content, int offset) {
    int length = content.getInt(offset + 8);
    return length >= 4 && length <= content.limit() - offset - FRAME_HEADER_BYTES
        && content.getInt(offset + 4) == checksum(content, offset, length);
  }

  private static int checksum(ByteBuffer content, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(content.slice(offset + 8, FRAME_HEADER_BYTES - 8 + length));
    return (int) crc.getValue();
  }
}
