package io.pika.node.command;

import io.pika.node.type.ListEnd;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.List;

/**
 * What LMPOP takes, and BLMPOP behind its timeout: {@code numkeys key [key ...] LEFT | RIGHT [COUNT n]}.
 *
 * @param count how many elements to take at most, from 1
 */
record ListPopOptions(List<byte[]> keys, ListEnd end, long count) {
  private static final Reply.Err NO_COUNT = Reply.error("ERR count should be greater than 0");

  static ListPopOptions parse(Args args) {
    List<byte[]> keys = Words.countedKeys(args, 1, new RefusalException(Reply.SYNTAX_ERROR));
    ListEnd end = takeEnd(args);
    long count = 1;
    if (args.takeIf("COUNT")) {
      count = args.takeLong(1, Long.MAX_VALUE, NO_COUNT);
    }
    args.expectEnd();
    return new ListPopOptions(keys, end, count);
  }

  /** LEFT or RIGHT. */
  static ListEnd takeEnd(Args args) {
    if (args.takeIf("LEFT")) {
      return ListEnd.LEFT;
    }
    if (args.takeIf("RIGHT")) {
      return ListEnd.RIGHT;
    }
    throw new RefusalException(Reply.SYNTAX_ERROR);
  }
}
