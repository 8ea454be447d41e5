package io.pika.node.store;

import io.pika.node.log.LogException;
import io.pika.node.log.RecordBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group of commands on slots whose locks the caller holds, from before the first {@link #slot} until after
 * {@link #commit} or {@link #undo}. Effects are visible at once and become durable in one append; a command, or
 * the whole batch, can be taken back until then. One thread.
 */
public final class Batch {
  /** See {@link #bound}. */
  public static final long UNBOUNDED = WorkMeter.UNBOUNDED;
  /** Leaves 44 bits for the index of the record: a million records a second for half a year, in one slot. */
  private static final int COLLECTION_BITS = 20;
  private static final long MOST_EXPECTED = 1 << 20;
  private static final int COLLECTIONS_MAX = 1 << COLLECTION_BITS;

  private final Store store;
  private final long nowMs;
  private final RecordBuffer records = new RecordBuffer();
  private final SlotViews views = new SlotViews();
  private final ArrayList<Undo> undos = new ArrayList<>();
  private final WorkMeter meter;
  /** What is to be told when all is safe. */
  private final List<Announcement> announcements = new ArrayList<>();

  /** The command that runs. */
  private @Nullable SlotView current;
  private long epoch;
  private boolean changed;
  private int undosBefore;
  private int recordBefore;
  private long effectLimit = Long.MAX_VALUE;
  private long keysBefore;
  /** Of what it has published. */
  private long messageBytes;
  /** Collections that it has made. */
  private int collections;

  /** A point within a command. */
  public record Savepoint(boolean changed, int recordBytes, int undos, long keys) {}

  private sealed interface Undo {
    void run();
  }

  private record UndoEntry(Layer layer, byte[] key, byte @Nullable [] before) implements Undo {
    @Override
    public void run() {
      layer.restore(key, before);
    }
  }

  private record UndoRange(Layer layer, Layer.Removed removed) implements Undo {
    @Override
    public void run() {
      layer.restore(removed);
    }
  }

  private record UndoAnnouncement(List<Announcement> announcements) implements Undo {
    @Override
    public void run() {
      announcements.removeLast();
    }
  }

  Batch(Store store, InstantSource clock) {
    this.store = store;
    this.nowMs = clock.millis();
    this.meter = new WorkMeter(clock);
  }

  public long nowMs() {
    return nowMs;
  }

  WorkMeter meter() {
    return meter;
  }

  /**
   * From here on commands get {@link TooMuchWorkException} when they have taken so many steps together, see
   * {@link WorkMeter}.
   */
  public void bound(long steps) {
    meter.bound(steps);
  }

  /** The requests of the commands to come have so many bytes together, which is about what their records will have. */
  public void expect(long requestBytes) {
    records.expect(Math.min(requestBytes, MOST_EXPECTED));
  }

  /** Runs something that is not counted. */
  public void unbounded(Runnable work) {
    meter.pause(work);
  }

  /**
   * A slot whose lock is held.
   *
   * @throws TableGoneException its table is being dropped
   */
  public KeySpace slot(int table, int slot) {
    return view(table, slot);
  }

  private SlotView view(int table, int slot) {
    SlotView known = views.find(table, slot);
    if (known != null) {
      return known;
    }
    SlotView view = new SlotView(this, store.base(), store.state(table, slot));
    views.add(view);
    return view;
  }

  /** The epoch of the newest record of a slot. A command of a smaller epoch must not run. */
  public long epoch(int table, int slot) {
    return view(table, slot).state().epoch;
  }

  /** Begins a command, or a transaction, on a slot. Its effects will be one record. */
  public KeySpace begin(int table, int slot, long atEpoch) {
    if (current != null) {
      throw new IllegalStateException("the command before has not ended");
    }
    SlotView view = view(table, slot);
    current = view;
    epoch = atEpoch;
    changed = false;
    undosBefore = undos.size();
    recordBefore = records.size();
    effectLimit = Long.MAX_VALUE;
    keysBefore = view.state().keys;
    collections = 0;
    messageBytes = 0;
    return view;
  }

  /**
   * A number that no other collection of the slot has or had: the index of the record that makes it, and a count
   * within the record.
   */
  long newCollection(SlotState slot) {
    if (collections == COLLECTIONS_MAX) {
      throw new IllegalStateException("one command makes more than " + COLLECTIONS_MAX + " collections");
    }
    return (slot.index + 1) << COLLECTION_BITS | collections++;
  }

  /** The index of the record that has made a collection. */
  static long madeBy(long collection) {
    return collection >>> COLLECTION_BITS;
  }

  /** Ends the command and keeps its effects. Returns whether there are any. */
  public boolean end() {
    SlotState slot = running().state();
    current = null;
    if (changed) {
      slot.advance(epoch, records.end(slot.keys));
    }
    return changed;
  }

  /** Ends the command and takes its effects back, and what it announced. Returns whether there was any of these. */
  public boolean drop() {
    SlotView view = running();
    current = null;
    boolean any = changed || undos.size() > undosBefore;
    if (changed) {
      records.abandon();
    }
    takeBack(undosBefore);
    view.state().keys = keysBefore;
    forgetTouches(view.state());
    view.forgetRead();
    return any;
  }

  /** Where the running command is: what it changes from here on can be taken back alone. */
  public Savepoint savepoint() {
    return new Savepoint(changed, records.size(), undos.size(), running().state().keys);
  }

  /** Takes back what the running command has changed since the savepoint. Keys count as touched all the same. */
  public void takeBack(Savepoint to) {
    SlotView view = running();
    if (undos.size() == to.undos) {
      return;
    }
    if (to.changed) {
      records.truncate(to.recordBytes);
    } else if (changed) {
      records.abandon();
      changed = false;
    }
    takeBack(to.undos);
    view.state().keys = to.keys;
    view.forgetRead();
  }

  /** From now on the listener, and no other, is told of keys that are written in the running command's slot. */
  public void listen(KeyListener listener) {
    running().state().listener = listener;
  }

  /** Ends the command unless it was dropped. */
  public void endIfBegun() {
    if (current != null) {
      end();
    }
  }

  /** Watches a key of the running command's slot from here on. */
  public WatchStamp watch(byte[] key) {
    SlotView view = running();
    store.watchLogs().watch(view.state());
    return view.stamp(key, epoch);
  }

  /** Whether a key of the running command's slot may have been changed, or has expired, since it was watched. */
  public boolean isTouched(byte[] key, WatchStamp stamp) {
    return running().isTouched(key, stamp, epoch);
  }

  private static void forgetTouches(SlotState slot) {
    WatchLog log = slot.watchLog();
    if (log != null) {
      log.forgetAfter(slot.index);
    }
  }

  private SlotView running() {
    if (current == null) {
      throw new IllegalStateException("no command has begun");
    }
    return current;
  }

  /** Deletes keys of the slot of the running command that are due. See {@link DueSlots}. */
  public int expireDue(int limit) {
    return running().expireDue(limit);
  }

  void put(SlotState slot, byte[] key, byte[] value) {
    meter.step(value);
    record(slot).put(key, value);
    Layer layer = slot.writable();
    undos.add(new UndoEntry(layer, key, layer.put(key, value)));
  }

  void delete(SlotState slot, byte[] key) {
    meter.step();
    record(slot).delete(key);
    Layer layer = slot.writable();
    undos.add(new UndoEntry(layer, key, layer.put(key, Layer.DELETED)));
  }

  void deleteRange(SlotState slot, byte[] from, byte[] to) {
    record(slot).deleteRange(from, to);
    Layer layer = slot.writable();
    undos.add(new UndoRange(layer, layer.deleteRange(from, to)));
  }

  /** May turn out too early if the effect is taken back; that is allowed. */
  void due(SlotState slot, long atMs) {
    store.due(slot, atMs);
  }

  /** The running command may have effects of so many bytes, and one more whatever its length. */
  public void limit(long effectBytes) {
    effectLimit = effectBytes;
  }

  private RecordBuffer record(SlotState slot) {
    checkLimit();
    if (current == null || current.state() != slot) {
      throw new IllegalStateException("a key space is written outside its command");
    }
    if (!changed) {
      records.begin(slot.table, slot.slot, epoch, slot.index + 1, nowMs);
      changed = true;
    }
    return records;
  }

  /** Taken back with the effects of the command that announces it. */
  void announce(Announcement announcement) {
    announcements.add(announcement);
    undos.add(new UndoAnnouncement(announcements));
  }

  /** Counts as an effect of the running command. */
  void publish(Announcement.Published message) {
    messageBytes += message.channel().size() + message.content().size();
    checkLimit();
    announce(message);
  }

  private void checkLimit() {
    if (records.size() - recordBefore + messageBytes > effectLimit) {
      throw new TooManyEffectsException(effectLimit);
    }
  }

  Snapshots snapshots() {
    return store.snapshots();
  }

  boolean tellsExpired() {
    return store.tellsExpired();
  }

  /** What is to be told when the batch is safe. */
  public List<Announcement> announcements() {
    return announcements.isEmpty() ? List.of() : List.copyOf(announcements);
  }

  /** Bytes of the records so far. */
  public int recordBytes() {
    return records.size();
  }

  /**
   * One append for all commands.
   *
   * @return what everybody who saw these slots must wait for: the end of the newest frame with a record of one
   * @throws LogException nothing is in the log; the caller must {@link #undo}
   */
  public long commit() throws LogException {
    if (!records.isEmpty()) {
      for (int i = 0; i < views.size(); i++) {
        if (views.get(i).hasRecord()) {
          store.markDirty(views.get(i).state());
        }
      }
      appended(store.log().append(records));
    }
    return seen();
  }

  private void appended(long end) {
    long grown = 0;
    for (int i = 0; i < views.size(); i++) {
      SlotView view = views.get(i);
      if (view.hasRecord()) {
        view.state().position = end;
        grown += store.takeGrowth(view.state());
      }
    }
    store.tierGrew(grown, end);
  }

  /** The end of the newest frame with a record of one of the batch's slots. */
  public long seen() {
    long newest = 0;
    for (int i = 0; i < views.size(); i++) {
      newest = Math.max(newest, views.get(i).state().position);
    }
    return newest;
  }

  /** A slot, and the end of the newest frame with a record of it. */
  public interface SlotPositions {
    void accept(int table, int slot, long position);
  }

  /** All slots that the batch has looked into. */
  public void forEachSlot(SlotPositions action) {
    views.forEach(view -> action.accept(view.state().table, view.state().slot, view.state().position));
  }

  /** Takes back everything. Afterwards the batch is as new. */
  public void undo() {
    if (current != null) {
      drop();
    }
    takeBack(0);
    views.forEach(view -> {
      view.restore();
      forgetTouches(view.state());
      view.forgetRead();
    });
    records.clear();
  }

  private void takeBack(int downTo) {
    while (undos.size() > downTo) {
      undos.removeLast().run();
    }
  }
}
