package io.pika.node.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Keys with values, packed into pages of bytes, found by hash. A node has millions of them for half a minute each: as objects
 * of their own the garbage collector would have to follow and move every one.
 *
 * <pre>
 * a record in a page: | hash i32 | key length i32 | room i32 | value length i32 | key | value |
 * room: bytes there for the value; value length: -1: deleted, below: a large value, by its number
 * </pre>
 *
 * <p>Large values are kept as they came, by reference. A value that fits is written over the one before it; what lies
 * dead is taken out when it is more than what lives. There is an {@link EntryOrder} from when it is first asked for.
 *
 * <p>One thread changes it; when nobody does any more, all threads may read.
 */
final class LayerEntries {
  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class,
      ByteOrder.nativeOrder());
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class,
      ByteOrder.LITTLE_ENDIAN);
  /** Nobody shall choose keys that have one hash. */
  private static final long SEED = ThreadLocalRandom.current().nextLong();
  private static final long MIX = 0x9E3779B97F4A7C15L;

  /** Nothing has this address. */
  static final int NONE = 0;
  private static final int PAGE_BYTES = 32 << 10;
  private static final int FIRST_PAGE_BYTES = 256;
  private static final int UNIT_SHIFT = 2;
  /** Addresses are in units; so many bits of them are within a page. */
  private static final int PAGE_SHIFT = 13;
  private static final int PAGE_MASK = (1 << PAGE_SHIFT) - 1;
  private static final int PAGES_MAX = 1 << Integer.SIZE - PAGE_SHIFT;
  private static final int KEY_LENGTH = 4;
  private static final int ROOM = 8;
  private static final int VALUE_LENGTH = 12;
  private static final int RECORD_HEADER_BYTES = 16;
  private static final int LARGE_VALUE_BYTES = 2 << 10;
  private static final int DELETED_LENGTH = -1;
  private static final int FIRST_LARGE = -2;
  private static final int INDEX_LEAST = 16;
  /** Less dead space than this is not worth a look. */
  private static final int DEAD_LEAST = 4 << 10;
  /** Arrays' headers and the like. */
  private static final int PAGE_OVERHEAD_BYTES = 24;
  private static final int OVERHEAD_BYTES = 200;

  private byte[][] pages = {new byte[FIRST_PAGE_BYTES]};
  private int pageCount = 1;
  private int currentPage;
  /** Where the next record goes in the current page. The first unit of all stays free: see {@link #NONE}. */
  private int tail = 1 << UNIT_SHIFT;
  private long pageBytes = FIRST_PAGE_BYTES;
  /** Bytes of records, with the room that they have. */
  private long used;
  /** Bytes of records, with the room that they need. */
  private long live;
  private List<byte @Nullable []> larges = new ArrayList<>(0);
  private long largeBytes;
  /** Addresses by hash; the next free place is taken where there is one already. */
  private int[] index = new int[INDEX_LEAST];
  private int size;
  /** Null: nobody has asked. Readers of what does not change any more may make it at once: all make the same. */
  private volatile @Nullable EntryOrder order;

  int size() {
    return size;
  }

  boolean isEmpty() { return size == 0; }

  /** Memory in use. */
  long bytes() {
    EntryOrder sorted = order;
    return OVERHEAD_BYTES + pageBytes + (long) pageCount * PAGE_OVERHEAD_BYTES + largeBytes
        + (long) larges.size() * Long.BYTES + (long) index.length * Integer.BYTES
        + (sorted == null ? 0 : sorted.bytes());
  }

  /** The value, {@link Layer#DELETED}, or null. */
  byte @Nullable [] get(byte[] key) {
    int at = index[place(key, hash(key))];
    return at == NONE ? null : value(at);
  }

  /** Returns what was there before, as {@link #get} does. */
  byte @Nullable [] put(byte[] key, byte[] value) {
    int hash = hash(key);
    int place = place(key, hash);
    int at = index[place];
    if (at == NONE) {
      add(key, value, hash, place);
      return null;
    }
    byte[] before = value(at);
    overwrite(at, place, key, value);
    compactIfDead();
    return before;
  }

  private void add(byte[] key, byte[] value, int hash, int place) {
    int at = write(key, value, hash);
    index[place] = at;
    size++;
    EntryOrder sorted = order;
    if (sorted != null) {
      sorted.add(key, at);
    }
    if (size * 3L > index.length * 2L) {
      growIndex();
    }
  }

  private void overwrite(int at, int place, byte[] key, byte[] value) {
    if (inlineBytes(value) <= room(at)) {
      live -= neededBytes(at);
      setValue(at, value);
      live += neededBytes(at);
      return;
    }
    forget(at);
    int moved = write(key, value, intAt(at, 0));
    index[place] = moved;
    EntryOrder sorted = order;
    if (sorted != null) {
      sorted.replace(key, moved);
    }
  }

  void remove(byte[] key) {
    int place = place(key, hash(key));
    int at = index[place];
    if (at == NONE) {
      return;
    }
    EntryOrder sorted = order;
    if (sorted != null) {
      sorted.remove(key);
    }
    forget(at);
    unlink(place);
    size--;
    compactIfDead();
  }

  /** Its bytes are dead. If they are the last ones, they are free. */
  private void forget(int at) {
    live -= neededBytes(at);
    forgetLarge(at);
    int bytes = recordBytes(keyLength(at), room(at));
    if (at >>> PAGE_SHIFT == currentPage && offset(at) + bytes == tail) {
      tail -= bytes;
      used -= bytes;
    }
  }

  private int write(byte[] key, byte[] value, int hash) {
    int room = aligned(inlineBytes(value));
    int at = allocate(recordBytes(key.length, room));
    byte[] page = pages[at >>> PAGE_SHIFT];
    int offset = offset(at);
    INT.set(page, offset, hash);
    INT.set(page, offset + KEY_LENGTH, key.length);
    INT.set(page, offset + ROOM, room);
    INT.set(page, offset + VALUE_LENGTH, 0);
    System.arraycopy(key, 0, page, offset + RECORD_HEADER_BYTES, key.length);
    setValue(at, value);
    live += neededBytes(at);
    return at;
  }

  private void setValue(int at, byte[] value) {
    byte[] page = pages[at >>> PAGE_SHIFT];
    int offset = offset(at);
    if (value.length >= LARGE_VALUE_BYTES) {
      setLarge(page, offset, value);
      return;
    }
    forgetLarge(at);
    INT.set(page, offset + VALUE_LENGTH, value == Layer.DELETED ? DELETED_LENGTH : value.length);
    System.arraycopy(value, 0, page, offset + RECORD_HEADER_BYTES + keyLength(at), value.length);
  }

  private void setLarge(byte[] page, int offset, byte[] value) {
    int length = (int) INT.get(page, offset + VALUE_LENGTH);
    if (length > FIRST_LARGE) {
      INT.set(page, offset + VALUE_LENGTH, FIRST_LARGE - larges.size());
      larges.add(value);
      largeBytes += largeBytes(value);
      return;
    }
    byte[] before = larges.set(FIRST_LARGE - length, value);
    largeBytes += largeBytes(value) - (before == null ? 0 : largeBytes(before));
  }

  private void forgetLarge(int at) {
    int length = intAt(at, VALUE_LENGTH);
    if (length <= FIRST_LARGE) {
      byte[] before = larges.set(FIRST_LARGE - length, null);
      largeBytes -= before == null ? 0 : largeBytes(before);
      // The place in the list is as dead as bytes in a page.
      used += Long.BYTES;
    }
  }

  private static long largeBytes(byte[] value) {
    return value.length + PAGE_OVERHEAD_BYTES;
  }

  private int allocate(int bytes) {
    used += bytes;
    if (bytes > PAGE_BYTES / 2) {
      return address(addPage(bytes), 0);
    }
    if (tail + bytes > pages[currentPage].length) {
      makeRoom(bytes);
    }
    int at = address(currentPage, tail);
    tail += bytes;
    return at;
  }

  /** The first page grows: most slots have little. */
  private void makeRoom(int bytes) {
    int length = pages[currentPage].length;
    if (length < PAGE_BYTES && tail + bytes <= PAGE_BYTES) {
      int grown = Math.max(2 * length, Integer.highestOneBit(tail + bytes - 1) << 1);
      pages[currentPage] = Arrays.copyOf(pages[currentPage], grown);
      pageBytes += grown - length;
      return;
    }
    currentPage = addPage(PAGE_BYTES);
    tail = 0;
  }

  private int addPage(int bytes) {
    if (pageCount == PAGES_MAX) {
      throw new IllegalStateException("a layer has " + PAGES_MAX + " pages");
    }
    if (pageCount == pages.length) {
      pages = Arrays.copyOf(pages, 2 * pageCount);
    }
    pages[pageCount] = new byte[bytes];
    pageBytes += bytes;
    return pageCount++;
  }

  private void compactIfDead() {
    if (used - live > DEAD_LEAST && used > 2 * live) {
      compact();
    }
  }

  /** Writes all records again. Each old one's hash becomes the new one's address, for those who know the old one. */
  private void compact() {
    byte[][] oldPages = pages;
    List<byte @Nullable []> oldLarges = larges;
    pages = new byte[][]{new byte[FIRST_PAGE_BYTES]};
    pageCount = 1;
    currentPage = 0;
    tail = 1 << UNIT_SHIFT;
    pageBytes = FIRST_PAGE_BYTES;
    used = 0;
    live = 0;
    larges = new ArrayList<>(0);
    largeBytes = 0;
    for (int i = 0; i < index.length; i++) {
      if (index[i] != NONE) {
        index[i] = move(oldPages[index[i] >>> PAGE_SHIFT], offset(index[i]), oldLarges);
      }
    }
    EntryOrder sorted = order;
    if (sorted != null) {
      sorted.replaceAll(at -> (int) INT.get(oldPages[at >>> PAGE_SHIFT], offset(at)));
    }
  }

  private int move(byte[] page, int offset, List<byte @Nullable []> oldLarges) {
    int keyFrom = offset + RECORD_HEADER_BYTES;
    int valueFrom = keyFrom + (int) INT.get(page, offset + KEY_LENGTH);
    byte[] key = Arrays.copyOfRange(page, keyFrom, valueFrom);
    int moved = write(key, value(page, valueFrom, (int) INT.get(page, offset + VALUE_LENGTH), oldLarges),
        (int) INT.get(page, offset));
    INT.set(page, offset, moved);
    return moved;
  }

  private void growIndex() {
    int[] old = index;
    index = new int[2 * old.length];
    int mask = index.length - 1;
    for (int at : old) {
      if (at != NONE) {
        int place = intAt(at, 0) & mask;
        while (index[place] != NONE) {
          place = place + 1 & mask;
        }
        index[place] = at;
      }
    }
  }

  /** Where a key is in the index, or would be. */
  private int place(byte[] key, int hash) {
    int mask = index.length - 1;
    int place = hash & mask;
    while (index[place] != NONE && !isAt(index[place], key, hash)) {
      place = place + 1 & mask;
    }
    return place;
  }

  /** Those behind it that would not be found any more move up. */
  private void unlink(int place) {
    int mask = index.length - 1;
    int hole = place;
    int next = place + 1 & mask;
    while (index[next] != NONE) {
      int home = intAt(index[next], 0) & mask;
      if ((next - home & mask) >= (next - hole & mask)) {
        index[hole] = index[next];
        hole = next;
      }
      next = next + 1 & mask;
    }
    index[hole] = NONE;
  }

  private boolean isAt(int at, byte[] key, int hash) {
    return intAt(at, 0) == hash && keyLength(at) == key.length && compareKey(at, key) == 0;
  }

  /** How the key at an address compares to another. */
  int compareKey(int at, byte[] other) {
    int from = offset(at) + RECORD_HEADER_BYTES;
    return Arrays.compareUnsigned(pages[at >>> PAGE_SHIFT], from, from + keyLength(at), other, 0,
        other.length);
  }

  int compareKeys(int one, int other) {
    int oneFrom = offset(one) + RECORD_HEADER_BYTES;
    int otherFrom = offset(other) + RECORD_HEADER_BYTES;
    return Arrays.compareUnsigned(pages[one >>> PAGE_SHIFT], oneFrom, oneFrom + keyLength(one),
        pages[other >>> PAGE_SHIFT], otherFrom, otherFrom + keyLength(other));
  }

  byte[] key(int at) {
    int from = offset(at) + RECORD_HEADER_BYTES;
    return Arrays.copyOfRange(pages[at >>> PAGE_SHIFT], from, from + keyLength(at));
  }

  byte[] value(int at) {
    int valueFrom = offset(at) + RECORD_HEADER_BYTES + keyLength(at);
    return value(pages[at >>> PAGE_SHIFT], valueFrom, intAt(at, VALUE_LENGTH), larges);
  }

  private static byte[] value(byte[] page, int from, int length, List<byte @Nullable []> larges) {
    if (length == DELETED_LENGTH) {
      return Layer.DELETED;
    }
    if (length <= FIRST_LARGE) {
      byte[] large = larges.get(FIRST_LARGE - length);
      if (large == null) {
        throw new IllegalStateException("a large value was forgotten");
      }
      return large;
    }
    return Arrays.copyOfRange(page, from, from + length);
  }

  EntryOrder order() {
    EntryOrder sorted = order;
    if (sorted == null) {
      sorted = new EntryOrder(this, addresses());
      order = sorted;
    }
    return sorted;
  }

  /** Whether there are any, and all their keys lie in a range. */
  boolean areWithin(byte[] from, byte[] to) {
    if (size == 0) {
      return false;
    }
    EntryOrder sorted = order();
    return compareKey(sorted.first(), from) >= 0 && compareKey(sorted.last(), to) < 0;
  }

  /** Those of a range of keys, on their own. */
  LayerEntries part(byte[] from, byte[] to) {
    LayerEntries part = new LayerEntries();
    if (size > 0) {
      EntryOrder sorted = order();
      int position = sorted.ceiling(from);
      for (int at = sorted.at(position); at != NONE && compareKey(at, to) < 0; at = sorted.at(position)) {
        part.put(key(at), value(at));
        position = sorted.next(position);
      }
    }
    return part;
  }

  void putAll(LayerEntries others) {
    for (int at : others.addresses()) {
      put(others.key(at), others.value(at));
    }
  }

  void removeAll(LayerEntries others) {
    for (int at : others.addresses()) {
      remove(others.key(at));
    }
  }

  /** About in the order in which they came. */
  private int[] addresses() {
    int[] all = new int[size];
    int count = 0;
    for (int at : index) {
      if (at != NONE) {
        all[count++] = at;
      }
    }
    Arrays.sort(all);
    return all;
  }

  private int intAt(int at, int field) {
    return (int) INT.get(pages[at >>> PAGE_SHIFT], offset(at) + field);
  }

  private int keyLength(int at) {
    return intAt(at, KEY_LENGTH);
  }

  private int room(int at) {
    return intAt(at, ROOM);
  }

  private int neededBytes(int at) {
    return recordBytes(keyLength(at), Math.max(0, intAt(at, VALUE_LENGTH)));
  }

  private static int recordBytes(int keyLength, int valueLength) {
    return aligned(RECORD_HEADER_BYTES + keyLength + valueLength);
  }

  /** What a value takes of a page. */
  private static int inlineBytes(byte[] value) {
    return value.length >= LARGE_VALUE_BYTES ? 0 : value.length;
  }

  private static int aligned(int bytes) {
    int unit = 1 << UNIT_SHIFT;
    return bytes + unit - 1 & -unit;
  }

  private static int address(int page, int offset) {
    return page << PAGE_SHIFT | offset >>> UNIT_SHIFT;
  }

  private static int offset(int at) {
    return (at & PAGE_MASK) << UNIT_SHIFT;
  }

  private static int hash(byte[] key) {
    long hash = SEED ^ key.length;
    int i = 0;
    for (; i + Long.BYTES <= key.length; i += Long.BYTES) {
      hash = mix(hash ^ (long) LONG.get(key, i));
    }
    long rest = 0;
    for (; i < key.length; i++) {
      rest = rest << Byte.SIZE | key[i] & 0xff;
    }
    return (int) mix(hash ^ rest);
  }

  private static long mix(long bits) {
    long product = bits * MIX;
    return product ^ product >>> 32 ^ product >>> 15;
  }
}
