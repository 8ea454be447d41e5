package io.pika.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLogTest {
  private static final Path DIR = Path.of("/log");
  private static final UUID STORE = new UUID(7, 8);
  private static final LogOptions OPTIONS = new LogOptions(FsyncMode.ALWAYS, 400, false);

  private final CrashDisk disk = new CrashDisk();
  private final List<Long> recovered = new ArrayList<>();

  private NodeLog open(CrashDisk from, LogOptions options, long position) throws Exception {
    recovered.clear();
    return NodeLog.open(from, DIR, STORE, options, position, (end, record) -> recovered.add(record.index()))
        .log();
  }

  private NodeLog open(CrashDisk from) throws Exception {
    return open(from, OPTIONS, 0);
  }

  private static RecordBuffer record(long index) {
    RecordBuffer records = new RecordBuffer();
    records.begin(1, 2, 3, index, 4);
    records.put(new byte[]{1, (byte) index}, ("value " + index).getBytes(StandardCharsets.UTF_8));
    records.end(5);
    return records;
  }

  private static List<Long> upTo(long last) {
    List<Long> all = new ArrayList<>();
    for (long i = 1; i <= last; i++) {
      all.add(i);
    }
    return all;
  }

  private long write(NodeLog log, int from, int to) throws LogException {
    long end = 0;
    for (int i = from; i <= to; i++) {
      end = log.append(record(i));
    }
    return end;
  }

  @Test
  void recordsComeBackInOrderOverManySegments() throws Exception {
    write(open(disk), 1, 50);
    assertThat(disk.paths()).hasSizeGreaterThan(5);
    NodeLog again = open(disk);
    assertThat(recovered).isEqualTo(upTo(50));
    write(again, 51, 60);
    open(disk);
    assertThat(recovered).isEqualTo(upTo(60));
  }

  @Test
  void recoveryHandsOutOnlyWhatLiesBehindThePosition() throws Exception {
    NodeLog log = open(disk);
    long middle = write(log, 1, 20);
    write(log, 21, 30);
    open(disk, OPTIONS, middle);
    assertThat(recovered).startsWith(21L).endsWith(30L).hasSize(10);
  }

  @Test
  void tailThatIsTornAtAnyByteIsCut() throws Exception {
    LogOptions large = new LogOptions(FsyncMode.ALWAYS, 1 << 20, false);
    NodeLog log = open(disk, large, 0);
    long[] ends = new long[4];
    for (int i = 1; i <= 3; i++) {
      ends[i] = log.append(record(i));
    }
    Path file = disk.paths().getFirst();
    byte[] whole = disk.content(file);
    for (int length = SegmentHeader.BYTES; length < whole.length; length++) {
      disk.content(file, Arrays.copyOf(whole, length));
      NodeLog again = open(disk, large, 0);
      long left = length - SegmentHeader.BYTES;
      int frames = left < ends[1] ? 0 : left < ends[2] ? 1 : 2;
      assertThat(recovered).as("cut at %d", length).isEqualTo(upTo(frames));
      assertThat(again.endPosition()).isEqualTo(ends[frames]);
      again.append(record(frames + 1));
      open(disk, large, 0);
      assertThat(recovered).as("appended after a cut at %d", length).isEqualTo(upTo(frames + 1));
    }
  }

  @Test
  void fileThatIsTornInItsHeaderIsMadeAnew() throws Exception {
    write(open(disk), 1, 1);
    Path file = disk.paths().getFirst();
    byte[] whole = disk.content(file);
    for (int length = 0; length < SegmentHeader.BYTES; length++) {
      disk.content(file, Arrays.copyOf(whole, length));
      NodeLog again = open(disk);
      assertThat(recovered).isEmpty();
      write(again, 1, 1);
      open(disk);
      assertThat(recovered).containsExactly(1L);
    }
  }

  @Test
  void anyChangedByteIsRefusedOrCutAndNeverReadAsAValue() throws Exception {
    write(open(disk), 1, 12);
    List<Path> paths = disk.paths();
    for (Path path : paths) {
      byte[] whole = disk.content(path);
      for (int at = 0; at < whole.length; at++) {
        byte[] changed = whole.clone();
        changed[at] ^= 0x40;
        CrashDisk copy = disk.copy();
        copy.content(path, changed);
        boolean opened = true;
        try {
          open(copy);
        } catch (DamagedLogException e) {
          opened = false;
          assertThat(e.file()).isEqualTo(path);
          assertThat(e.offset()).isLessThanOrEqualTo(at);
        } catch (LogException e) {
          opened = false;
        }
        assertThat(recovered).isEqualTo(upTo(recovered.size()));
        assertThat(opened).as("%s byte %d", path, at).isEqualTo(path.equals(paths.getLast()) && opened);
      }
    }
  }

  @Test
  void damageOfWhatWasSyncedIsToldFromWhatAPowerLossLeaves() throws Exception {
    NodeLog log = open(disk, new LogOptions(FsyncMode.ALWAYS, 1 << 20, false), 0);
    long first = write(log, 1, 2);
    log.sync();
    write(log, 3, 5);
    Path file = disk.paths().getFirst();
    byte[] whole = disk.content(file);
    for (boolean synced : new boolean[]{true, false}) {
      byte[] changed = whole.clone();
      int at = SegmentHeader.BYTES + (int) (synced ? first - 1 : first + 1);
      changed[at] ^= 1;
      disk.content(file, changed);
      assertThatThrownBy(() -> open(disk)).isInstanceOfSatisfying(DamagedLogException.class,
          e -> assertThat(e.synced()).isEqualTo(synced)).hasMessageContaining("offset")
          .hasMessageContaining("--accept-log-damage");
    }
  }

  @Test
  void acceptedDamageKeepsTheRestInSideFiles() throws Exception {
    LogOptions accept = new LogOptions(FsyncMode.ALWAYS, 400, true);
    write(open(disk), 1, 30);
    Path second = disk.paths().get(1);
    byte[] changed = disk.content(second);
    changed[changed.length / 2] ^= 1;
    disk.content(second, changed);
    int files = disk.paths().size();
    assertThatThrownBy(() -> open(disk)).isInstanceOf(DamagedLogException.class);
    NodeLog.Opened opened = NodeLog.open(disk, DIR, STORE, accept, 0, (end, record) -> {});
    assertThat(opened.report().moved()).hasSize(files - 1);
    assertThat(disk.list(DIR.resolve("damaged"))).hasSize(files - 1);
    long kept = opened.report().records();
    open(disk);
    assertThat(recovered).isEqualTo(upTo(kept));
  }

  @Test
  void missingSegmentIsDamage() throws Exception {
    write(open(disk), 1, 30);
    CrashDisk middleGone = disk.copy();
    middleGone.delete(disk.paths().get(2));
    assertThatThrownBy(() -> open(middleGone)).isInstanceOf(DamagedLogException.class);
    CrashDisk beginGone = disk.copy();
    beginGone.delete(disk.paths().getFirst());
    assertThatThrownBy(() -> open(beginGone)).isInstanceOf(DamagedLogException.class);
    CrashDisk endGone = disk.copy();
    endGone.delete(disk.paths().getLast());
    long end = open(disk).endPosition();
    assertThatThrownBy(() -> open(endGone, OPTIONS, end)).isInstanceOf(DamagedLogException.class)
        .hasMessageContaining("the store has seen " + end);
  }

  @Test
  void acceptedLossOfTheWholeLogGoesOnBehindWhatTheStoreHas() throws Exception {
    NodeLog log = open(new CrashDisk(), new LogOptions(FsyncMode.ALWAYS, 400, true), 5000);
    assertThat(log.endPosition()).isEqualTo(5000);
    assertThat(log.append(record(1))).isGreaterThan(5000);
  }

  @Test
  void newerFormatAndAnotherStoresFileAreRefused() throws Exception {
    write(open(disk), 1, 1);
    Path file = disk.paths().getFirst();
    byte[] whole = disk.content(file);
    for (SegmentHeader header : List.of(new SegmentHeader(2, STORE, 0),
        new SegmentHeader(1, new UUID(1, 1), 0))) {
      byte[] changed = whole.clone();
      ByteBuffer.wrap(changed).put(header.encode());
      disk.content(file, changed);
      assertThatThrownBy(() -> open(disk)).isInstanceOfSatisfying(LogException.class,
          e -> assertThat(e.kind()).isEqualTo(LogException.Kind.FOREIGN));
    }
  }

  @Test
  void fullDiskTakesNothingAndServesAgainWithSpace() throws Exception {
    for (int room = 0; room < 160; room++) {
      CrashDisk small = new CrashDisk();
      NodeLog log = open(small);
      log.append(record(1));
      small.room(room);
      int written = 1;
      try {
        while (true) {
          log.append(record(written + 1));
          written++;
        }
      } catch (LogException e) {
        assertThat(e.kind()).isEqualTo(LogException.Kind.RETRY);
        assertThat(e).hasMessage("No space left on device");
      }
      open(small.copy());
      assertThat(recovered).isEqualTo(upTo(written));
      small.room(Long.MAX_VALUE);
      write(log, written + 1, written + 3);
      open(small);
      assertThat(recovered).as("room for %d bytes", room).isEqualTo(upTo(written + 3));
    }
  }

  @Test
  void leftoverThatCannotBeCutAtOnceIsCutBeforeTheNextWrite() throws Exception {
    NodeLog log = open(disk, new LogOptions(FsyncMode.ALWAYS, 100, false), 0);
    write(log, 1, 1);
    disk.room(100);
    disk.truncateFails(true);
    assertThatThrownBy(() -> write(log, 2, 9)).isInstanceOf(LogException.class);
    disk.room(Long.MAX_VALUE);
    assertThatThrownBy(() -> write(log, 2, 2)).isInstanceOf(LogException.class);
    disk.truncateFails(false);
    long written = log.stats().appends();
    write(log, (int) written + 1, 9);
    open(disk);
    assertThat(recovered).isEqualTo(upTo(9));
  }

  @Test
  void failedSyncBreaksTheLogForGood() throws Exception {
    NodeLog log = open(disk);
    long end = write(log, 1, 1);
    AtomicReference<@Nullable LogException> heard = new AtomicReference<>();
    log.whenSafe(end, heard::set);
    disk.syncFails(true);
    assertThatThrownBy(log::sync).isInstanceOf(LogException.class);
    assertThat(heard.get()).isNotNull().hasMessageContaining("restarted");
    disk.syncFails(false);
    assertThatThrownBy(() -> write(log, 2, 2)).isInstanceOfSatisfying(LogException.class,
        e -> assertThat(e.kind()).isEqualTo(LogException.Kind.BROKEN));
    assertThatThrownBy(log::sync).isInstanceOf(LogException.class);
    assertThat(log.syncedPosition()).isZero();
    heard.set(null);
    log.whenSafe(end, heard::set);
    assertThat(heard.get()).isNotNull();
    assertThat(log.stats().broken()).isTrue();
  }

  @Test
  void waitersHearWhenTheirPositionIsSafeAndNotBefore() throws Exception {
    NodeLog log = open(disk);
    long first = write(log, 1, 1);
    List<String> heard = new ArrayList<>();
    log.whenSafe(first, failure -> heard.add("first"));
    assertThat(heard).isEmpty();
    log.sync();
    assertThat(heard).containsExactly("first");
    long second = write(log, 2, 2);
    log.whenSafe(second, failure -> heard.add("second"));
    log.whenSafe(first, failure -> heard.add("first again"));
    assertThat(heard).containsExactly("first", "first again");
    log.fsync(FsyncMode.NO);
    log.whenSafe(second, failure -> heard.add("second, without sync"));
    assertThat(heard).containsExactly("first", "first again", "second, without sync");
    log.sync();
    assertThat(heard).hasSize(4);
  }

  @Test
  void thoseWhoWaitWhenTheLogClosesAreServedByItsLastSync() throws Exception {
    NodeLog log = open(disk);
    List<Boolean> heard = new ArrayList<>();
    log.whenSafe(write(log, 1, 1), failure -> heard.add(failure == null));
    log.close();
    assertThat(heard).containsExactly(true);
    assertThatThrownBy(() -> write(log, 2, 2)).isInstanceOf(LogException.class);
  }

  @Test
  void trimClosesASegmentThatWasWhollySyncedBeforeTheNextOneBegan() throws Exception {
    NodeLog log = open(disk);
    while (log.endPosition() < OPTIONS.segmentBytes()) {
      log.append(record(1));
    }
    log.sync();
    while (log.endPosition() < 2 * OPTIONS.segmentBytes() || disk.paths().size() < 3) {
      log.append(record(2));
    }
    log.trim(log.endPosition());
    assertThat(disk.paths()).hasSize(2);
    assertThat(disk.openFiles()).isEqualTo(2);
  }

  /** The file that a refused write has begun is not on the disk: the one before it is all that says where the log ends. */
  @Test
  void whatIsTrimmedIsNotMissedAfterAPowerLoss() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      CrashDisk full = new CrashDisk();
      NodeLog log = open(full);
      int last = 0;
      do {
        log.append(record(++last));
      } while (log.endPosition() < OPTIONS.segmentBytes());
      log.sync();
      full.room(SegmentHeader.BYTES + 1);
      assertThatThrownBy(() -> log.append(record(100))).isInstanceOf(LogException.class);
      log.trim(log.endPosition());
      NodeLog again = open(full.afterPowerLoss(new SplittableRandom(seed)), OPTIONS, log.endPosition());
      assertThat(again.endPosition()).isEqualTo(log.endPosition());
    }
  }

  @Test
  void trimKeepsWhatTheStoreHasNot() throws Exception {
    NodeLog log = open(disk);
    long middle = write(log, 1, 20);
    write(log, 21, 40);
    log.trim(middle);
    assertThat(log.stats().startPosition()).isPositive().isLessThanOrEqualTo(middle);
    open(disk, OPTIONS, middle);
    assertThat(recovered).startsWith(21L).endsWith(40L).hasSize(20);
  }

  @Test
  void everySecondTheLogIsSyncedByItself(@TempDir Path directory) throws Exception {
    NodeLog log = NodeLog.open(new RealDisk(), directory, STORE,
        new LogOptions(FsyncMode.EVERYSEC, 1 << 20, false), 0, (end, record) -> {}).log();
    log.start();
    long end = write(log, 1, 1);
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> log.syncedPosition() == end);
    log.close();
  }

  @Test
  void alwaysSyncsOnceForAllThatWait(@TempDir Path directory) throws Exception {
    NodeLog log = NodeLog.open(new RealDisk(), directory, STORE,
        new LogOptions(FsyncMode.ALWAYS, 1 << 14, false), 0, (end, record) -> {}).log();
    List<Long> heard = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      long end = write(log, i, i);
      log.whenSafe(end, failure -> heard.add(end));
    }
    log.start();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> log.syncedPosition() == log.endPosition());
    log.close();
    assertThat(heard).hasSize(500).isSorted();
    assertThat(log.stats().syncs()).isLessThan(10);
    assertThat(Files.list(directory).count()).isGreaterThan(1);
    recovered.clear();
    NodeLog.open(new RealDisk(), directory, STORE, OPTIONS, 0,
        (end, record) -> recovered.add(record.index()));
    assertThat(recovered).isEqualTo(upTo(500));
  }

  @Test
  void interruptedWriterDoesNotCloseTheLog(@TempDir Path directory) throws Exception {
    NodeLog log = NodeLog.open(new RealDisk(), directory, STORE, OPTIONS, 0, (end, record) -> {}).log();
    write(log, 1, 1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> write(log, 2, 2)).isInstanceOf(LogException.class);
    assertThat(Thread.interrupted()).isTrue();
    write(log, 2, 3);
    log.close();
    recovered.clear();
    NodeLog.open(new RealDisk(), directory, STORE, OPTIONS, 0,
        (end, record) -> recovered.add(record.index()));
    assertThat(recovered).isEqualTo(upTo(3));
  }
}
