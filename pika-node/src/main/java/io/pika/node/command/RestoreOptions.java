package io.pika.node.command;

import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;

/**
 * What follows the payload in RESTORE: {@code [REPLACE] [ABSTTL] [IDLETIME s | FREQ n]}. The last two are checked and
 * then forgotten: nothing here evicts by them.
 *
 * @param replace a key that is there may go
 * @param absolute the time is Unix time, not from now
 */
record RestoreOptions(boolean replace, boolean absolute) {
  private static final RefusalException BAD_IDLE_TIME = new RefusalException(
      "ERR Invalid IDLETIME value, must be >= 0");
  private static final RefusalException BAD_FREQUENCY = new RefusalException(
      "ERR Invalid FREQ value, must be >= 0 and <= 255");

  static RestoreOptions parse(Args args) {
    boolean replace = false;
    boolean absolute = false;
    boolean idle = false;
    boolean frequency = false;
    while (args.hasNext()) {
      boolean hasValue = args.remaining() > 1;
      if (args.takeIf("REPLACE")) {
        replace = true;
      } else if (args.takeIf("ABSTTL")) {
        absolute = true;
      } else if (hasValue && !frequency && args.takeIf("IDLETIME")) {
        idle = true;
        if (args.takeLong() < 0) {
          throw BAD_IDLE_TIME;
        }
      } else if (hasValue && !idle && args.takeIf("FREQ")) {
        frequency = true;
        long value = args.takeLong();
        if (value < 0 || value > 255) {
          throw BAD_FREQUENCY;
        }
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    return new RestoreOptions(replace, absolute);
  }
}
