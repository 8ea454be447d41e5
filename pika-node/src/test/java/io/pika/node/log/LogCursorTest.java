package io.pika.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LogCursorTest {
  private static final LogOptions OPTIONS = new LogOptions(FsyncMode.ALWAYS, 400, false);
  private static final int TABLE = 1;

  private final CrashDisk disk = new CrashDisk();
  private final NodeLog log = open();
  /** Index of the newest record, by slot. */
  private final Map<Integer, Long> newest = new HashMap<>();

  private NodeLog open() {
    try {
      return NodeLog.open(disk, Path.of("/log"), new UUID(7, 8), OPTIONS, 0, (end, record) -> {}).log();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** One frame with a record of each of these slots. */
  private long append(int... slots) throws LogException {
    RecordBuffer records = new RecordBuffer();
    for (int slot : slots) {
      records.begin(TABLE, slot, 1, newest.merge(slot, 1L, Long::sum), 4);
      records.put(new byte[]{1, (byte) slot}, new byte[20]);
      records.end(1);
    }
    return log.append(records);
  }

  private record Read(int slot, long index) {}

  private static List<Read> read(LogCursor cursor) throws Exception {
    List<Read> found = new ArrayList<>();
    for (ByteBuffer records = cursor.next(); records != null; records = cursor.next()) {
      while (records.hasRemaining()) {
        RecordHeader header = RecordHeader.peek(records);
        int checksum = header.checksum(records);
        LogRecord record = LogRecord.decode(records);
        assertThat(record.checksum()).isEqualTo(checksum);
        assertThat(record.table()).isEqualTo(header.table());
        found.add(new Read(header.slot(), header.position().index()));
      }
    }
    return found;
  }

  @Test
  void whatIsAppendedIsReadInOrderWhileTheLogGrows() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<Read> written = new ArrayList<>();
    List<Read> found = new ArrayList<>();
    try (LogCursor cursor = new LogCursor(log, 0)) {
      for (int i = 0; i < 500; i++) {
        int slot = random.nextInt(3);
        append(slot, 7);
        written.add(new Read(slot, newest.getOrDefault(slot, 0L)));
        written.add(new Read(7, newest.getOrDefault(7, 0L)));
        if (random.nextInt(4) == 0) {
          found.addAll(read(cursor));
          assertThat(cursor.position()).isEqualTo(log.endPosition());
        }
      }
      found.addAll(read(cursor));
    }
    assertThat(found).isEqualTo(written);
    log.sync();
    assertThat(disk.openFiles()).isEqualTo(1);
  }

  @Test
  void whatAFailedWriteLeftIsNotRead() throws Exception {
    try (LogCursor cursor = new LogCursor(log, 0)) {
      append(1);
      assertThat(read(cursor)).containsExactly(new Read(1, 1));
      disk.room(40);
      disk.truncateFails(true);
      assertThatThrownBy(() -> append(2)).isInstanceOf(LogException.class);
      assertThat(read(cursor)).isEmpty();
      disk.room(Long.MAX_VALUE);
      disk.truncateFails(false);
      newest.clear();
      append(3);
      append(4);
      assertThat(read(cursor)).containsExactly(new Read(3, 1), new Read(4, 1));
    }
  }

  @Test
  void trimmedPartsAreGoneAndNoFileIsMadeForThem() throws Exception {
    for (int i = 0; i < 30; i++) {
      append(1);
    }
    log.sync();
    log.trim(log.endPosition());
    int files = disk.paths().size();
    try (LogCursor cursor = new LogCursor(log, 0)) {
      assertThatThrownBy(cursor::next).isInstanceOf(LogCursor.GoneException.class);
    }
    assertThat(disk.paths()).hasSize(files);
  }

  @Test
  void someOfTheLogIsKeptForReaders() throws Exception {
    log.keep(2_000);
    for (int i = 0; i < 100; i++) {
      append(1);
    }
    log.sync();
    log.trim(log.endPosition());
    long kept = log.endPosition() - log.stats().startPosition();
    assertThat(kept).isBetween(2_000L, 2_600L);
  }

  @Test
  void searchFindsWhereEverythingWantedFollows() throws Exception {
    for (long seed = 1; seed <= 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = random.nextInt(20); i > 0; i--) {
        append(random.nextInt(6), 6 + random.nextInt(6));
      }
      if (random.nextInt(5) == 0) {
        log.sync();
        log.trim(random.nextLong(log.endPosition() + 1));
      }
      Map<LogSearch.Slot, LogSearch.Wanted> wanted = new HashMap<>();
      newest.forEach((slot, index) -> {
        if (random.nextBoolean()) {
          long behind = random.nextInt(4) == 0 ? random.nextLong(log.endPosition()) : 0;
          wanted.put(new LogSearch.Slot(TABLE, slot),
              new LogSearch.Wanted(random.nextLong(1, index + 1), behind));
        }
      });
      check(LogSearch.find(log, wanted), wanted, seed);
    }
  }

  private void check(LogSearch.Found found, Map<LogSearch.Slot, LogSearch.Wanted> wanted, long seed)
      throws Exception {
    Map<Read, Long> from = ends(found.position());
    Map<Read, Long> all = ends(log.stats().startPosition());
    wanted.forEach((slot, what) -> {
      Read first = new Read(slot.slot(), what.first());
      boolean there = all.getOrDefault(first, 0L) > what.behind();
      assertThat(found.gone().contains(slot)).as("seed %d %s", seed, slot).isEqualTo(!there);
      assertThat(!there || from.containsKey(first)).as("seed %d %s", seed, slot).isTrue();
    });
  }

  /** Records from a position on, and where the log ends behind each. */
  private Map<Read, Long> ends(long position) throws Exception {
    Map<Read, Long> found = new HashMap<>();
    try (LogCursor cursor = new LogCursor(log, position)) {
      for (ByteBuffer records = cursor.next(); records != null; records = cursor.next()) {
        while (records.hasRemaining()) {
          LogRecord record = LogRecord.decode(records);
          found.put(new Read(record.slot(), record.index()), cursor.position());
        }
      }
    }
    return found;
  }

  @Test
  void whoWaitsIsWokenByAnAppend() throws Exception {
    try (LogCursor cursor = new LogCursor(log, 0)) {
      Thread waiter = Thread.ofPlatform().start(() -> {
        try {
          cursor.await(Duration.ofSeconds(60).toNanos());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
      Awaitility.await().until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
      append(1);
      waiter.join(10_000);
      assertThat(waiter.isAlive()).isFalse();
    }
  }
}
