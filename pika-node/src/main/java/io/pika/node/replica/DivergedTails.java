package io.pika.node.replica;

import io.pika.node.history.SlotPosition;
import io.pika.node.log.LogCursor;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.log.LogSearch;
import io.pika.node.log.NodeLog;
import io.pika.node.log.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Keeps the records for the operator that only this replica has, when the slot is led with others: one file for each time, with
 * the records as they are in the log. Its name says table, slot, and position of the last one.
 */
final class DivergedTails {
  private final Path directory;
  private final NodeLog log;

  /** @param file null where there was nothing to write */
  record Kept(Path file, long records) {}

  DivergedTails(Path directory, NodeLog log) {
    this.directory = directory;
    this.log = log;
  }

  /**
   * Writes the records after an index, as far as the log has them. One that was written before stays.
   *
   * @param here newest record of the slot
   */
  Kept keep(Slot slot, SlotPosition here, long after) throws IOException {
    Path file = directory.resolve(
        slot.table() + "-" + slot.slot() + "-" + here.newest().epoch() + "-" + here.newest().index()
            + ".records");
    Files.createDirectories(directory);
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING)) {
      long records = write(slot, here, after, out);
      out.force(true);
      return new Kept(file, records);
    } catch (LogCursor.GoneException e) {
      throw new IOException("the log was trimmed meanwhile", e);
    }
  }

  private long write(Slot slot, SlotPosition here, long after, FileChannel out)
      throws IOException, LogCursor.GoneException {
    LogSearch.Found found = LogSearch.find(log, Map.of(slot,
        new LogSearch.Wanted(after + 1, here.logStart())));
    long records = 0;
    try (LogCursor cursor = new LogCursor(log, found.position())) {
      while (cursor.position() < here.logEnd()) {
        ByteBuffer frame = cursor.next();
        while (frame != null && frame.hasRemaining()) {
          RecordHeader header = RecordHeader.peek(frame);
          boolean wanted = header.table() == slot.table() && header.slot() == slot.slot()
              && header.position().index() > after && cursor.position() > here.logStart();
          if (wanted) {
            ByteBuffer record = frame.slice(frame.position(), header.bytes());
            while (record.hasRemaining()) {
              out.write(record);
            }
            records++;
          }
          frame.position(frame.position() + header.bytes());
        }
      }
    }
    return records;
  }
}
