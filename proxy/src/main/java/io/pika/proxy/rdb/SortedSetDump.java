package io.pika.proxy.rdb;

import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.ReplyEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Sorted sets in the RDB format: small ones as a listpack of members and scores in turn, ascending; others descending,
 * which is how Redis fills its skip list fastest.
 *
 * <pre>
 * zset 2: | count | member | score, binary64 LE | ... |
 * zset: | count | member | length u8 | score as a text | ... | with the lengths fd: not a number, fe: inf, ff: -inf
 * </pre>
 */
public final class SortedSetDump {
  /** zset-max-listpack-entries. */
  public static final int PACKED_MAX = 128;
  /** zset-max-listpack-value. */
  public static final int PACKED_MEMBER_MAX = 64;

  private static final int NO_NUMBER = 0xfd;
  private static final int INFINITY = 0xfe;
  private static final int MINUS_INFINITY = 0xff;

  /** A member with its score. */
  public record Scored(byte[] member, double score) {}

  /** Takes a member. */
  @FunctionalInterface
  public interface Each {
    void accept(byte[] member, double score);
  }

  private SortedSetDump() {}

  /** Writes type and value. @param ascending by score, then by member @param bytesMax see {@link RdbWriter} */
  public static void write(RdbWriter out, long size, Items<Scored> ascending, Items<Scored> descending,
      long bytesMax) {
    byte[] packed = size <= PACKED_MAX
        ? ListpackWriter.packed(membersAndScores(ascending), PACKED_MEMBER_MAX, bytesMax)
        : null;
    if (packed != null) {
      out.putType(RdbType.ZSET_LISTPACK);
      out.putString(packed);
      return;
    }
    out.putType(RdbType.ZSET_2);
    out.putLength(size);
    descending.each(each -> {
      out.putString(each.member);
      out.putLittleEndian(Double.doubleToLongBits(each.score), 8);
    });
  }

  /** What follows the type, member by member, in any order; one may come twice. No score is "not a number". */
  public static void read(RdbType type, RdbReader in, Each each) {
    switch (type) {
      case ZSET, ZSET_2 -> {
        for (long left = in.takePositiveCount(); left > 0; left--) {
          byte[] member = in.takeString();
          each.accept(member,
              checked(type == RdbType.ZSET ? textScore(in) : Double.longBitsToDouble(in.takeLong())));
        }
      }
      case ZSET_ZIPLIST -> readAll(new Ziplist(in.takePack()), in, each);
      case ZSET_LISTPACK -> readAll(new Listpack(in.takePack()), in, each);
      default -> throw new IllegalStateException(type + " is no sorted set");
    }
  }

  private static Items<byte[]> membersAndScores(Items<Scored> members) {
    return to -> members.each(each -> {
      to.accept(each.member);
      to.accept(text(each.score));
    });
  }

  private static byte[] text(double score) {
    return Math.abs(score) <= 0x1p62 && score == (long) score
        ? Numbers.format((long) score)
        : ReplyEncoder.formatDouble(score).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void readAll(Packed items, RdbReader in, Each each) {
    while (items.hasNext()) {
      byte[] member = items.next();
      byte[] score = items.next();
      in.account(member.length + score.length);
      each.accept(member, checked(Numbers.parseDouble(score)));
    }
  }

  private static double textScore(RdbReader in) {
    int length = in.takeByte();
    return switch (length) {
      case NO_NUMBER -> Double.NaN;
      case INFINITY -> Double.POSITIVE_INFINITY;
      case MINUS_INFINITY -> Double.NEGATIVE_INFINITY;
      default -> Numbers.parseDouble(in.take(length));
    };
  }

  private static double checked(double score) {
    if (Double.isNaN(score)) {
      throw new DamagedException("a score that is no number");
    }
    return score;
  }
}
