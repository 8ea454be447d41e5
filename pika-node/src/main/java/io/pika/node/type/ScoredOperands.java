package io.pika.node.type;

import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.proxy.algebra.Algebra;
import io.pika.proxy.algebra.Member;
import io.pika.proxy.algebra.Operand;
import io.pika.proxy.algebra.Weighing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sets and sorted sets that ZUNION, ZINTER and ZDIFF work on (Redis 7.0 {@code zunionInterDiffGenericCommand}). A
 * member of a set has the score 1, an absent key no members. Members of the result are handed out as they are found, once
 * each and in the order of their hash, by which all operands are merged: see {@link Algebra}.
 */
public final class ScoredOperands {
  private final List<Operand> operands;

  private ScoredOperands(List<Operand> operands) {
    this.operands = operands;
  }

  /** The operands of these keys; keys of other types are refused. */
  public static ScoredOperands open(KeySpace keys, List<byte[]> sources) {
    int pageSize = MemberPages.size(sources.size());
    List<Operand> operands = new ArrayList<>(sources.size());
    for (byte[] key : sources) {
      operands.add(new MemberPages(members(keys, key), pageSize));
    }
    return new ScoredOperands(operands);
  }

  private static @Nullable OrderedMembers members(KeySpace keys, byte[] key) {
    Entry entry = keys.find(key);
    if (entry == null) {
      return null;
    }
    if (entry.type() == Entry.SET) {
      CollectionKey set = CollectionKey.find(keys, key, Entry.SET);
      return set == null ? null : new SetMembers(set);
    }
    return SortedSet.find(keys, key);
  }

  public int count() {
    return operands.size();
  }

  /** Hands out what is in any operand. */
  public void union(Weighing weighing, ScoredMembers out) {
    Algebra.union(operands, weighing, all(out));
  }

  /** Hands out what is in all operands. */
  public void intersection(Weighing weighing, ScoredMembers out) {
    Algebra.intersection(operands, weighing, all(out));
  }

  /** How many are in all operands. @param limit where to stop counting; 0: nowhere */
  public long intersectionSize(long limit) {
    long[] count = {0};
    Algebra.intersection(operands, Weighing.plain(operands.size()), member -> ++count[0] != limit);
    return count[0];
  }

  /** Hands out what is in the first operand and in no other. */
  public void difference(ScoredMembers out) {
    Algebra.difference(operands, all(out));
  }

  private static Predicate<Member> all(ScoredMembers out) {
    return member -> {
      out.take(member.bytes(), member.score());
      return true;
    };
  }
}
