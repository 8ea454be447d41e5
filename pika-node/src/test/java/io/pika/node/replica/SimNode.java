package io.pika.node.replica;

import io.pika.node.history.Digest;
import io.pika.node.history.History;
import io.pika.node.history.Position;
import io.pika.node.history.SlotPosition;
import io.pika.node.log.CrashDisk;
import io.pika.node.log.FsyncMode;
import io.pika.node.log.LogException;
import io.pika.node.log.LogOptions;
import io.pika.node.log.LogRecord;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.log.NodeLog;
import io.pika.node.log.RecordBuffer;
import io.pika.node.log.RecordHeader;
import io.pika.node.store.Following.End;
import io.pika.node.store.Following.Fence;
import io.pika.node.store.Following.Outcome;
import io.pika.node.store.Following.Result;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A node with a real log on a disk that crashes, and a model of the store above it. */
final class SimNode implements Slots, LeaderStream.Leading, Fence {
  private static final LogOptions OPTIONS = new LogOptions(FsyncMode.ALWAYS, 400, false);

  final int id;
  CrashDisk disk = new CrashDisk();
  NodeLog log;
  Map<Slot, Replica> replicas = new HashMap<>();
  /** What RocksDB would have after a crash, and up to where of the log. */
  private Map<Slot, Replica> stored = new HashMap<>();
  private long storedPosition;
  /** Up to where of the log records are of what was here before a copy. On the disk at once. */
  private final Map<Slot, Long> copiedAt = new HashMap<>();
  /** As this node has been told. */
  final Map<Slot, Led> topology = new HashMap<>();
  final Map<Slot, Long> promised = new HashMap<>();
  /** This process does not lead by decisions made before. */
  long registeredAt;

  record Led(int leader, long epoch, long since) {}

  record Record(Position position, int checksum) {}

  static final class Replica {
    final List<Record> records = new ArrayList<>();
    long digest = Digest.NONE;
    History history = History.NONE;

    Replica copy() {
      Replica copy = new Replica();
      copy.records.addAll(records);
      copy.digest = digest;
      copy.history = history;
      return copy;
    }

    Position newest() {
      return records.isEmpty() ? Position.NONE : records.getLast().position();
    }

    void add(Record record) {
      records.add(record);
      digest = Digest.after(digest, record.checksum());
      history = history.with(record.position().epoch(), record.position().index());
    }

    boolean has(Record record) {
      int at = (int) record.position().index() - 1;
      return at < records.size() && records.get(at).equals(record);
    }
  }

  SimNode(int id) {
    this.id = id;
    this.log = open();
  }

  private NodeLog open() {
    try {
      return NodeLog.open(disk, Path.of("/log"), new UUID(1, id), OPTIONS, storedPosition, this::replay)
          .log();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void replay(long position, LogRecord record) {
    Slot slot = new Slot(record.table(), record.slot());
    Replica replica = replica(slot);
    if (position > copiedAt.getOrDefault(slot, 0L) && record.index() > replica.newest().index()) {
      replica.add(new Record(new Position(record.epoch(), record.index()), record.checksum()));
    }
  }

  /** The process is killed and starts anew. */
  void restart(CrashDisk left, long version) throws Exception {
    log.abandon();
    disk = left;
    replicas = new HashMap<>();
    stored.forEach((slot, replica) -> replicas.put(slot, replica.copy()));
    promised.clear();
    registeredAt = version;
    log = open();
  }

  /** RocksDB has all, and the log may go. */
  void flush() throws Exception {
    log.sync();
    stored = new HashMap<>();
    replicas.forEach((slot, replica) -> stored.put(slot, replica.copy()));
    storedPosition = log.endPosition();
    log.trim(storedPosition);
  }

  /** A full copy. What the log has of the slot stays there. */
  void become(Slot slot, Replica of) throws Exception {
    log.sync();
    replicas.put(slot, of.copy());
    stored.put(slot, of.copy());
    copiedAt.put(slot, log.endPosition());
  }

  Replica replica(Slot slot) {
    return replicas.computeIfAbsent(slot, each -> new Replica());
  }

  @Override
  public boolean leads(Slot slot, long epoch) {
    Led led = topology.get(slot);
    return led != null && led.leader() == id && led.epoch() == epoch && led.since() > registeredAt
        && promised.getOrDefault(slot, 0L) <= epoch;
  }

  @Override
  public boolean admits(Slot slot, long epoch) {
    Led led = topology.get(slot);
    return led != null && led.epoch() <= epoch && promised.getOrDefault(slot, 0L) <= epoch;
  }

  /** A command of the leader. Returns the record and where the log ends behind it. */
  Map.Entry<Record, Long> write(Slot slot, long epoch, byte[] value) throws LogException {
    Replica replica = replica(slot);
    RecordBuffer buffer = new RecordBuffer();
    buffer.begin(slot.table(), slot.slot(), epoch, replica.newest().index() + 1, 0);
    buffer.put(new byte[]{1}, value);
    int checksum = buffer.end(1);
    long position = log.append(buffer);
    Record record = new Record(new Position(epoch, replica.newest().index() + 1), checksum);
    replica.add(record);
    return Map.entry(record, position);
  }

  @Override
  public boolean isWhole(Slot slot) {
    return true;
  }

  @Override
  public SlotPosition position(Slot slot) {
    Replica replica = replica(slot);
    return new SlotPosition(replica.newest(), replica.digest, replica.history,
        copiedAt.getOrDefault(slot, 0L), log.endPosition());
  }

  @Override
  public Result take(ByteBuffer records, List<End> ends, Fence fence) throws LogException {
    RecordBuffer buffer = new RecordBuffer();
    List<Outcome> outcomes = new ArrayList<>();
    Map<Slot, Replica> taken = new HashMap<>();
    for (End end : ends) {
      Replica after = replica(end.slot()).copy();
      List<ByteBuffer> bytes = new ArrayList<>();
      Outcome outcome = fence.admits(end.slot(), end.epoch())
          ? apply(records.duplicate(), end, after, bytes)
          : Outcome.STALE;
      if (outcome == Outcome.TAKEN) {
        bytes.forEach(buffer::copy);
        taken.put(end.slot(), after);
      }
      outcomes.add(outcome);
    }
    long position = buffer.isEmpty() ? 0 : log.append(buffer);
    replicas.putAll(taken);
    return new Result(position, outcomes);
  }

  private static Outcome apply(ByteBuffer records, End end, Replica after, List<ByteBuffer> bytes) {
    while (records.hasRemaining()) {
      RecordHeader header = RecordHeader.peek(records);
      if (header.slot() == end.slot().slot()) {
        Position newest = after.newest();
        if (header.position().index() != newest.index() + 1
            || header.position().epoch() < newest.epoch()) {
          return Outcome.OUT_OF_ORDER;
        }
        after.add(new Record(header.position(), header.checksum(records)));
        bytes.add(records.slice(records.position(), header.bytes()));
      }
      records.position(records.position() + header.bytes());
    }
    return after.digest == end.digest() ? Outcome.TAKEN : Outcome.DIFFERENT;
  }
}
