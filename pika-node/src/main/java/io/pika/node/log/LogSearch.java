package io.pika.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds from where the log has to be read to get the records of some slots from some indexes on: goes over it backwards, segment by
 * segment, until it has come to all of them. Nothing is kept in memory for it while nobody asks.
 */
public final class LogSearch {
  /** A slot of a table. */
  public record Slot(int table, int slot) {}

  /**
   * @param position to read from; records that nobody asked for come too
   * @param gone slots whose records the log does not have any more
   */
  public record Found(long position, Set<Slot> gone) {}

  private LogSearch() {}

  /**
   * @param wanted the first index that is needed of each slot; the log has been written at least so far
   * @throws LogCursor.GoneException the log was trimmed meanwhile: try again
   */
  public static Found find(NodeLog log, Map<Slot, Long> wanted) throws IOException, LogCursor.GoneException {
    Map<Slot, Long> missing = new HashMap<>(wanted);
    List<Long> starts = log.segmentStarts();
    long position = log.endPosition();
    for (int i = starts.size() - 1; i >= 0 && !missing.isEmpty(); i--) {
      long end = i + 1 < starts.size() ? starts.get(i + 1) : log.endPosition();
      if (scan(log, starts.get(i), end, missing)) {
        position = starts.get(i);
      }
    }
    return new Found(position, new HashSet<>(missing.keySet()));
  }

  /** Takes away the slots that need not be looked for further back. Whether there is anything that is wanted. */
  private static boolean scan(NodeLog log, long start, long end, Map<Slot, Long> missing)
      throws IOException, LogCursor.GoneException {
    boolean any = false;
    Set<Slot> reached = new HashSet<>();
    try (LogCursor cursor = new LogCursor(log, start)) {
      while (cursor.position() < end) {
        ByteBuffer records = cursor.next();
        while (records != null && records.hasRemaining()) {
          RecordHeader header = RecordHeader.peek(records);
          Slot slot = new Slot(header.table(), header.slot());
          Long first = missing.get(slot);
          if (first != null) {
            any |= header.position().index() >= first;
            if (header.position().index() <= first) {
              reached.add(slot);
            }
          }
          records.position(records.position() + header.bytes());
        }
      }
    }
    missing.keySet().removeAll(reached);
    return any;
  }
}
