package io.pika.node.type;

import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Numbers;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What string commands mean (Redis 7.0 {@code t_string.c}). Absent keys read as null or as an empty string, as
 * each command has it; a key of another type is refused. The hot paths are {@link #get}, {@link #put} and
 * {@link #add}: nothing is allocated there but what is stored.
 */
public final class Strings {
  /** No array is longer. */
  private static final long ARRAY_BYTES_MAX = Integer.MAX_VALUE - 64;

  private static final byte[] EMPTY = {};

  private final LongSupplier valueBytesMax;

  /** @param valueBytesMax the longest string that a command may build; asked each time, for it can be changed */
  public Strings(LongSupplier valueBytesMax) {
    this.valueBytesMax = () -> Math.min(valueBytesMax.getAsLong(), ARRAY_BYTES_MAX);
  }

  /** The longest string that a command may build. */
  public long valueBytesMax() {
    return valueBytesMax.getAsLong();
  }

  public byte @Nullable [] get(KeySpace keys, byte[] key) {
    Entry entry = find(keys, key);
    return entry == null ? null : entry.value();
  }

  /** As {@link #get}, but a key of another type reads as absent: what MGET does. */
  public byte @Nullable [] getIfString(KeySpace keys, byte[] key) {
    Entry entry = keys.find(key);
    return entry == null || entry.type() != Entry.STRING ? null : entry.value();
  }

  /** Writes a value that stays for ever, whatever was there. */
  public void put(KeySpace keys, byte[] key, byte[] value) {
    keys.put(key, Entry.string(value, 0));
  }

  /** Writes a value if the key's presence admits it; says whether it did. */
  public boolean set(KeySpace keys, byte[] key, byte[] value, Presence presence, Expiry expiry) {
    boolean look = presence != Presence.ANY || expiry.kind() == Expiry.Kind.KEEP;
    Entry old = look ? keys.find(key) : null;
    if (!presence.admits(old != null)) {
      return false;
    }
    if (expiry.kind() == Expiry.Kind.AT && expiry.atMs() <= keys.nowMs()) {
      keys.delete(key);
      return true;
    }
    boolean keep = expiry.kind() == Expiry.Kind.KEEP && old != null;
    keys.put(key, Entry.string(value, keep ? old.expireAtMs() : expiry.atMs()));
    return true;
  }

  /** Writes all pairs of key and value if none of the keys is there; says whether it did. */
  public boolean putAllIfAbsent(KeySpace keys, List<byte[]> pairs) {
    for (int i = 0; i < pairs.size(); i += 2) {
      if (keys.find(pairs.get(i)) != null) {
        return false;
      }
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      put(keys, pairs.get(i), pairs.get(i + 1));
    }
    return true;
  }

  public byte @Nullable [] getAndDelete(KeySpace keys, byte[] key) {
    byte[] value = get(keys, key);
    if (value != null) {
      keys.delete(key);
    }
    return value;
  }

  /** Deletes the key if it holds this value: 1 it did, -1 it holds another, 0 it is not there (Pika's DELVX). */
  public int deleteIfEqual(KeySpace keys, byte[] key, byte[] value) {
    byte[] held = get(keys, key);
    if (held == null) {
      return 0;
    }
    return Arrays.equals(held, value) && keys.delete(key) ? 1 : -1;
  }

  public int length(KeySpace keys, byte[] key) {
    Entry entry = find(keys, key);
    return entry == null ? 0 : entry.value().length;
  }

  /** Adds to the whole number that the key holds; absent is 0. Returns the sum. */
  public long add(KeySpace keys, byte[] key, long delta) {
    Entry old = find(keys, key);
    long value = old == null ? 0 : number(old.value());
    long sum = value + delta;
    if (((value ^ sum) & (delta ^ sum)) < 0) {
      throw Refusals.OVERFLOW;
    }
    keys.put(key, Entry.string(Numbers.format(sum), expiryOf(old)));
    return sum;
  }

  /** Adds to the number that the key holds; absent is 0. Returns the text of the sum. */
  public byte[] addFloat(KeySpace keys, byte[] key, byte[] delta) {
    Entry old = find(keys, key);
    LongDouble value = old == null ? LongDouble.ZERO : LongDouble.parse(old.value());
    LongDouble increment = value == null ? null : LongDouble.parse(delta);
    if (value == null || increment == null) {
      throw Refusals.NOT_A_FLOAT;
    }
    LongDouble sum = value.plus(increment);
    if (!sum.isFinite()) {
      throw Refusals.NOT_FINITE;
    }
    byte[] text = sum.format();
    keys.put(key, Entry.string(text, expiryOf(old)));
    return text;
  }

  /** Adds bytes at the end; returns the new length. */
  public int append(KeySpace keys, byte[] key, byte[] suffix) {
    Entry old = find(keys, key);
    if (old == null) {
      put(keys, key, suffix);
      return suffix.length;
    }
    byte[] head = old.value();
    checkLength(head.length, suffix.length);
    byte[] whole = Arrays.copyOf(head, head.length + suffix.length);
    System.arraycopy(suffix, 0, whole, head.length, suffix.length);
    keys.put(key, Entry.string(whole, old.expireAtMs()));
    return whole.length;
  }

  /**
   * Overwrites from an offset (not negative), filling up with zero bytes; returns the new length. Nothing to write
   * changes nothing.
   */
  public int setRange(KeySpace keys, byte[] key, long offset, byte[] part) {
    Entry old = find(keys, key);
    int oldLength = old == null ? 0 : old.value().length;
    if (part.length == 0) {
      return oldLength;
    }
    checkLength(offset, part.length);
    int length = Math.max(oldLength, (int) offset + part.length);
    byte[] whole = old == null ? new byte[length] : Arrays.copyOf(old.value(), length);
    System.arraycopy(part, 0, whole, (int) offset, part.length);
    keys.put(key, Entry.string(whole, expiryOf(old)));
    return length;
  }

  /** The bytes from start to end, both included; negative places count from the end. */
  public byte[] getRange(KeySpace keys, byte[] key, long start, long end) {
    byte[] value = get(keys, key);
    if (value == null || value.length == 0 || start < 0 && end < 0 && start > end) {
      return EMPTY;
    }
    long from = Math.max(start < 0 ? value.length + start : start, 0);
    long last = Math.min(Math.max(end < 0 ? value.length + end : end, 0), value.length - 1L);
    return from > last ? EMPTY : Arrays.copyOfRange(value, (int) from, (int) last + 1);
  }

  /** The values of two keys, empty where they are absent: what LCS compares. */
  public byte[][] both(KeySpace keys, byte[] first, byte[] second) {
    Entry one = keys.find(first);
    Entry other = keys.find(second);
    if (one != null && one.type() != Entry.STRING || other != null && other.type() != Entry.STRING) {
      throw Refusals.NOT_STRINGS;
    }
    return new byte[][]{one == null ? EMPTY : one.value(), other == null ? EMPTY : other.value()};
  }

  /** The longest common subsequence of two values. */
  public LongestCommonSubsequence commonSubsequence(byte[] first, byte[] second) {
    if (LongestCommonSubsequence.isTooBig(first, second, valueBytesMax.getAsLong())) {
      throw Refusals.LCS_TOO_BIG;
    }
    return LongestCommonSubsequence.of(first, second);
  }

  private void checkLength(long head, long added) {
    long total = head + added;
    if (total < 0 || total > valueBytesMax.getAsLong()) {
      throw Refusals.TOO_LONG;
    }
  }

  /** The entry of a live string; null: there is no such key. A key of another type is refused. */
  static @Nullable Entry find(KeySpace keys, byte[] key) {
    Entry entry = keys.find(key);
    if (entry != null && entry.type() != Entry.STRING) {
      throw Refusals.WRONG_TYPE;
    }
    return entry;
  }

  private static long number(byte[] text) {
    if (!Numbers.isLong(text)) {
      throw Refusals.NOT_A_LONG;
    }
    return Numbers.parseLong(text);
  }

  static long expiryOf(@Nullable Entry entry) {
    return entry == null ? 0 : entry.expireAtMs();
  }
}
