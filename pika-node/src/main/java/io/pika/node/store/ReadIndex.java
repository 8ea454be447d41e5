package io.pika.node.store;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where a segment's entries lie, by hash: open addressing with linear probing, one long to an entry. Zero is free.
 * In native memory, twice as much when it is full.
 *
 * <pre>
 * | hash 32 | address / 8 + 1, 32 |
 * </pre>
 */
final class ReadIndex implements AutoCloseable {
  private static final int FIRST_CAPACITY = 64;

  private final int maxCapacity;
  private Arena arena;
  private MemorySegment table;
  private int capacity;
  private int count;

  ReadIndex(int maxCapacity) {
    this.maxCapacity = maxCapacity;
    this.capacity = Math.min(FIRST_CAPACITY, maxCapacity);
    this.arena = Arena.ofShared();
    this.table = allocate();
  }

  private MemorySegment allocate() {
    return arena.allocate((long) capacity * Long.BYTES, Long.BYTES);
  }

  private long entry(int place) {
    return table.getAtIndex(JAVA_LONG, place);
  }

  private void set(int place, long entry) {
    table.setAtIndex(JAVA_LONG, place, entry);
  }

  int count() {
    return count;
  }

  long bytes() {
    return (long) capacity * Long.BYTES;
  }

  /** Four fifths are in use: beyond, probes get long. */
  private static boolean isFull(int count, int capacity) {
    return count >= capacity - capacity / 5 - 1;
  }

  boolean isFull() { return isFull(count, capacity) && capacity == maxCapacity; }

  /** The place where the probe for a hash begins. */
  int first(int hash) {
    return (int) (Integer.toUnsignedLong(hash) * capacity >>> 32);
  }

  int next(int place) {
    return place + 1 == capacity ? 0 : place + 1;
  }

  boolean isFree(int place) {
    return entry(place) == 0;
  }

  boolean hasHash(int place, int hash) {
    return (int) (entry(place) >>> 32) == hash;
  }

  long address(int place) {
    return ((entry(place) & 0xffffffffL) - 1) << 3;
  }

  /** There is room: see {@link #isFull}. */
  void add(int hash, long address) {
    if (isFull(count, capacity)) {
      grow();
    }
    insert(encode(hash, address));
    count++;
  }

  private static long encode(int hash, long address) {
    return (long) hash << 32 | (address >>> 3) + 1;
  }

  private void grow() {
    Arena arenaBefore = arena;
    MemorySegment before = table;
    int capacityBefore = capacity;
    capacity = (int) Math.min(maxCapacity, 2L * capacityBefore);
    arena = Arena.ofShared();
    table = allocate();
    for (int i = 0; i < capacityBefore; i++) {
      long entry = before.getAtIndex(JAVA_LONG, i);
      if (entry != 0) {
        insert(entry);
      }
    }
    arenaBefore.close();
  }

  private void insert(long entry) {
    int place = first((int) (entry >>> 32));
    while (!isFree(place)) {
      place = next(place);
    }
    set(place, entry);
  }

  void move(int hash, long from, long to) {
    set(place(hash, from), encode(hash, to));
  }

  /** Pulls those behind it forward, so that no probe ends too early. */
  void remove(int hash, long address) {
    int free = place(hash, address);
    count--;
    for (int place = next(free); !isFree(place); place = next(place)) {
      int home = first((int) (entry(place) >>> 32));
      boolean stays = free <= place ? free < home && home <= place : free < home || home <= place;
      if (!stays) {
        set(free, entry(place));
        free = place;
      }
    }
    set(free, 0);
  }

  private int place(int hash, long address) {
    long wanted = encode(hash, address);
    int place = first(hash);
    while (entry(place) != wanted) {
      if (isFree(place)) {
        throw new IllegalStateException("an entry is not in the index");
      }
      place = next(place);
    }
    return place;
  }

  @Override
  public void close() {
    arena.close();
  }
}
