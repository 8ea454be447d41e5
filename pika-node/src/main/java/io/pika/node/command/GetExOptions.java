package io.pika.node.command;

import io.pika.node.type.Expiry;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What follows the key in GETEX: {@code [EX s | PX ms | EXAT s | PXAT ms | PERSIST]}. The number is kept as it came:
 * Redis looks at it only where the key is there.
 */
record GetExOptions(@Nullable ExpireTime time, byte @Nullable [] number, boolean persist) {

  static GetExOptions parse(Args args) {
    ExpireTime time = null;
    byte[] number = null;
    boolean persist = false;
    while (args.hasNext()) {
      ExpireTime next;
      if (time == null && args.takeIf("PERSIST")) {
        persist = true;
      } else if (!persist && (next = ExpireTime.take(args)) != null && (time == null || time == next)) {
        time = next;
        number = args.takeBytes();
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    return new GetExOptions(time, number, persist);
  }

  /** KEEP where nothing was said. */
  Expiry expiry(long nowMs) {
    if (time == null || number == null) {
      return persist ? Expiry.NEVER : Expiry.KEEP;
    }
    return time.positive(Words.number(number), "getex", nowMs);
  }
}
