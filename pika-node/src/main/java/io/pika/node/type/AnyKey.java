package io.pika.node.type;

import io.pika.node.store.CollectionHead;
import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can be done to a key of any type (Redis 7.0 {@code db.c}, {@code expire.c}). */
public final class AnyKey {
  /** {@link #expireAtMs} of a key that is not there. */
  public static final long ABSENT = -2;
  /** {@link #expireAtMs} of a key that stays for ever. */
  public static final long STAYS = -1;

  /** What must be true of a key's old expiry for EXPIRE to change it. "Never" is later than any instant. */
  public enum ExpireCondition {
    /** It stays for ever until now. */
    NONE_BEFORE,
    /** It has an expiry. */
    SOME_BEFORE,
    /** The new instant is after the old one. */
    LATER,
    /** The new instant is before the old one. */
    EARLIER
  }

  private AnyKey() {}

  public static boolean exists(KeySpace keys, byte[] key) {
    return keys.find(key) != null;
  }

  /** The type's name in Redis' words; "none" for an absent key. */
  public static String typeName(KeySpace keys, byte[] key) {
    Entry entry = keys.find(key);
    return entry == null ? "none" : typeName(entry.type());
  }

  public static String typeName(byte type) {
    return switch (type) {
      case Entry.STRING -> "string";
      case Entry.HASH -> "hash";
      case Entry.LIST -> "list";
      case Entry.SET -> "set";
      case Entry.ZSET -> "zset";
      case Entry.STREAM -> "stream";
      default -> throw new IllegalStateException("no type has code " + type);
    };
  }

  /** When the key goes, Unix time in milliseconds, or {@link #STAYS}, or {@link #ABSENT}. */
  public static long expireAtMs(KeySpace keys, byte[] key) {
    Entry entry = keys.find(key);
    if (entry == null) {
      return ABSENT;
    }
    return entry.expires() ? entry.expireAtMs() : STAYS;
  }

  /** Sets when a key goes; one that has passed deletes it. False if it is not there or a condition is not met. */
  public static boolean expireAt(KeySpace keys, byte[] key, long atMs, Set<ExpireCondition> conditions) {
    Entry entry = keys.find(key);
    if (entry == null) {
      return false;
    }
    for (ExpireCondition condition : conditions) {
      if (!isMet(condition, entry, atMs)) {
        return false;
      }
    }
    return atMs <= keys.nowMs() ? keys.delete(key) : keys.expireAt(key, atMs);
  }

  /** Lets a key stay for ever; false if it does already, or is not there. */
  public static boolean persist(KeySpace keys, byte[] key) {
    Entry entry = keys.find(key);
    return entry != null && entry.expires() && keys.expireAt(key, 0);
  }

  /** Copies value and expiry; false if there is nothing to copy, or something in its place that may not go. */
  public static boolean copy(KeySpace keys, byte[] from, byte[] to, Presence target) {
    Entry entry = keys.find(from);
    if (entry == null || !target.admits(exists(keys, to))) {
      return false;
    }
    keys.put(to, entry.type() == Entry.STRING ? entry : copied(keys, entry));
    return true;
  }

  /** The entry of a new collection with copies of all elements. */
  private static Entry copied(KeySpace keys, Entry entry) {
    CollectionHead head = entry.head();
    long id = keys.newCollection();
    Elements target = keys.elements(id);
    try (ElementWalk walk = keys.elements(head.id()).walk(Elements.FROM_START, null)) {
      while (walk.next()) {
        target.put(walk.name(), walk.value());
      }
    }
    return Entry.collection(entry.type(), new CollectionHead(id, head.size(), head.own()),
        entry.expireAtMs());
  }

  /** Moves value and expiry; false if something is in its place that may not go. An absent key is refused. */
  public static boolean rename(KeySpace keys, byte[] from, byte[] to, Presence target) {
    Entry entry = keys.find(from);
    if (entry == null) {
      throw Refusals.NO_SUCH_KEY;
    }
    if (!target.admits(exists(keys, to))) {
      return false;
    }
    if (!Arrays.equals(from, to)) {
      keys.rename(from, to);
    }
    return true;
  }

  /** The name of the form in which Redis would keep the value in memory after it was loaded; null for no key. */
  public static @Nullable String encoding(KeySpace keys, byte[] key) {
    Entry entry = keys.find(key);
    return entry == null ? null : encoding(keys, key, entry);
  }

  private static boolean isMet(ExpireCondition condition, Entry entry, long atMs) {
    return switch (condition) {
      case NONE_BEFORE -> !entry.expires();
      case SOME_BEFORE -> entry.expires();
      case LATER -> entry.expires() && atMs > entry.expireAtMs();
      case EARLIER -> !entry.expires() || atMs < entry.expireAtMs();
    };
  }

  private static String encoding(KeySpace keys, byte[] key, Entry entry) {
    return switch (entry.type()) {
      case Entry.STRING -> StringEncoding.of(entry.value()).redisName();
      case Entry.HASH -> Hashes.isCompact(keys, key) ? "listpack" : "hashtable";
      case Entry.SET -> Sets.isOfNumbers(keys, key) ? "intset" : "hashtable";
      case Entry.LIST -> "quicklist";
      case Entry.ZSET -> SortedSets.isCompact(keys, key) ? "listpack" : "skiplist";
      case Entry.STREAM -> "stream";
      default -> throw new IllegalStateException("no type has code " + entry.type());
    };
  }
}
