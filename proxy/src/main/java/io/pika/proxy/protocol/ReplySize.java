package io.pika.proxy.protocol;

import java.util.List;

/** About how much memory a reply takes until it is sent: what bounds are counted in. */
public final class ReplySize {
  public static final int SMALL = 32;
  /** More than may be held anywhere: nothing runs behind it until it has left. */
  private static final long IN_PIECES = 1L << 32;

  private ReplySize() {}

  public static long of(Reply reply) {
    return switch (reply) {
      case Reply.Bulk(byte[] bytes) -> SMALL + bytes.length;
      case Reply.Raw raw -> SMALL + raw.bytes().readableBytes();
      case Reply.InPieces _ -> IN_PIECES;
      case Reply.Array(List<Reply> items) -> of(items);
      case Reply.Set(List<Reply> items) -> of(items);
      case Reply.Push(List<Reply> items) -> of(items);
      case Reply.Map(List<Reply> items) -> of(items);
      case Reply.MapOrPairs(List<Reply> items) -> of(items);
      case Reply.Pairs(List<Reply> items) -> of(items);
      case Reply.Err(byte[] bytes) -> SMALL + bytes.length;
      case Reply.Verbatim(String _, String text) -> SMALL + text.length();
      case Reply.Simple _,Reply.Int _,Reply.Nil _,Reply.NullArray _,Reply.DoubleNumber _,Reply.Decimal _,Reply.Bool _,Reply.BigNumber _ ->
        SMALL;
    };
  }

  private static long of(List<Reply> items) {
    long sum = SMALL;
    for (Reply item : items) {
      sum += of(item);
    }
    return sum;
  }
}
