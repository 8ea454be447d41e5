package io.pika.node.store;

import io.pika.core.bytes.Bytes;
import io.pika.node.history.History;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One slot during one batch. Effects go into the memory tier at once, so whatever is read is there already;
 * the batch remembers how to take them back, and nobody else looks before it has let the slot's lock go.
 */
final class SlotView implements KeySpace {
  /** Bound of the steps that look for a live key among expired ones. */
  private static final int RANDOM_TRIES = 128;

  private final Batch batch;
  private final Base base;
  private final SlotState slot;
  /** The slot's counters as they were before the batch. */
  private final long epochBefore;
  private final long indexBefore;
  private final long keysBefore;
  private final long digestBefore;
  private final History historyBefore;
  /** The last metadata key read and what was found: a command that reads a key and writes it looks once. */
  private byte @Nullable [] lastKey;
  private byte @Nullable [] lastFound;

  SlotView(Batch batch, Base base, SlotState slot) {
    this.batch = batch;
    this.base = base;
    this.slot = slot;
    this.epochBefore = slot.epoch;
    this.indexBefore = slot.index;
    this.keysBefore = slot.keys;
    this.digestBefore = slot.digest;
    this.historyBefore = slot.history;
  }

  SlotState state() {
    return slot;
  }

  /** Whether the batch has a record of the slot. */
  boolean hasRecord() {
    return slot.index != indexBefore;
  }

  /** The counters as they were before the batch. */
  void restore() {
    slot.epoch = epochBefore;
    slot.index = indexBefore;
    slot.keys = keysBefore;
    slot.digest = digestBefore;
    slot.history = historyBefore;
  }

  @Override
  public int table() {
    return slot.table;
  }

  @Override
  public int slot() {
    return slot.slot;
  }

  @Override
  public Savepoint savepoint() {
    Batch.Savepoint point = batch.savepoint();
    return () -> batch.takeBack(point);
  }

  @Override
  public long nowMs() {
    return batch.nowMs();
  }

  @Override
  public @Nullable Entry find(byte[] key) {
    byte[] found = read(key);
    return found == null || Layout.expired(found, nowMs()) ? null : Layout.entry(found);
  }

  /** The encoded entry of a key, expired or not. */
  private byte @Nullable [] read(byte[] key) {
    if (key == lastKey) {
      return lastFound;
    }
    byte[] found = batch.meter().read(slot.read(Layout.meta(key), base));
    lastKey = key;
    lastFound = found;
    return found;
  }

  @Override
  public void put(byte[] key, Entry entry) {
    byte[] before = read(key);
    announceIfExpired(key, before);
    write(key, before, Layout.encode(entry));
  }

  @Override
  public void announce(char type, String name, byte[] key) {
    batch.announce(new KeyEvent(slot.table, slot.slot, type, name, Bytes.of(key)));
  }

  @Override
  public void publish(boolean toShard, byte[] channel, byte[] content) {
    batch.publish(
        new Announcement.Published(slot.table, slot.slot, toShard, Bytes.of(channel), Bytes.of(content)));
  }

  /** An expired key that is found before it is looked for. */
  private void announceIfExpired(byte[] key, byte @Nullable [] before) {
    if (before != null && batch.tellsExpired() && Layout.expired(before, nowMs())) {
      announce('x', "expired", key);
    }
  }

  private void write(byte[] key, byte @Nullable [] before, byte[] after) {
    long dueBefore = before == null ? 0 : Layout.expireAt(before);
    long dueAfter = Layout.expireAt(after);
    if (dueBefore != 0 && dueBefore != dueAfter) {
      batch.delete(slot, Layout.expiry(dueBefore, key));
    }
    if (dueAfter != 0 && dueBefore != dueAfter) {
      batch.put(slot, Layout.expiry(dueAfter, key), Layout.NO_VALUE);
      batch.due(slot, dueAfter);
    }
    if (before == null) {
      slot.keys++;
    } else if (!sameCollection(before, after)) {
      dropElements(before);
    }
    batch.put(slot, Layout.meta(key), after);
    slot.touch(key);
    lastKey = key;
    lastFound = after;
  }

  @Override
  public boolean delete(byte[] key) {
    byte[] before = read(key);
    if (before == null) {
      return false;
    }
    announceIfExpired(key, before);
    dropElements(before);
    remove(key, before);
    return !Layout.expired(before, nowMs());
  }

  @Override
  public void deleteEmptied(byte[] key) {
    byte[] before = read(key);
    if (before != null) {
      remove(key, before);
    }
  }

  @Override
  public void rename(byte[] from, byte[] to) {
    byte[] moved = read(from);
    if (moved == null || Layout.expired(moved, nowMs())) {
      throw new IllegalStateException("a key that is renamed is there");
    }
    if (Arrays.equals(from, to)) {
      return;
    }
    remove(from, moved);
    write(to, read(to), moved);
  }

  @Override
  public long newCollection() {
    return batch.newCollection(slot);
  }

  @Override
  public Elements elements(long collection) {
    return new SlotElements(batch, base, slot, collection);
  }

  private static boolean sameCollection(byte[] before, byte[] after) {
    return Layout.isCollection(before) && Layout.isCollection(after)
        && Layout.collectionOf(before) == Layout.collectionOf(after);
  }

  /** The elements of what the entry says; those of a string are none. */
  private void dropElements(byte[] entry) {
    if (Layout.isCollection(entry)) {
      new SlotElements(batch, base, slot, Layout.collectionOf(entry)).clear();
    }
  }

  /** Deletes a key whose elements have gone, or are to stay. */
  private void remove(byte[] key, byte[] before) {
    long due = Layout.expireAt(before);
    if (due != 0) {
      batch.delete(slot, Layout.expiry(due, key));
    }
    batch.delete(slot, Layout.meta(key));
    if (!Layout.expired(before, nowMs())) {
      slot.touch(key);
    }
    slot.keys--;
    lastKey = key;
    lastFound = null;
  }

  @Override
  public boolean expireAt(byte[] key, long atMs) {
    byte[] before = read(key);
    if (before == null || Layout.expired(before, nowMs())) {
      return false;
    }
    if (atMs != 0 && atMs <= nowMs()) {
      dropElements(before);
      remove(key, before);
    } else if (Layout.expireAt(before) != atMs) {
      write(key, before, Layout.withExpiry(before, atMs));
    }
    return true;
  }

  @Override
  public long keys() {
    return slot.keys;
  }

  @Override
  public ScanPage scan(byte @Nullable [] after, KeyFilter filter, int limit) {
    List<byte[]> accepted = new ArrayList<>();
    byte[] start = after == null ? Layout.META_FROM : Layout.meta(Arrays.copyOf(after, after.length + 1));
    byte[] last = after;
    int looked = 0;
    if (slot.keys == 0) {
      return new ScanPage(accepted, null, 0);
    }
    try (SlotCursor cursor = new SlotCursor(batch.meter(), slot, base, Layout.META_FROM, Layout.META_TO)) {
      cursor.seek(start);
      while (looked < limit) {
        if (!cursor.next()) {
          return new ScanPage(accepted, null, looked);
        }
        looked++;
        last = Layout.userKey(cursor.key());
        byte[] found = cursor.value();
        if (!Layout.expired(found, nowMs()) && filter.accepts(last, found[0])) {
          accepted.add(last);
        }
      }
    }
    return new ScanPage(accepted, last, looked);
  }

  @Override
  public byte @Nullable [] walk(KeyRange range, int limit, KeyVisitor visitor) {
    if (slot.keys == 0) {
      return null;
    }
    try (KeyCursor cursor = new KeyCursor(
        new SlotCursor(batch.meter(), slot, base, Layout.META_FROM, Layout.META_TO), range)) {
      for (int looked = 0; cursor.next(); looked++) {
        byte[] key = cursor.key();
        boolean live = !Layout.expired(cursor.value(), nowMs());
        if (looked == limit || live && !visitor.take(key, Layout.entry(cursor.value()))) {
          return key;
        }
      }
    }
    return null;
  }

  @Override
  public byte @Nullable [] randomKey(RandomGenerator random) {
    if (slot.keys == 0) {
      return null;
    }
    try (SlotCursor cursor = new SlotCursor(batch.meter(), slot, base, Layout.META_FROM, Layout.META_TO)) {
      byte[] drawn = RandomDraw.draw(cursor, Layout.META_FROM, Layout.META_TO, random);
      byte[] live = firstLive(cursor, drawn);
      return live == null ? firstLive(cursor, Layout.META_FROM) : live;
    }
  }

  private byte @Nullable [] firstLive(SlotCursor cursor, byte[] from) {
    cursor.seek(from);
    for (int i = 0; i < RANDOM_TRIES && cursor.next(); i++) {
      if (!Layout.expired(cursor.value(), nowMs())) {
        return Layout.userKey(cursor.key());
      }
    }
    return null;
  }

  @Override
  public void clear() {
    if (slot.keys == 0) {
      return;
    }
    slot.reads.forgetAll();
    batch.deleteRange(slot, Layout.DATA_FROM, Layout.DATA_TO);
    slot.keys = 0;
    WatchLog log = slot.watchLog();
    if (log != null) {
      log.cleared(slot.index + 1);
    }
    lastKey = null;
  }

  /** What is to be known of a key to tell later whether it was touched. */
  WatchStamp stamp(byte[] key, long epoch) {
    byte[] found = read(key);
    if (found == null || Layout.expired(found, nowMs())) {
      return new WatchStamp(epoch, slot.life, slot.index, WatchStamp.ABSENT, 0);
    }
    long collection = Layout.isCollection(found) ? Layout.collectionOf(found) : 0;
    return new WatchStamp(epoch, slot.life, slot.index, Layout.expireAt(found), collection);
  }

  /** Whether a key may have been changed, or has expired, since it was stamped. */
  boolean isTouched(byte[] key, WatchStamp stamp, long epoch) {
    if (stamp.epoch() != epoch || stamp.life() != slot.life || stamp.hasExpired(nowMs())) {
      return true;
    }
    if (stamp.index() == slot.index) {
      return false;
    }
    WatchLog log = slot.watchLog();
    return log == null || log.isTouched(key, stamp);
  }

  /** Deletes up to so many keys that are due, and notes when the next one is. Returns how many. */
  int expireDue(int limit) {
    List<byte[]> due = new ArrayList<>();
    long next = SlotState.NEVER;
    try (
        SlotCursor cursor = new SlotCursor(batch.meter(), slot, base, Layout.EXPIRY_FROM, Layout.EXPIRY_TO)) {
      cursor.seek(Layout.EXPIRY_FROM);
      while (next == SlotState.NEVER && cursor.next()) {
        long at = Layout.dueOf(cursor.key());
        if (at > nowMs() || due.size() == limit) {
          next = at;
        } else {
          due.add(Layout.userKeyOfExpiry(cursor.key()));
        }
      }
    }
    due.forEach(this::delete);
    slot.nextDueMs = SlotState.NEVER;
    if (next != SlotState.NEVER) {
      // What is left over goes behind the slots that wait already.
      batch.due(slot, Math.max(next, nowMs()));
    }
    return due.size();
  }

  /** What was read is not to be trusted after effects were taken back. */
  void forgetRead() {
    lastKey = null;
  }
}
