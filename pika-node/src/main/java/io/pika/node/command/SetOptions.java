package io.pika.node.command;

import io.pika.node.type.Expiry;
import io.pika.node.type.Presence;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What follows the value in SET: {@code [NX | XX] [GET] [EX s | PX ms | EXAT s | PXAT ms | KEEPTTL]}. An option
 * may come twice, and the last number counts; two that contradict each other are a syntax error.
 *
 * @param get the old value is the reply
 */
record SetOptions(Presence presence, Expiry expiry, boolean get) {

  static SetOptions parse(Args args, long nowMs) {
    Presence presence = Presence.ANY;
    boolean get = false;
    boolean keep = false;
    ExpireTime time = null;
    byte[] number = null;
    while (args.hasNext()) {
      ExpireTime next;
      if (presence != Presence.PRESENT && args.takeIf("NX")) {
        presence = Presence.ABSENT;
      } else if (presence != Presence.ABSENT && args.takeIf("XX")) {
        presence = Presence.PRESENT;
      } else if (args.takeIf("GET")) {
        get = true;
      } else if (time == null && args.takeIf("KEEPTTL")) {
        keep = true;
      } else if (!keep && (next = ExpireTime.take(args)) != null && (time == null || time == next)) {
        time = next;
        number = args.takeBytes();
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    return new SetOptions(presence, expiry(time, number, keep, nowMs), get);
  }

  /** The number is looked at when all options have been read: a syntax error comes first. */
  private static Expiry expiry(@Nullable ExpireTime time, byte @Nullable [] number, boolean keep,
      long nowMs) {
    if (time == null || number == null) {
      return keep ? Expiry.KEEP : Expiry.NEVER;
    }
    return time.positive(Words.number(number), "set", nowMs);
  }
}
