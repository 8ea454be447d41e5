package io.pika.node.store;

import java.util.Arrays;

/**
 * Which keys of one slot were written by which record, as hashes, since the slot was watched: a bounded ring. Two keys
 * of the same hash, and whatever the ring has forgotten, count as touched: that costs a transaction a second try and
 * never lets one pass. Under the slot's lock.
 */
final class WatchLog {
  static final int MOST = 1024;
  private static final int FIRST = 16;

  private long[] hashes = new long[FIRST];
  private long[] indexes = new long[FIRST];
  /** Entries in the ring, ending before {@link #next}. */
  private int count;
  private int next;
  /** Every write by a record after this one is in the ring. */
  private long since;
  /** The newest record that deleted all keys; 0: none since the log began. */
  private long clearedAt;

  /** @param index of the slot's newest record */
  WatchLog(long index) {
    this.since = index;
  }

  static long hash(byte[] key) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : key) {
      hash = (hash ^ each) * 0x100000001b3L;
    }
    return hash;
  }

  static long hash(long collection) {
    return collection * 0x9e3779b97f4a7c15L ^ 0x5bd1e995L;
  }

  /** @param index of the record that writes it */
  void touched(long hash, long index) {
    if (count > 0 && hashes[last()] == hash && indexes[last()] == index) {
      return;
    }
    if (count == hashes.length) {
      makeRoom();
    }
    hashes[next] = hash;
    indexes[next] = index;
    next = (next + 1) % hashes.length;
    count++;
  }

  private int last() {
    return Math.floorMod(next - 1, hashes.length);
  }

  /** The ring is full: it grows, or forgets its oldest entry, which lies where the next one will. */
  private void makeRoom() {
    if (count == MOST) {
      since = Math.max(since, indexes[next]);
      count--;
      return;
    }
    hashes = unrolled(hashes);
    indexes = unrolled(indexes);
    next = count;
  }

  private long[] unrolled(long[] ring) {
    long[] grown = Arrays.copyOf(ring, ring.length * 2);
    for (int i = 0; i < ring.length; i++) {
      grown[i] = ring[(next + i) % ring.length];
    }
    return grown;
  }

  void cleared(long index) {
    clearedAt = index;
  }

  /** Records after this one are taken back. */
  void forgetAfter(long index) {
    while (count > 0 && indexes[last()] > index) {
      next = last();
      count--;
    }
  }

  /** Whether a key may have been written after the stamp was made. */
  boolean isTouched(byte[] key, WatchStamp stamp) {
    if (stamp.index() < since || stamp.wasThere() && clearedAt > stamp.index()) {
      return true;
    }
    long ofKey = hash(key);
    long ofElements = hash(stamp.collection());
    for (int i = 1; i <= count; i++) {
      int at = Math.floorMod(next - i, hashes.length);
      if (indexes[at] <= stamp.index()) {
        return false;
      }
      if (hashes[at] == ofKey || stamp.collection() != 0 && hashes[at] == ofElements) {
        return true;
      }
    }
    return false;
  }
}
