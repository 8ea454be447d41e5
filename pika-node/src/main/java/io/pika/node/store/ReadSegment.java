package io.pika.node.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A part of the {@link ReadTier}: entries in two rings of native memory, in the order of arrival. What is kept follows
 * S3-FIFO (Yang et al., SOSP 2023): new entries go into a small ring; who leaves it without having been asked for is only
 * remembered by its hash, the others go into the main ring, and so does who comes back while it is remembered. So a
 * scan passes through a tenth of the memory. In the main ring who was asked for goes another round.
 *
 * <p>While the main ring has room, everybody goes there: an empty cache forgets nothing.
 *
 * <pre>
 * entry: | shape 4 | hash 4 | life 8 | stamp 4 | value length 4 | key | value | to a multiple of 8 |
 * shape: | dead 1 = 0 | size in units of 8, 15 | key length 14 | used 2 |, or | dead 1 = 1 | bytes to skip 31 |
 * </pre>
 */
final class ReadSegment implements AutoCloseable {
  private static final int HEADER_BYTES = 24;
  private static final int HASH_AT = 4;
  private static final int LIFE_AT = 8;
  private static final int STAMP_AT = 16;
  private static final int LENGTH_AT = 20;

  private static final int MOST_USED = 3;
  private static final int DEAD = 1 << 31;
  private static final int MOST_KEY_BYTES = (1 << 14) - 1;
  private static final int MOST_ENTRY_BYTES = 32 << 10;
  private static final int NO_VALUE = -1;

  /** Of all that a segment may take: an index entry for 64 bytes, a remembered hash for 128. */
  private static final int INDEX_SHARE = 64;
  private static final int GHOST_SHARE = 128;
  private static final int LEAST_CHUNK_BITS = 7;
  private static final int MOST_CHUNK_BITS = 20;
  private static final int LEAST_CHUNKS = 3;
  private static final int CHUNKS = 32;
  /** Entries that a single new one sends on another round. */
  private static final int MOST_ROUNDS = 16;
  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class,
      ByteOrder.nativeOrder());

  private final Arena arena;
  private final int chunkBits;
  private final int chunkMask;
  private final int maxEntryBytes;
  /** Null: not reserved yet. */
  private final @Nullable MemorySegment[] chunks;
  private final Ring small;
  private final Ring main;
  private final ReadIndex index;
  private final int maxGhosts;
  /** Hashes of those that had to go unused; zero: none. A newer one takes the place of an older one. */
  private @Nullable MemorySegment ghosts;

  private int reserved;
  private long usedBytes;
  private long hits;
  private long misses;
  private long evictions;

  /** Filled around and around. An entry does not lie across the end of a chunk. */
  private static final class Ring {
    final long first;
    final long capacity;
    /** Where the next entry goes, and where the oldest is, counted on without end. */
    long head;
    long tail;

    Ring(long first, long capacity) {
      this.first = first;
      this.capacity = capacity;
    }

    long at(long position) {
      return first + position % capacity;
    }

    long room() {
      return capacity - (head - tail);
    }

    boolean isEmpty() { return head == tail; }
  }

  ReadSegment(Arena arena, long bytes) {
    this.arena = arena;
    int indexCapacity = (int) Math.min(Integer.MAX_VALUE / 2, bytes / INDEX_SHARE);
    maxGhosts = (int) Math.min(Integer.MAX_VALUE / 2, bytes / GHOST_SHARE);
    long dataBytes = bytes - (long) indexCapacity * Long.BYTES - (long) maxGhosts * Integer.BYTES;
    chunkBits = Math.clamp(63 - Long.numberOfLeadingZeros(Math.max(1, dataBytes / CHUNKS)), LEAST_CHUNK_BITS,
        MOST_CHUNK_BITS);
    chunkMask = (1 << chunkBits) - 1;
    int count = (int) (dataBytes >> chunkBits);
    boolean any = count >= LEAST_CHUNKS;
    chunks = new MemorySegment[any ? count : 0];
    maxEntryBytes = any ? Math.min(MOST_ENTRY_BYTES, 1 << chunkBits - 1) : 0;
    long smallBytes = (long) Math.max(1, count / 10) << chunkBits;
    small = new Ring(0, smallBytes);
    main = new Ring(smallBytes, ((long) count << chunkBits) - smallBytes);
    index = new ReadIndex(indexCapacity);
  }

  /** The value, {@link ReadTier#ABSENT}, or null. */
  synchronized byte @Nullable [] get(SlotReads slot, int hash, byte[] key) {
    long at = find(slot.life(), hash, key);
    if (at < 0) {
      misses++;
      return null;
    }
    MemorySegment chunk = chunk(at);
    int offset = offset(at);
    if (slot.isDeletedSince(key, chunk.get(JAVA_INT, offset + STAMP_AT))) {
      remove(at, hash);
      misses++;
      return null;
    }
    hits++;
    use(chunk, offset);
    int length = chunk.get(JAVA_INT, offset + LENGTH_AT);
    if (length == NO_VALUE) {
      return ReadTier.ABSENT;
    }
    byte[] value = new byte[length];
    MemorySegment.copy(chunk, JAVA_BYTE, offset + HEADER_BYTES + key.length, value, 0, length);
    return value;
  }

  /** @param value null: RocksDB does not have it */
  synchronized void put(SlotReads.Moment moment, int hash, byte[] key, byte @Nullable [] value) {
    int size = sizeOf(key, value);
    long at = find(moment.life(), hash, key);
    boolean proven = false;
    if (at >= 0) {
      if (size <= sizeAt(at)) {
        use(chunk(at), offset(at));
        writeValue(at, moment, key, value);
        return;
      }
      proven = at >= main.first;
      remove(at, hash);
    }
    if (key.length <= MOST_KEY_BYTES && size <= maxEntryBytes) {
      add(proven || wasHere(hash) ? main : small, moment, hash, key, value);
    }
  }

  synchronized void remove(SlotReads.Moment moment, int hash, byte[] key) {
    long at = find(moment.life(), hash, key);
    if (at >= 0) {
      remove(at, hash);
    }
  }

  private void add(Ring ring, SlotReads.Moment moment, int hash, byte[] key, byte @Nullable [] value) {
    int size = sizeOf(key, value);
    int rounds = MOST_ROUNDS;
    while (index.isFull()) {
      if (small.isEmpty()) {
        rounds -= shiftMain(rounds > 0 ? 0 : MOST_USED);
      } else {
        shiftSmall();
      }
    }
    makeRoom(ring, size);
    long at = reserve(ring, size);
    MemorySegment chunk = chunk(at);
    int offset = offset(at);
    chunk.set(JAVA_INT, offset, size >> 3 << 16 | key.length << 2);
    chunk.set(JAVA_INT, offset + HASH_AT, hash);
    chunk.set(JAVA_LONG, offset + LIFE_AT, moment.life());
    MemorySegment.copy(key, 0, chunk, JAVA_BYTE, offset + HEADER_BYTES, key.length);
    writeValue(at, moment, key, value);
    index.add(hash, at);
    usedBytes += size;
  }

  /** Behind the key, which is there. */
  private void writeValue(long at, SlotReads.Moment moment, byte[] key, byte @Nullable [] value) {
    MemorySegment chunk = chunk(at);
    int offset = offset(at);
    chunk.set(JAVA_INT, offset + STAMP_AT, moment.stamp());
    chunk.set(JAVA_INT, offset + LENGTH_AT, value == null ? NO_VALUE : value.length);
    if (value != null) {
      MemorySegment.copy(value, 0, chunk, JAVA_BYTE, offset + HEADER_BYTES + key.length, value.length);
    }
  }

  private static int sizeOf(byte[] key, byte @Nullable [] value) {
    long size = (long) HEADER_BYTES + key.length + (value == null ? 0 : value.length);
    return (int) Math.min(Integer.MAX_VALUE, size + 7 & -8);
  }

  private long find(long life, int hash, byte[] key) {
    if (chunks.length == 0) {
      return -1;
    }
    for (int place = index.first(hash); !index.isFree(place); place = index.next(place)) {
      if (index.hasHash(place, hash) && isOf(index.address(place), life, key)) {
        return index.address(place);
      }
    }
    return -1;
  }

  private boolean isOf(long at, long life, byte[] key) {
    MemorySegment chunk = chunk(at);
    int offset = offset(at);
    if (chunk.get(JAVA_LONG, offset + LIFE_AT) != life
        || keyLength(chunk.get(JAVA_INT, offset)) != key.length) {
      return false;
    }
    int from = offset + HEADER_BYTES;
    int i = 0;
    for (; i + Long.BYTES <= key.length; i += Long.BYTES) {
      if (chunk.get(JAVA_LONG, from + i) != (long) LONGS.get(key, i)) {
        return false;
      }
    }
    for (; i < key.length; i++) {
      if (chunk.get(JAVA_BYTE, from + i) != key[i]) {
        return false;
      }
    }
    return true;
  }

  private static void use(MemorySegment chunk, int offset) {
    int shape = chunk.get(JAVA_INT, offset);
    if ((shape & MOST_USED) < MOST_USED) {
      chunk.set(JAVA_INT, offset, shape + 1);
    }
  }

  private void remove(long at, int hash) {
    index.remove(hash, at);
    int size = sizeAt(at);
    usedBytes -= size;
    chunk(at).set(JAVA_INT, offset(at), DEAD | size);
  }

  private void evict(long at, int hash) {
    remove(at, hash);
    evictions++;
  }

  private boolean fits(Ring ring, int size) {
    long chunkRoom = chunkRoom(ring);
    return ring.room() >= (size <= chunkRoom ? size : size + chunkRoom);
  }

  private long chunkRoom(Ring ring) {
    return chunkMask + 1 - (ring.head & chunkMask);
  }

  private void makeRoom(Ring ring, int size) {
    int rounds = MOST_ROUNDS;
    while (!fits(ring, size)) {
      if (ring == small) {
        shiftSmall();
      } else {
        rounds -= shiftMain(rounds > 0 ? 0 : MOST_USED);
      }
    }
  }

  /** The oldest of the small ring leaves it. */
  private void shiftSmall() {
    long at = small.at(small.tail);
    int shape = shapeAt(at);
    int size = size(shape);
    if (shape >= 0) {
      int hash = chunk(at).get(JAVA_INT, offset(at) + HASH_AT);
      if ((shape & MOST_USED) > 0 || !index.isFull() && fits(main, size)) {
        makeRoom(main, size);
        move(at, hash, shape & ~MOST_USED);
      } else {
        evict(at, hash);
        remember(hash);
      }
    }
    small.tail += size;
  }

  /**
   * The oldest of the main ring leaves it, or goes another round, if it was used more often than so.
   *
   * @return how many went another round
   */
  private int shiftMain(int unusedUpTo) {
    long at = main.at(main.tail);
    int shape = shapeAt(at);
    int size = size(shape);
    main.tail += size;
    if (shape < 0) {
      return 0;
    }
    int hash = chunk(at).get(JAVA_INT, offset(at) + HASH_AT);
    if ((shape & MOST_USED) <= unusedUpTo || !fits(main, size)) {
      evict(at, hash);
      return 0;
    }
    move(at, hash, shape - 1);
    return 1;
  }

  /** To the head of the main ring, where there is room. The bytes may overlap; a pad before them does not. */
  private void move(long from, int hash, int shape) {
    long to = reserve(main, size(shape));
    MemorySegment.copy(chunk(from), offset(from), chunk(to), offset(to), size(shape));
    chunk(to).set(JAVA_INT, offset(to), shape);
    index.move(hash, from, to);
  }

  /** There is room. */
  private long reserve(Ring ring, int size) {
    long chunkRoom = chunkRoom(ring);
    if (size > chunkRoom) {
      long at = ring.at(ring.head);
      chunk(at).set(JAVA_INT, offset(at), DEAD | (int) chunkRoom);
      ring.head += chunkRoom;
    }
    long at = ring.at(ring.head);
    ring.head += size;
    return at;
  }

  private void remember(int hash) {
    if (ghosts == null) {
      ghosts = arena.allocate((long) maxGhosts * Integer.BYTES, Integer.BYTES);
    }
    ghosts.setAtIndex(JAVA_INT, Integer.remainderUnsigned(hash, maxGhosts), hash);
  }

  private boolean wasHere(int hash) {
    if (ghosts == null || hash == 0) {
      return false;
    }
    int place = Integer.remainderUnsigned(hash, maxGhosts);
    boolean was = ghosts.getAtIndex(JAVA_INT, place) == hash;
    if (was) {
      ghosts.setAtIndex(JAVA_INT, place, 0);
    }
    return was;
  }

  private int shapeAt(long at) {
    return chunk(at).get(JAVA_INT, offset(at));
  }

  private int sizeAt(long at) {
    return size(shapeAt(at));
  }

  private static int size(int shape) {
    return shape < 0 ? shape & ~DEAD : shape >>> 16 << 3;
  }

  private static int keyLength(int shape) {
    return shape >>> 2 & MOST_KEY_BYTES;
  }

  private int offset(long at) {
    return (int) at & chunkMask;
  }

  private MemorySegment chunk(long at) {
    int number = (int) (at >>> chunkBits);
    MemorySegment chunk = chunks[number];
    if (chunk == null) {
      chunk = arena.allocate(chunkMask + 1L, Long.BYTES);
      chunks[number] = chunk;
      reserved++;
    }
    return chunk;
  }

  synchronized ReadTierStats stats() {
    return new ReadTierStats(hits, misses, index.count(), evictions, usedBytes,
        ((long) reserved << chunkBits) + index.bytes() + (ghosts == null ? 0 : ghosts.byteSize()));
  }

  @Override
  public void close() {
    index.close();
  }
}
