package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Numbers;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What hash commands mean (Redis 7.0 {@code t_hash.c}, and Pika's ordered scans). A field is the name of its element, so
 * fields lie in byte order. An absent key is a hash without fields; a key of another type is refused. Commands that give
 * many fields hand them on one by one and never hold them.
 */
public final class Hashes {
  /** Redis keeps hashes of no more fields, and no longer ones, as a list. */
  private static final int COMPACT_FIELDS = 512;
  private static final int COMPACT_BYTES = 64;
  /** A random field is found by some thirty seeks. */
  private static final int RANDOM_STEPS = 240;

  private Hashes() {}

  public static long size(KeySpace keys, byte[] key) {
    CollectionKey hash = find(keys, key);
    return hash == null ? 0 : hash.size();
  }

  public static byte @Nullable [] get(KeySpace keys, byte[] key, byte[] field) {
    CollectionKey hash = find(keys, key);
    return hash == null ? null : hash.elements().get(field);
  }

  /** Hands on the values of fields, in their order; null for an absent one. */
  public static void get(KeySpace keys, byte[] key, List<byte[]> fields,
      Consumer<byte @Nullable []> sink) {
    CollectionKey hash = find(keys, key);
    for (byte[] field : fields) {
      sink.accept(hash == null ? null : hash.elements().get(field));
    }
  }

  /** Hands on all fields with their values. */
  public static void each(KeySpace keys, byte[] key, BiConsumer<byte[], byte[]> sink) {
    ElementRun all = all(keys, key);
    if (all != null) {
      all.each(sink);
    }
  }

  /** All fields, which are names, with their values; null: there is no such key. */
  public static @Nullable ElementRun all(KeySpace keys, byte[] key) {
    CollectionKey hash = find(keys, key);
    return hash == null ? null : ElementRun.all(hash.elements(), Elements.FROM_START, null, hash.size());
  }

  /** Writes fields and values that come in turn; returns how many fields are new. */
  public static int put(KeySpace keys, byte[] key, List<byte[]> fieldsAndValues) {
    CollectionKey hash = findOrMake(keys, key);
    int added = 0;
    for (int i = 0; i < fieldsAndValues.size(); i += 2) {
      byte[] field = fieldsAndValues.get(i);
      added += hash.elements().get(field) == null ? 1 : 0;
      hash.elements().put(field, fieldsAndValues.get(i + 1));
    }
    grow(hash, added);
    return added;
  }

  public static boolean putIfAbsent(KeySpace keys, byte[] key, byte[] field, byte[] value) {
    CollectionKey hash = findOrMake(keys, key);
    if (hash.elements().get(field) != null) {
      return false;
    }
    hash.elements().put(field, value);
    grow(hash, 1);
    return true;
  }

  /** Returns how many of the fields were there. */
  public static int delete(KeySpace keys, byte[] key, List<byte[]> fields) {
    CollectionKey hash = find(keys, key);
    if (hash == null) {
      return 0;
    }
    int deleted = 0;
    for (byte[] field : fields) {
      if (hash.elements().get(field) != null) {
        hash.elements().delete(field);
        deleted++;
      }
    }
    grow(hash, -deleted);
    return deleted;
  }

  /** Adds to the whole number in a field; absent is 0. Returns the sum. */
  public static long add(KeySpace keys, byte[] key, byte[] field, long delta) {
    CollectionKey hash = findOrMake(keys, key);
    byte[] old = hash.elements().get(field);
    if (old != null && !Numbers.isLong(old)) {
      throw Refusals.FIELD_NOT_A_LONG;
    }
    long value = old == null ? 0 : Numbers.parseLong(old);
    long sum = value + delta;
    if (((value ^ sum) & (delta ^ sum)) < 0) {
      throw Refusals.OVERFLOW;
    }
    hash.elements().put(field, Numbers.format(sum));
    grow(hash, old == null ? 1 : 0);
    return sum;
  }

  /** Adds to the number in a field; absent is 0. Returns the text of the sum. @param delta finite */
  public static byte[] addFloat(KeySpace keys, byte[] key, byte[] field, LongDouble delta) {
    CollectionKey hash = findOrMake(keys, key);
    byte[] old = hash.elements().get(field);
    LongDouble value = old == null ? LongDouble.ZERO : LongDouble.parse(old);
    if (value == null) {
      throw Refusals.FIELD_NOT_A_FLOAT;
    }
    LongDouble sum = value.plus(delta);
    if (!sum.isFinite()) {
      throw Refusals.NOT_FINITE;
    }
    byte[] text = sum.format();
    hash.elements().put(field, text);
    grow(hash, old == null ? 1 : 0);
    return text;
  }

  /** Hands on one field with its value; nothing if there is none. Not every field is equally likely, but each can come. */
  public static void randomOne(KeySpace keys, byte[] key, RandomGenerator random,
      BiConsumer<byte[], byte[]> sink) {
    CollectionKey hash = find(keys, key);
    if (hash != null) {
      draws(hash, random).one(sink);
    }
  }

  /** Hands on so many different fields with their values, or all of them. */
  public static void randomDifferent(KeySpace keys, byte[] key, long count, RandomGenerator random,
      BiConsumer<byte[], byte[]> sink) {
    CollectionKey hash = find(keys, key);
    if (hash != null) {
      draws(hash, random).different(count, sink);
    }
  }

  /** Hands on so many fields with their values, each drawn from all; they may come in byte order. */
  public static void randomAny(KeySpace keys, byte[] key, int count, RandomGenerator random,
      BiConsumer<byte[], byte[]> sink) {
    CollectionKey hash = find(keys, key);
    if (hash != null) {
      draws(hash, random).any(count, sink);
    }
  }

  private static RandomElements draws(CollectionKey hash, RandomGenerator random) {
    return new RandomElements(hash.elements(), hash.size(), random,
        dice -> Objects.requireNonNull(hash.elements().random(Elements.FROM_START, null, dice)),
        RANDOM_STEPS);
  }

  /** The first field that is accepted, in byte order; null: none is. */
  public static byte @Nullable [] first(KeySpace keys, byte[] key, Predicate<byte[]> accepted) {
    CollectionKey hash = find(keys, key);
    if (hash == null) {
      return null;
    }
    try (ElementWalk walk = hash.elements().walk(Elements.FROM_START, null)) {
      while (walk.next()) {
        if (accepted.test(walk.name())) {
          return walk.name();
        }
      }
    }
    return null;
  }

  /** A page of the fields from one on, all of a small hash. Returns the field that comes next; null: that was all. */
  public static byte @Nullable [] scan(KeySpace keys, byte[] key, byte[] from, PageBudget budget,
      BiConsumer<byte[], byte[]> sink) {
    CollectionKey hash = find(keys, key);
    if (hash == null) {
      return null;
    }
    try (ElementWalk walk = hash.elements().walk(from, null)) {
      return page(walk, budget.in(hash.size()), sink);
    }
  }

  /**
   * A page of the fields in a range, upwards. Returns the field that comes next; null: that was all.
   *
   * @param to inclusive; null: to the end
   */
  public static byte @Nullable [] range(KeySpace keys, byte[] key, byte[] from, byte @Nullable [] to,
      PageBudget budget, BiConsumer<byte[], byte[]> sink) {
    CollectionKey hash = find(keys, key);
    if (hash == null) {
      return null;
    }
    try (ElementWalk walk = hash.elements().walk(from, after(to))) {
      return page(walk, budget, sink);
    }
  }

  /**
   * A page of the fields in a range, downwards. Returns the field that comes next; null: that was all.
   *
   * @param from inclusive; null: from the end
   * @param to inclusive
   */
  public static byte @Nullable [] rangeBack(KeySpace keys, byte[] key, byte @Nullable [] from, byte[] to,
      PageBudget budget, BiConsumer<byte[], byte[]> sink) {
    CollectionKey hash = find(keys, key);
    if (hash == null) {
      return null;
    }
    try (ElementWalk walk = hash.elements().walkBack(to, after(from))) {
      return page(walk, budget, sink);
    }
  }

  private static byte @Nullable [] page(ElementWalk walk, PageBudget budget,
      BiConsumer<byte[], byte[]> sink) {
    while (walk.next()) {
      if (budget.isSpent()) {
        return walk.name();
      }
      budget.take(walk.name().length + walk.value().length);
      sink.accept(walk.name(), walk.value());
    }
    return null;
  }

  /** The least name that is greater. */
  private static byte @Nullable [] after(byte @Nullable [] name) {
    return name == null ? null : Arrays.copyOf(name, name.length + 1);
  }

  /** Whether Redis would keep it as a list. */
  static boolean isCompact(KeySpace keys, byte[] key) {
    CollectionKey hash = find(keys, key);
    if (hash == null || hash.size() > COMPACT_FIELDS) {
      return false;
    }
    try (ElementWalk walk = hash.elements().walk(Elements.FROM_START, null)) {
      while (walk.next()) {
        if (walk.name().length > COMPACT_BYTES || walk.value().length > COMPACT_BYTES) {
          return false;
        }
      }
    }
    return true;
  }

  private static void grow(CollectionKey hash, int by) {
    if (by != 0) {
      hash.grow(by);
      hash.save();
    }
  }

  private static @Nullable CollectionKey find(KeySpace keys, byte[] key) {
    return CollectionKey.find(keys, key, Entry.HASH);
  }

  private static CollectionKey findOrMake(KeySpace keys, byte[] key) {
    return CollectionKey.findOrMake(keys, key, Entry.HASH);
  }
}
