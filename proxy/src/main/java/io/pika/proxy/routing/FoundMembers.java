package io.pika.proxy.routing;

import io.pika.proxy.algebra.Member;
import io.pika.proxy.protocol.RefusalException;
import java.util.ArrayList;
import java.util.List;

/** Members that a reply will have, as many as it may. */
final class FoundMembers {
  /** Memory of a member beside its bytes, about. */
  private static final int MEMBER_BYTES = 48;

  private final List<Member> members = new ArrayList<>();
  private final long maxBytes;
  private long bytes;

  FoundMembers(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** True: go on. @throws RefusalException the reply would be too long */
  boolean add(Member member) {
    bytes += MEMBER_BYTES + member.bytes().length;
    if (bytes > maxBytes) {
      throw new RefusalException("ERR the reply would be longer than " + maxBytes
          + " bytes; store the result and read it in parts (SSCAN, ZSCAN, or a range)");
    }
    return members.add(member);
  }

  List<Member> members() {
    return members;
  }
}
