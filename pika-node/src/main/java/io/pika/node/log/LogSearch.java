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
   * What is needed of a slot.
   *
   * @param first index
   * @param behind position of the log up to which records are none of the slot's contents: they were, before it was copied
   */
  public record Wanted(long first, long behind) {}

  /**
   * @param position to read from; records that nobody asked for come too
   * @param gone slots whose records the log does not have any more
   */
  public record Found(long position, Set<Slot> gone) {}

  private LogSearch() {}

  /**
   * @param wanted of each slot; the log has been written at least so far
   * @throws LogCursor.GoneException the log was trimmed meanwhile: try again
   */
  public static Found find(NodeLog log, Map<Slot, Wanted> wanted)
      throws IOException, LogCursor.GoneException {
    Map<Slot, Wanted> missing = new HashMap<>(wanted);
    Set<Slot> gone = new HashSet<>();
    List<Long> starts = log.segmentStarts();
    long position = log.endPosition();
    for (int i = starts.size() - 1; i >= 0 && !missing.isEmpty(); i--) {
      long end = i + 1 < starts.size() ? starts.get(i + 1) : log.endPosition();
      missing.entrySet().removeIf(each -> each.getValue().behind() >= end && gone.add(each.getKey()));
      if (scan(log, starts.get(i), end, missing)) {
        position = starts.get(i);
      }
    }
    gone.addAll(missing.keySet());
    return new Found(position, gone);
  }

  /** Takes away the slots that need not be looked for further back. Whether there is anything that is wanted. */
  private static boolean scan(NodeLog log, long start, long end, Map<Slot, Wanted> missing)
      throws IOException, LogCursor.GoneException {
    boolean any = false;
    Set<Slot> reached = new HashSet<>();
    try (LogCursor cursor = new LogCursor(log, start)) {
      while (cursor.position() < end) {
        ByteBuffer records = cursor.next();
        while (records != null && records.hasRemaining()) {
          RecordHeader header = RecordHeader.peek(records);
          Slot slot = new Slot(header.table(), header.slot());
          Wanted wanted = missing.get(slot);
          if (wanted != null && cursor.position() > wanted.behind()) {
            any |= header.position().index() >= wanted.first();
            if (header.position().index() <= wanted.first()) {
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
