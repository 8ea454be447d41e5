package io.pika.node.type;

import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.proxy.algebra.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets and sorted sets that are put together in several records, under a key of their own, before they take the place of
 * the key that they are for. A staged key expires, so that nothing stays of what nobody finishes. Each step says what it
 * expects to find, so that a step that comes too late adds to nothing.
 */
public final class Staging {
  private static final long KEPT_MS = 60_000;
  private static final byte[] NO_VALUE = {};

  private Staging() {}

  /** Adds members that it does not have; false: it has not so many as are said. @param before 0 begins a set */
  public static boolean add(KeySpace keys, byte[] staged, long before, List<byte[]> members) {
    CollectionKey set = before == 0
        ? CollectionKey.make(keys, staged, Entry.SET)
        : CollectionKey.find(keys, staged, Entry.SET);
    if (set == null || set.size() != before) {
      return false;
    }
    for (byte[] member : members) {
      set.elements().put(MemberHash.name(member), NO_VALUE);
    }
    set.grow(members.size());
    set.save();
    return keys.expireAt(staged, keys.nowMs() + KEPT_MS);
  }

  /** The same for a sorted set. */
  public static boolean addScored(KeySpace keys, byte[] staged, long before, List<Member> members) {
    SortedSet set = before == 0 ? SortedSet.make(keys, staged) : SortedSet.find(keys, staged);
    if (set == null || set.size() != before) {
      return false;
    }
    for (Member member : members) {
      set.put(member.bytes(), member.score(), SortedSet.ABSENT);
    }
    set.save();
    return keys.expireAt(staged, keys.nowMs() + KEPT_MS);
  }

  /** Puts what was staged in the place of a key, whatever that was; false: it has not so many members as are said. */
  public static boolean place(KeySpace keys, byte[] staged, long size, byte[] key) {
    Entry entry = keys.find(staged);
    if (entry == null || entry.type() == Entry.STRING || entry.head().size() != size) {
      return false;
    }
    keys.rename(staged, key);
    keys.expireAt(key, 0);
    return true;
  }

  /** Takes a sorted set that was made for another slot out of this one, and hands out its members. */
  public static void takeOut(KeySpace keys, byte[] key, ScoredMembers out) {
    SortedSet set = SortedSet.find(keys, key);
    if (set != null) {
      set.eachWhile((member, score) -> {
        out.take(member, score);
        return true;
      });
      keys.delete(key);
    }
  }

  /** A key that seems to be there for one command. @param string null: of another type */
  public static Entry carried(byte @Nullable [] string) {
    return string == null ? new Entry(Entry.LIST, 0, NO_VALUE) : Entry.string(string, 0);
  }
}
