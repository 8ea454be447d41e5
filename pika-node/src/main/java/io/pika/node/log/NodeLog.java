package io.pika.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's one log: what a write waits for, and the truth from which the store is made again after a crash.
 *
 * <p>It is a sequence of segment files, named after the position of their first frame. A position is a count of
 * frame bytes since the log's begin; what {@link #append} returns is the position behind the frame. Any thread
 * appends; one thread syncs, for everybody who waits at that time (group commit).
 *
 * <p>A failed write is taken back and the next one may succeed. A failed sync is for good: the operating system
 * may have dropped the pages and would call the next sync a success, so from then on nothing is written and nobody
 * is told that anything is safe (see the PostgreSQL "fsyncgate" of 2018).
 */
public final class NodeLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLog.class);
  private static final int MOST_HELD = 4;
  private static final long EVERYSEC_NANOS = 1_000_000_000L;

  private final Disk disk;
  private final Path directory;
  private final UUID storeId;
  private final byte[] salt;
  private final long segmentBytes;
  private volatile FsyncMode mode;
  private volatile long keepBytes;
  private volatile long heldFrom = Long.MAX_VALUE;

  /** Guards the segments and the writing of frames; never held during a sync. */
  private final ReentrantLock appendLock = new ReentrantLock();
  /** All segments, oldest first; the last one is written to. */
  private final ArrayDeque<Segment> segments = new ArrayDeque<>();
  private volatile long end;
  /** A write failed and so did taking it back: the file is longer than the log. */
  private boolean tailDirty;
  private long appends;
  private long failedAppends;

  /** Held by whoever syncs. */
  private final ReentrantLock syncLock = new ReentrantLock();
  private final AtomicLong synced = new AtomicLong();
  private volatile long syncs;
  private volatile long syncNanos;

  /** Guards the waiters, and wakes the thread that syncs for them. */
  private final ReentrantLock waitLock = new ReentrantLock();
  private final Condition work = waitLock.newCondition();
  private final LogSignal appended = new LogSignal();
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
  private volatile @Nullable LogException failure;
  private @Nullable Thread syncer;

  private record Waiter(long position, SafeCallback then) {}

  /** A file that was not created by this process has nothing that is not synced: recovery did that. */
  private static final class Segment {
    final long start;
    final Path path;
    /** Open while the segment is written to or has something to sync. */
    Disk.@Nullable File file;
    volatile boolean nameSynced;

    Segment(long start, Path path, Disk.@Nullable File file, boolean nameSynced) {
      this.start = start;
      this.path = path;
      this.file = file;
      this.nameSynced = nameSynced;
    }
  }

  /** What opening returned. */
  public record Opened(NodeLog log, LogReport report) {}

  private NodeLog(Disk disk, Path directory, UUID storeId, LogOptions options) {
    this.disk = disk;
    this.directory = directory;
    this.storeId = storeId;
    this.salt = SegmentHeader.salt(storeId);
    this.segmentBytes = options.segmentBytes();
    this.mode = options.fsync();
  }

  /**
   * Recovers and opens. Nothing is synced by itself before {@link #start}.
   *
   * @param from the position up to which the caller has everything on its disk; records of frames that end after
   *     it are handed to the consumer
   */
  public static Opened open(Disk disk, Path directory, UUID storeId, LogOptions options, long from,
      RecordConsumer consumer) throws IOException, DamagedLogException, LogException {
    LogRecovery.Recovered found = new LogRecovery(disk, directory, storeId, options.acceptDamage(), consumer)
        .run(from);
    NodeLog log = new NodeLog(disk, directory, storeId, options);
    log.end = found.end();
    log.synced.set(found.end());
    for (long start : found.starts()) {
      Path path = directory.resolve(SegmentHeader.fileName(start));
      boolean last = start == found.starts().getLast();
      log.segments.add(new Segment(start, path, last ? disk.open(path) : null, true));
    }
    return new Opened(log, found.report());
  }

  /** Starts the thread that syncs. */
  public synchronized void start() {
    if (syncer == null && failure == null) {
      syncer = Thread.ofPlatform().name("node-log").daemon().start(this::syncUntilClosed);
    }
  }

  /**
   * Writes the records as one frame, all or nothing; the buffer stays as it is.
   *
   * @return the position behind the frame: what to wait for
   * @throws LogException the frame is not in the log
   */
  public long append(RecordBuffer records) throws LogException {
    appendLock.lock();
    try {
      refuseAfterFailure();
      try {
        Disk.File file = segmentFile();
        ByteBuffer frame = records.frame(salt, end, synced.get());
        long before = end;
        long after = before + frame.remaining();
        file.write(SegmentHeader.BYTES + before - segments.getLast().start, frame);
        end = after;
        appends++;
        if (before == synced.get()) {
          wake();
        }
        appended.tell();
        return after;
      } catch (IOException e) {
        failedAppends++;
        takeBack();
        throw new LogException(LogException.Kind.RETRY, reason(e), e);
      }
    } finally {
      appendLock.unlock();
    }
  }

  /** The last segment, without leftovers behind its last frame; a new one when it is full. */
  private Disk.File segmentFile() throws IOException, LogException {
    Segment last = segments.peekLast();
    if (tailDirty && last != null) {
      open(last).truncate(SegmentHeader.BYTES + end - last.start);
    }
    tailDirty = false;
    if (last == null || end - last.start >= segmentBytes) {
      if (last != null) {
        syncBeforeRoll(last);
      }
      last = newSegment();
      segments.add(last);
    }
    return open(last);
  }

  /**
   * A frame of the next file must not be on the disk before the last one of this file: a power loss would leave a
   * hole between files, which looks like damage. The writers wait for it, once a segment.
   */
  private void syncBeforeRoll(Segment last) throws LogException {
    try {
      open(last).sync();
      syncName(last);
      synced.accumulateAndGet(end, Math::max);
    } catch (IOException e) {
      fail(broken(e));
      refuseAfterFailure();
    }
  }

  private void syncName(Segment segment) throws IOException {
    if (!segment.nameSynced) {
      disk.syncDirectory(directory);
      segment.nameSynced = true;
    }
  }

  private static LogException broken(IOException e) {
    return new LogException(LogException.Kind.BROKEN, "the log could not be synced to the disk (" + reason(e)
        + "); it is closed for writes until this node is restarted", e);
  }

  private static Disk.File open(Segment segment) {
    if (segment.file == null) {
      throw new IllegalStateException("the last segment of the log is closed");
    }
    return segment.file;
  }

  private Segment newSegment() throws IOException {
    Path path = directory.resolve(SegmentHeader.fileName(end));
    Disk.File file = disk.open(path);
    try {
      file.truncate(0);
      file.write(0, new SegmentHeader(SegmentHeader.FORMAT_VERSION, storeId, end).encode());
      return new Segment(end, path, file, false);
    } catch (IOException e) {
      file.close();
      disk.delete(path);
      throw e;
    }
  }

  /** Cuts off what a failed write may have left; if that fails too, the next append does it first. */
  private void takeBack() {
    tailDirty = true;
    Segment last = segments.peekLast();
    if (last == null) {
      return;
    }
    try {
      open(last).truncate(SegmentHeader.BYTES + end - last.start);
      tailDirty = false;
    } catch (IOException e) {
      LOG.warn("The log cannot cut off a failed write; it tries again before the next one: {}", e.toString());
    }
  }

  /** Without the file's name, which a client has no business to see. */
  private static String reason(IOException e) {
    String words = e instanceof FileSystemException files ? files.getReason() : e.getMessage();
    return words == null ? e.getClass().getSimpleName() : words;
  }

  private void refuseAfterFailure() throws LogException {
    LogException known = failure;
    if (known != null) {
      throw known;
    }
  }

  /** Null: appends are accepted. Otherwise why every one of them is refused, for good. */
  public @Nullable LogException failure() {
    return failure;
  }

  public long endPosition() {
    return end;
  }

  /** Up to here the log is known to be on the disk. */
  public long syncedPosition() {
    return synced.get();
  }

  /** Up to here a write may be answered: what is synced with {@code always}, otherwise what is written. */
  private long safePosition() {
    return mode == FsyncMode.ALWAYS ? synced.get() : end;
  }

  public FsyncMode fsync() {
    return mode;
  }

  /** Holds for positions that are waited for from now on. */
  public void fsync(FsyncMode newMode) {
    mode = newMode;
    wake();
  }

  /** Calls back at once, on this thread, if the position is safe; otherwise on the log's thread when it is. */
  public void whenSafe(long position, SafeCallback then) {
    if (position <= safePosition()) {
      then.settled(null);
      return;
    }
    waitLock.lock();
    try {
      if (failure == null && position > synced.get()) {
        waiters.add(new Waiter(position, then));
        work.signal();
        return;
      }
    } finally {
      waitLock.unlock();
    }
    then.settled(position <= synced.get() ? null : failure);
  }

  /**
   * Forces what has been appended to the disk, whatever the mode, on this thread.
   *
   * @throws LogException the log is broken, now or since before
   */
  public void sync() throws LogException {
    syncLock.lock();
    try {
      if (failure == null && synced.get() < end) {
        syncSegments();
      }
      refuseAfterFailure();
    } finally {
      syncLock.unlock();
    }
    settleWaiters();
  }

  private void syncSegments() {
    List<Segment> open = new ArrayList<>();
    long target;
    appendLock.lock();
    try {
      target = end;
      segments.stream().filter(segment -> segment.file != null).forEach(open::add);
    } finally {
      appendLock.unlock();
    }
    long before = System.nanoTime();
    try {
      for (Segment segment : open) {
        syncSegment(segment, segment == open.getLast());
      }
      synced.accumulateAndGet(target, Math::max);
    } catch (IOException e) {
      fail(broken(e));
    }
    syncs++;
    syncNanos += System.nanoTime() - before;
  }

  /** A segment that is full is closed when all of it is on the disk. */
  private void syncSegment(Segment segment, boolean last) throws IOException {
    Disk.File file = segment.file;
    if (file == null) {
      return;
    }
    file.sync();
    syncName(segment);
    if (!last) {
      appendLock.lock();
      try {
        segment.file = null;
      } finally {
        appendLock.unlock();
      }
      file.close();
    }
  }

  private void fail(LogException why) {
    if (why.kind() == LogException.Kind.BROKEN) {
      LOG.error("{}", why.getMessage(), why);
    }
    waitLock.lock();
    try {
      if (failure == null) {
        failure = why;
      }
    } finally {
      waitLock.unlock();
    }
    settleWaiters();
  }

  private void settleWaiters() {
    List<Waiter> ready = new ArrayList<>();
    LogException why;
    waitLock.lock();
    try {
      why = failure;
      for (Iterator<Waiter> each = waiters.iterator(); each.hasNext();) {
        Waiter waiter = each.next();
        if (why != null || waiter.position() <= synced.get()) {
          ready.add(waiter);
          each.remove();
        }
      }
    } finally {
      waitLock.unlock();
    }
    for (Waiter waiter : ready) {
      try {
        waiter.then().settled(waiter.position() <= synced.get() ? null : why);
      } catch (RuntimeException | Error e) {
        LOG.error("Somebody who waited for the log failed", e);
      }
    }
  }

  private void wake() {
    waitLock.lock();
    try {
      work.signal();
    } finally {
      waitLock.unlock();
    }
  }

  private void syncUntilClosed() {
    try {
      while (awaitWork()) {
        sync();
      }
    } catch (LogException e) {
      LOG.info("The log's thread ends: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when somebody waits or a second has passed with something to sync; false: the log is closed. */
  private boolean awaitWork() throws InterruptedException {
    waitLock.lock();
    try {
      long dueNanos = System.nanoTime() + EVERYSEC_NANOS;
      while (failure == null && waiters.isEmpty()) {
        if (mode != FsyncMode.EVERYSEC || synced.get() >= end) {
          work.await();
          dueNanos = System.nanoTime() + EVERYSEC_NANOS;
        } else if (work.awaitNanos(dueNanos - System.nanoTime()) <= 0) {
          return true;
        }
      }
      return failure == null;
    } finally {
      waitLock.unlock();
    }
  }

  /** So many bytes at the end of the log are not trimmed, for readers that come back. */
  public void keep(long bytes) {
    keepBytes = bytes;
  }

  /** From this position on nothing is trimmed, unless that is several times of what is kept anyway. */
  public void hold(long position) {
    heldFrom = position;
  }

  /** Waits until it is true or the time is up; looks after each append and each {@link #wakeReaders}. */
  public void awaitAppend(BooleanSupplier enough, long nanos) throws InterruptedException {
    appended.await(enough, nanos);
  }

  /** Has those look again who wait for an append or for something else. */
  public void wakeReaders() {
    appended.tell();
  }

  byte[] salt() {
    return salt;
  }

  /**
   * What can be read from a position on, of one segment.
   *
   * @param start of the segment
   * @param until whole frames are there from the position up to here; the position itself: nothing yet
   * @param file opened for the caller, who closes it; null: it is the segment that the caller has
   */
  record Readable(long start, long until, Disk.@Nullable File file) {}

  /**
   * Opened under the lock that trimming takes: a file that has been deleted would be made anew.
   *
   * @param openStart the segment that the caller has open; negative: none
   * @return null: that part of the log is gone
   */
  @Nullable
  Readable readable(long position, long openStart) throws IOException {
    appendLock.lock();
    try {
      Segment found = null;
      long until = end;
      for (Segment segment : segments) {
        if (segment.start > position) {
          until = segment.start;
          break;
        }
        found = segment;
      }
      if (found == null) {
        return segments.isEmpty() && position == end ? new Readable(position, position, null) : null;
      }
      boolean needed = found.start != openStart && position < until;
      return new Readable(found.start, until, needed ? disk.open(found.path) : null);
    } finally {
      appendLock.unlock();
    }
  }

  /** Where the segments begin, ascending. */
  List<Long> segmentStarts() {
    appendLock.lock();
    try {
      return segments.stream().map(segment -> segment.start).toList();
    } finally {
      appendLock.unlock();
    }
  }

  /** Deletes segments that lie wholly below a position: the store has them on its disk. Some are kept, see {@link #keep}. */
  public void trim(long below) throws IOException {
    List<Segment> old = new ArrayList<>();
    appendLock.lock();
    try {
      long kept = Math.min(end - keepBytes, Math.max(heldFrom, end - MOST_HELD * keepBytes));
      long before = Math.min(Math.min(below, synced.get()), kept);
      // One that nobody has synced may be gone after a power loss: then the one before says where the log ends.
      while (segments.size() > 1 && second().start <= before && second().nameSynced) {
        old.add(segments.removeFirst());
      }
    } finally {
      appendLock.unlock();
    }
    for (Segment segment : old) {
      disk.delete(segment.path);
    }
    if (!old.isEmpty()) {
      disk.syncDirectory(directory);
      closeAll(old);
    }
  }

  /** One that was synced to its end while it was the last has no other sync to close it. */
  private void closeAll(List<Segment> trimmed) throws IOException {
    syncLock.lock();
    try {
      for (Segment segment : trimmed) {
        if (segment.file != null) {
          segment.file.close();
          segment.file = null;
        }
      }
    } finally {
      syncLock.unlock();
    }
  }

  private Segment second() {
    Iterator<Segment> each = segments.iterator();
    each.next();
    return each.next();
  }

  public LogStats stats() {
    appendLock.lock();
    try {
      LogException known = failure;
      return new LogStats(end, synced.get(), segments.isEmpty() ? end : segments.getFirst().start,
          segments.size(),
          appends, failedAppends, syncs, syncNanos,
          known != null && known.kind() == LogException.Kind.BROKEN);
    } finally {
      appendLock.unlock();
    }
  }

  /** Syncs what there is and closes; who still waits after a failure hears of it. */
  @Override
  public void close() throws IOException {
    try {
      sync();
    } catch (LogException e) {
      LOG.warn("The log is closed without a last sync: {}", e.getMessage());
    }
    abandon();
  }

  /** Closes without a last sync, as a crash would. */
  public void abandon() throws IOException {
    fail(new LogException(LogException.Kind.CLOSED, "the log is closed"));
    wake();
    appendLock.lock();
    try {
      for (Segment segment : segments) {
        if (segment.file != null) {
          segment.file.close();
          segment.file = null;
        }
      }
    } finally {
      appendLock.unlock();
    }
  }
}
