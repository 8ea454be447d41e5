package io.pika.node.store;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The read half of the memory tier: what RocksDB has, or has not, of keys that were read or flushed lately. Bounded in
 * bytes that are reserved, all of them outside of the heap; reserved only as it fills.
 *
 * <p>Cut into segments by the hash of a key, each with a short lock of its own, because slots and the flusher meet
 * here. What is kept when there is no room is decided by {@link ReadSegment}. Any thread; what a slot may believe of it is
 * the business of {@link SlotReads}.
 */
final class ReadTier implements AutoCloseable {
  /** RocksDB does not have the key; told from an empty value by identity. */
  static final byte[] ABSENT = new byte[0];

  private static final long SEGMENT_BYTES = 2 << 20;
  private static final int MOST_SEGMENTS = 64;
  private static final long MIX_LIFE = 0x9E3779B97F4A7C15L;
  private static final long MIX_WORD = 0xD6E8FEB86659FD93L;
  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class,
      ByteOrder.nativeOrder());

  private final Arena arena = Arena.ofShared();
  private final ReadSegment[] segments;
  private final long seed;
  private final AtomicLong lives = new AtomicLong();

  /**
   * @param bytes the bound; if it is too small for anything, nothing is kept
   * @param seed nobody outside may know it: who can make keys collide makes look-ups slow
   */
  ReadTier(long bytes, long seed) {
    this.seed = seed;
    long parts = Math.clamp(Long.highestOneBit(Math.max(1, bytes / SEGMENT_BYTES)), 1, MOST_SEGMENTS);
    segments = new ReadSegment[(int) parts];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new ReadSegment(arena, bytes / parts);
    }
  }

  /** Under a name of its own, so that it finds nothing that went in before. */
  long newLife() {
    return lives.incrementAndGet();
  }

  /** The value, {@link #ABSENT}, or null: not known. */
  byte @Nullable [] get(SlotReads slot, byte[] key) {
    long hash = hash(slot.life(), key);
    return segment(hash).get(slot, (int) (hash >>> 32), key);
  }

  /** @param value null: RocksDB does not have it */
  void put(SlotReads.Moment moment, byte[] key, byte @Nullable [] value) {
    long hash = hash(moment.life(), key);
    segment(hash).put(moment, (int) (hash >>> 32), key, value);
  }

  /** The key is not in RocksDB any more, and nobody is known to ask for it. */
  void remove(SlotReads.Moment moment, byte[] key) {
    long hash = hash(moment.life(), key);
    segment(hash).remove(moment, (int) (hash >>> 32), key);
  }

  private ReadSegment segment(long hash) {
    return segments[(int) hash & segments.length - 1];
  }

  private long hash(long life, byte[] key) {
    long hash = mix(seed ^ key.length, life * MIX_LIFE);
    int at = 0;
    for (; at + Long.BYTES <= key.length; at += Long.BYTES) {
      hash = mix(hash, (long) LONGS.get(key, at));
    }
    long rest = 0;
    for (; at < key.length; at++) {
      rest = rest << Byte.SIZE | key[at] & 0xff;
    }
    return mix(hash, rest);
  }

  private static long mix(long hash, long word) {
    long mixed = (hash ^ word) + MIX_LIFE;
    return mixed * MIX_WORD ^ Math.unsignedMultiplyHigh(mixed, MIX_WORD);
  }

  ReadTierStats stats() {
    ReadTierStats sum = ReadTierStats.NONE;
    for (ReadSegment segment : segments) {
      sum = sum.plus(segment.stats());
    }
    return sum;
  }

  /** Nobody may use it any more. */
  @Override
  public void close() {
    for (ReadSegment segment : segments) {
      segment.close();
    }
    arena.close();
  }
}
