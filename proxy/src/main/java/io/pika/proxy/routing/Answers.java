package io.pika.proxy.routing;

import io.pika.proxy.algebra.Member;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a leader answered, whether it came as a value or as bytes; each is read once. */
final class Answers {
  private Answers() {}

  static List<Reply> array(Reply reply) {
    return switch (ReplyReader.open(reply)) {
      case Reply.Array(List<Reply> items) -> items;
      case Reply.Pairs(List<Reply> items) -> items;
      case Reply.Set(List<Reply> items) -> items;
      default -> throw nonsense();
    };
  }

  static byte[] bytes(Reply reply) {
    byte[] bytes = bytesOrNull(reply);
    if (bytes == null) {
      throw nonsense();
    }
    return bytes;
  }

  /** Null: nil. */
  static byte @Nullable [] bytesOrNull(Reply reply) {
    return switch (ReplyReader.open(reply)) {
      case Reply.Bulk(byte[] bytes) -> bytes;
      case Reply.Nil _ -> null;
      default -> throw nonsense();
    };
  }

  /** {@link Member#ABSENT} for nil. */
  static double score(Reply reply) {
    return switch (ReplyReader.open(reply)) {
      case Reply.Bulk(byte[] digits) -> Numbers.parseDouble(digits);
      case Reply.DoubleNumber(double value) -> value;
      case Reply.Nil _ -> Member.ABSENT;
      default -> throw nonsense();
    };
  }

  static long number(Reply reply) {
    if (ReplyReader.open(reply) instanceof Reply.Int(long value)) {
      return value;
    }
    throw nonsense();
  }

  static boolean isNothing(Reply reply) {
    return reply instanceof Reply.Nil || reply instanceof Reply.NullArray;
  }

  private static RefusalException nonsense() {
    return new RefusalException(ReplyReader.NONSENSE);
  }
}
