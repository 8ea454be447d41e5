package io.pika.proxy.algebra;

import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;

/** What follows the keys of SINTERCARD and ZINTERCARD. */
public final class Limit {
  private static final Reply.Err NEGATIVE = Reply.error("ERR LIMIT can't be negative");

  private Limit() {}

  /** Where counting ends; 0: nowhere. The last LIMIT counts. */
  public static long parse(Args args) {
    long limit = 0;
    while (args.hasNext()) {
      if (args.remaining() < 2 || !args.takeIf("LIMIT")) {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
      limit = args.takeLong(0, Long.MAX_VALUE, NEGATIVE);
    }
    return limit;
  }
}
