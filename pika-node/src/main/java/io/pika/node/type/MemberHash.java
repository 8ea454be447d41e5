package io.pika.node.type;

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

  /** FNV-1a with the last step of MurmurHash3 over it, the upper 32 bits; unsigned. */
  static int of(byte[] member) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : member) {
      hash = (hash ^ each & 0xff) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return (int) ((hash ^ hash >>> 33) >>> 32);
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
