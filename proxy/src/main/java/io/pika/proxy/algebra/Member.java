package io.pika.proxy.algebra;

import java.util.Arrays;
import java.util.Comparator;

/**
 * A member of a set or sorted set in the order in which members lie: by a hash of their bytes, and then by the bytes. The
 * hash is part of what is on disk and in the cursors of SSCAN and ZSCAN: it never changes. Compare by
 * {@link #compareTo}: the array compares by identity.
 *
 * @param score that of a set's member is 1
 */
public record Member(int hash, byte[] bytes, double score) implements Comparable<Member> {
  /** By score, 0 and -0 being one, and then by the bytes. */
  public static final Comparator<Member> BY_SCORE = (one, other) -> one.score == other.score
      ? Arrays.compareUnsigned(one.bytes, other.bytes)
      : Double.compare(one.score, other.score);

  /** The score of what is no member. */
  public static final double ABSENT = Double.NaN;

  public static Member of(byte[] bytes, double score) {
    return new Member(hash(bytes), bytes, score);
  }

  public Member scored(double other) {
    return new Member(hash, bytes, other);
  }

  @Override
  public int compareTo(Member other) {
    int byHash = Integer.compareUnsigned(hash, other.hash);
    return byHash != 0 ? byHash : Arrays.compareUnsigned(bytes, other.bytes);
  }

  /** FNV-1a with the last step of MurmurHash3 over it, the upper 32 bits; unsigned. */
  public static int hash(byte[] member) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : member) {
      hash = (hash ^ each & 0xff) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return (int) ((hash ^ hash >>> 33) >>> 32);
  }
}
