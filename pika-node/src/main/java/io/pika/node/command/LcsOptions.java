package io.pika.node.command;

import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;

/**
 * What follows the keys in LCS: {@code [LEN] [IDX] [MINMATCHLEN n] [WITHMATCHLEN]}.
 *
 * @param shortest matches below this length are not listed
 */
record LcsOptions(boolean length, boolean indexes, long shortest, boolean withLengths) {

  static LcsOptions parse(Args args) {
    boolean length = false;
    boolean indexes = false;
    boolean withLengths = false;
    long shortest = 0;
    while (args.hasNext()) {
      if (args.takeIf("LEN")) {
        length = true;
      } else if (args.takeIf("IDX")) {
        indexes = true;
      } else if (args.takeIf("WITHMATCHLEN")) {
        withLengths = true;
      } else if (args.takeIf("MINMATCHLEN")) {
        shortest = args.takeLong();
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    return new LcsOptions(length, indexes, shortest, withLengths);
  }
}
