package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import io.pika.proxy.algebra.Member;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of a set. */
record SetMembers(CollectionKey set) implements OrderedMembers {
  @Override
  public long size() {
    return set.size();
  }

  @Override
  public List<Member> after(@Nullable Member last, int most) {
    List<Member> members = new ArrayList<>();
    try (ElementWalk walk = set.elements().walk(last == null ? Elements.FROM_START : behind(last), null)) {
      while (members.size() < most && walk.next()) {
        byte[] name = walk.name();
        members.add(new Member((int) MemberHash.hash(name), MemberHash.member(name), 1));
      }
    }
    return members;
  }

  /** The least name that is greater. */
  private static byte[] behind(Member member) {
    byte[] name = MemberHash.name(member.bytes());
    return Arrays.copyOf(name, name.length + 1);
  }

  @Override
  public double score(byte[] member) {
    return set.elements().get(MemberHash.name(member)) == null ? Member.ABSENT : 1;
  }
}
