package io.pika.node.store;

import io.pika.node.history.Digest;
import io.pika.node.history.Position;
import io.pika.node.history.SlotPosition;
import io.pika.node.log.LogException;
import io.pika.node.log.LogRecord;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.log.RecordBuffer;
import io.pika.node.log.RecordHeader;
import io.pika.node.store.Layout.SlotHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes over another node's records of slots that it leads: byte by byte into this node's log, with one append, and from there into
 * the write tier, all under the slots' locks. So whoever looks at a slot, or recovers it, finds a prefix of what its leader has.
 * Any thread.
 */
public final class Following {
  private final Store store;

  /**
   * The end of what a message has of a slot.
   *
   * @param epoch at which it is led by whom the message is from
   * @param digest after its last record
   */
  public record End(Slot slot, long epoch, long digest) {}

  /** Asked under the slot's lock. */
  public interface Fence {
    /** Whether nobody has told this node of a greater epoch. */
    boolean admits(Slot slot, long epoch);
  }

  public enum Outcome {
    TAKEN,
    /** A greater epoch is known, or the table is gone. */
    STALE,
    /** The records do not go on from the newest one here. */
    OUT_OF_ORDER,
    /** With these records the slot's contents would not be the leader's: they are not now, or the records were changed on the way. */
    DIFFERENT
  }

  /**
   * @param position of the log up to which it must be safe before it may be acknowledged
   * @param outcomes of the ends, in their order; only {@link Outcome#TAKEN} has changed anything
   */
  public record Result(long position, List<Outcome> outcomes) {}

  private static final class Part {
    final End end;
    final List<LogRecord> records = new ArrayList<>();
    final List<ByteBuffer> bytes = new ArrayList<>();
    @Nullable SlotState slot;
    Outcome outcome = Outcome.STALE;

    Part(End end) {
      this.end = end;
    }

    void judge(Store store, Fence fence) {
      try {
        SlotState state = store.state(end.slot.table(), end.slot.slot());
        slot = state;
        outcome = fence.admits(end.slot, end.epoch) ? judge(state) : Outcome.STALE;
      } catch (TableGoneException e) {
        outcome = Outcome.STALE;
      }
    }

    private Outcome judge(SlotState state) {
      Position newest = new Position(state.epoch, state.index);
      long digest = state.digest;
      for (LogRecord record : records) {
        if (record.index() != newest.index() + 1 || record.epoch() < newest.epoch()) {
          return Outcome.OUT_OF_ORDER;
        }
        if (record.epoch() > end.epoch) {
          return Outcome.STALE;
        }
        newest = new Position(record.epoch(), record.index());
        digest = Digest.after(digest, record.checksum());
      }
      return digest == end.digest ? Outcome.TAKEN : Outcome.DIFFERENT;
    }
  }

  public Following(Store store) {
    this.store = store;
  }

  public SlotPosition position(Slot slot) {
    int[] stripes = {store.locks().stripe(slot.table(), slot.slot())};
    store.locks().lock(stripes);
    try {
      SlotHeader header = store.peek(slot.table(), slot.slot());
      return new SlotPosition(new Position(header.epoch(), header.index()), header.digest(), header.history(),
          header.copied().logPosition(), store.log().endPosition());
    } finally {
      store.locks().unlock(stripes);
    }
  }

  /** Whether its contents are some that the slot once had: false in the middle of a copy. */
  public boolean isWhole(Slot slot) {
    return SlotRebuild.copied(store, slot.table(), slot.slot()).whole();
  }

  /**
   * A slot in an election.
   *
   * @param inCopy its contents are none that the slot ever had
   * @param promised false: a greater epoch than the one asked with is known here
   */
  public record Promised(Position newest, long digest, boolean inCopy, boolean promised) {}

  /** Makes a promise under the slot's lock: whatever was written to the slot before is in the answer, and what comes later knows of it. */
  public Promised promise(Slot slot, long epoch, BooleanSupplier promise) {
    int[] stripes = {store.locks().stripe(slot.table(), slot.slot())};
    store.locks().lock(stripes);
    try {
      SlotHeader header = store.peek(slot.table(), slot.slot());
      boolean promised = header.epoch() <= epoch && promise.getAsBoolean();
      return new Promised(new Position(header.epoch(), header.index()), header.digest(),
          !header.copied().whole(), promised);
    } finally {
      store.locks().unlock(stripes);
    }
  }

  /** Whether there is room for more. Blocks for a bounded time. */
  public boolean awaitRoom() {
    return store.awaitRoom();
  }

  /**
   * @param records one behind the other, as a log has them; those of slots without an end are left out
   * @throws LogException nothing was taken
   */
  public Result take(ByteBuffer records, List<End> ends, Fence fence) throws LogException {
    Map<Slot, Part> parts = parts(records, ends);
    int[] stripes = parts.keySet().stream().mapToInt(slot -> store.locks().stripe(slot.table(), slot.slot()))
        .sorted().distinct().toArray();
    store.locks().lock(stripes);
    try {
      RecordBuffer buffer = new RecordBuffer();
      buffer.expect(records.remaining());
      for (Part part : parts.values()) {
        part.judge(store, fence);
        if (part.outcome == Outcome.TAKEN) {
          part.bytes.forEach(buffer::copy);
        }
      }
      long position = buffer.isEmpty() ? 0 : append(buffer, parts);
      return new Result(position, parts.values().stream().map(part -> part.outcome).toList());
    } finally {
      store.locks().unlock(stripes);
    }
  }

  private static Map<Slot, Part> parts(ByteBuffer records, List<End> ends) {
    Map<Slot, Part> parts = new LinkedHashMap<>();
    ends.forEach(end -> parts.put(end.slot, new Part(end)));
    ByteBuffer in = records.duplicate();
    while (in.hasRemaining()) {
      RecordHeader header = RecordHeader.peek(in);
      Part part = parts.get(new Slot(header.table(), header.slot()));
      if (part != null) {
        part.bytes.add(in.slice(in.position(), header.bytes()));
        part.records.add(LogRecord.decode(in.duplicate()));
      }
      in.position(in.position() + header.bytes());
    }
    return parts;
  }

  private long append(RecordBuffer buffer, Map<Slot, Part> parts) throws LogException {
    List<Part> taken = parts.values().stream()
        .filter(part -> part.outcome == Outcome.TAKEN && !part.records.isEmpty()).toList();
    for (Part part : taken) {
      store.markDirty(state(part));
    }
    long position = store.log().append(buffer);
    long grown = 0;
    for (Part part : taken) {
      SlotState slot = state(part);
      for (LogRecord record : part.records) {
        record.effects().forEach(effect -> Replay.apply(store, slot, effect));
        slot.advance(record.epoch(), record.checksum());
        slot.keys = record.keys();
      }
      slot.position = position;
      grown += store.takeGrowth(slot);
    }
    store.tierGrew(grown, position);
    return position;
  }

  private static SlotState state(Part part) {
    SlotState slot = part.slot;
    if (slot == null) {
      throw new IllegalStateException("a slot was taken that was not judged");
    }
    return slot;
  }
}
