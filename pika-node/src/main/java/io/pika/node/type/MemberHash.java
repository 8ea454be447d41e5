package io.pika.node.type;

import io.pika.proxy.algebra.Member;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Members of sets and sorted sets have no order of their own: they lie in the order of a hash, so that random draws are
 * even and a scan's cursor is the hash itself. It is part of what is on disk and in clients' cursors: it never changes.
 *
 * <pre>| hash u32 | member |</pre>
 *
 * <p>Decision: collections have numbers.
 */
final class MemberHash {
  static final int BYTES = 4;

  private MemberHash() {}

  /** The hash that nodes order members by among each other too; unsigned. */
  static int of(byte[] member) {
    return Member.hash(member);
  }

  /** The name of a member's element. */
  static byte[] name(byte[] member) {
    return ByteBuffer.allocate(BYTES + member.length).putInt(of(member)).put(member).array();
  }

  /** The member in the name of its element. */
  static byte[] member(byte[] name) {
    return Arrays.copyOfRange(name, BYTES, name.length);
  }

  /** The hash in the name of an element, from 0 to 2^32 - 1. */
  static long hash(byte[] name) {
    return ByteBuffer.wrap(name).getInt() & 0xffff_ffffL;
  }

  /** Where the names of a hash begin. @param hash from 0 to 2^32 - 1 */
  static byte[] from(long hash) {
    return ByteBuffer.allocate(BYTES).putInt((int) hash).array();
  }
}
