package io.pika.node.type;

import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What PFADD, PFCOUNT and PFMERGE mean (Redis 7.0 {@code hyperloglog.c}). The value is a string in Redis' own format,
 * see {@link HyperLogLog}: GET and DUMP give the very bytes of Redis.
 */
public final class HyperLogLogs {
  private HyperLogLogs() {}

  /** Adds elements; says whether the key is new or any register grew. */
  public static boolean add(KeySpace keys, byte[] key, List<byte[]> elements) {
    Entry old = Strings.find(keys, key);
    HyperLogLog counter = old == null ? HyperLogLog.empty() : open(old);
    boolean changed = old == null;
    for (byte[] element : elements) {
      changed |= counter.add(element);
    }
    if (changed) {
      save(keys, key, old, counter);
    }
    return changed;
  }

  /** About how many elements a key has seen. The result is written into the value, so that it is computed once. */
  public static long count(KeySpace keys, byte[] key) {
    Entry entry = Strings.find(keys, key);
    if (entry == null) {
      return 0;
    }
    HyperLogLog counter = open(entry);
    if (!counter.knowsCount()) {
      counter.computeCount();
      keys.put(key, Entry.string(counter.bytes(), entry.expireAtMs()));
    }
    return counter.knownCount();
  }

  /** About how many elements the keys together have seen. */
  public static long countUnion(KeySpace keys, List<byte[]> all) {
    Registers union = new Registers();
    for (byte[] key : all) {
      Entry entry = Strings.find(keys, key);
      if (entry != null) {
        open(entry).mergeInto(union);
      }
    }
    return union.count();
  }

  /** Makes the target what it and the sources together are; it is dense as soon as one of them is. */
  public static void merge(KeySpace keys, byte[] target, List<byte[]> sources) {
    Registers union = new Registers();
    Entry old = Strings.find(keys, target);
    HyperLogLog merged = old == null ? HyperLogLog.empty() : open(old);
    merged.mergeInto(union);
    boolean dense = merged.isDense();
    for (byte[] source : sources) {
      Entry entry = Strings.find(keys, source);
      if (entry != null) {
        HyperLogLog counter = open(entry);
        dense |= counter.isDense();
        counter.mergeInto(union);
      }
    }
    if (dense) {
      merged.makeDense();
    }
    merged.raiseTo(union);
    save(keys, target, old, merged);
  }

  private static HyperLogLog open(Entry entry) {
    HyperLogLog counter = HyperLogLog.open(entry.value());
    if (counter == null) {
      throw Refusals.NO_HYPERLOGLOG;
    }
    return counter;
  }

  private static void save(KeySpace keys, byte[] key, @Nullable Entry old, HyperLogLog counter) {
    counter.forgetCount();
    keys.put(key, Entry.string(counter.bytes(), Strings.expiryOf(old)));
  }
}
