package io.pika.node.type;

import io.pika.proxy.algebra.Member;
import io.pika.proxy.algebra.Operand;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operand in this slot, read in pages, so that no iterator is open between them: there may be very many operands. */
final class MemberPages implements Operand {
  /** Of all operands of a command together. */
  private static final int AT_ONCE = 16_384;
  private static final int PAGE_MAX = 1_024;
  private static final int PAGE_MIN = 16;

  private final @Nullable OrderedMembers members;
  private final int pageSize;
  private @Nullable Member last;
  private boolean ended;

  /** @param members null: there are none */
  MemberPages(@Nullable OrderedMembers members, int pageSize) {
    this.members = members;
    this.pageSize = pageSize;
  }

  /** How many members of each operand are read at a time. */
  static int size(int operands) {
    return Math.clamp(AT_ONCE / Math.max(operands, 1), PAGE_MIN, PAGE_MAX);
  }

  @Override
  public long size() {
    return members == null ? 0 : members.size();
  }

  @Override
  public List<Member> nextPage() {
    if (members == null || ended) {
      return List.of();
    }
    List<Member> page = members.after(last, pageSize);
    ended = page.size() < pageSize;
    last = page.isEmpty() ? last : page.getLast();
    return page;
  }

  @Override
  public double[] scores(List<Member> wanted) {
    double[] scores = new double[wanted.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = members == null ? Member.ABSENT : members.score(wanted.get(i).bytes());
    }
    return scores;
  }
}
