package io.pika.node.command;

import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;

/**
 * The bits of a string that BITCOUNT and BITPOS look at.
 *
 * @param first place of the first bit
 * @param last place of the last one; before the first: none at all
 */
record BitRange(long first, long last) {
  /** What start and end count. */
  enum Unit {
    BYTE, BIT
  }

  /** A unit, if there is one; bytes otherwise. */
  static Unit takeUnit(Args args) {
    if (!args.hasNext() || args.takeIf("BYTE")) {
      return Unit.BYTE;
    }
    if (args.takeIf("BIT")) {
      return Unit.BIT;
    }
    throw new RefusalException(Reply.SYNTAX_ERROR);
  }

  /** From start to end, both included; negative places count from the end of the string. */
  static BitRange of(long start, long end, Unit unit, int bytes) {
    long total = unit == Unit.BIT ? 8L * bytes : bytes;
    long first = Math.max(start < 0 ? total + start : start, 0);
    long last = Math.min(Math.max(end < 0 ? total + end : end, 0), total - 1);
    if (first > last) {
      return new BitRange(0, -1);
    }
    return unit == Unit.BIT ? new BitRange(first, last) : new BitRange(8 * first, 8 * last + 7);
  }
}
