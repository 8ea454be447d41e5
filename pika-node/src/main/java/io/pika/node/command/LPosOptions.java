package io.pika.node.command;

import io.pika.node.type.ListEnd;
import io.pika.node.type.Lists.Search;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;

/**
 * What follows the value in LPOS: {@code [RANK n] [COUNT n] [MAXLEN n]}. The last of each kind counts.
 *
 * @param several COUNT was given: the reply is an array
 */
record LPosOptions(Search search, boolean several) {
  private static final Reply.Err BAD_COUNT = Reply.error("ERR COUNT can't be negative");
  private static final Reply.Err BAD_LENGTH = Reply.error("ERR MAXLEN can't be negative");
  private static final RefusalException RANK_ZERO = new RefusalException(
      "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... "
          + "or use negative to start from the end of the list");

  static LPosOptions parse(byte[] value, Args args) {
    long rank = 1;
    long count = 1;
    long looks = 0;
    boolean several = false;
    while (args.hasNext()) {
      boolean hasValue = args.remaining() > 1;
      if (hasValue && args.takeIf("RANK")) {
        rank = args.takeLong();
        if (rank == 0) {
          throw RANK_ZERO;
        }
      } else if (hasValue && args.takeIf("COUNT")) {
        count = args.takeLong(0, Long.MAX_VALUE, BAD_COUNT);
        several = true;
      } else if (hasValue && args.takeIf("MAXLEN")) {
        looks = args.takeLong(0, Long.MAX_VALUE, BAD_LENGTH);
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    if (rank == Long.MIN_VALUE) {
      // It has no opposite: to Redis, every match comes after it, and there are never enough.
      return new LPosOptions(new Search(value, ListEnd.RIGHT, 1, several ? 0 : 1, looks), several);
    }
    ListEnd from = rank < 0 ? ListEnd.RIGHT : ListEnd.LEFT;
    return new LPosOptions(new Search(value, from, Math.abs(rank), count, looks), several);
  }
}
