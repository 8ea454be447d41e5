package io.pika.node.command;

import io.pika.node.type.PageBudget;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Glob;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What follows the cursor in HSCAN, SSCAN and ZSCAN: {@code [MATCH pattern] [COUNT n]}. The last of each kind counts.
 *
 * @param count about how many elements to look at, above 0
 */
record PageOptions(long count, @Nullable Glob pattern) {
  private static final long COUNT = 10;

  /** The page of a key that is not there. */
  static final Reply END = Reply.array(Reply.bulk("0"), Reply.EMPTY_ARRAY);

  static PageOptions parse(Args args) {
    long count = COUNT;
    Glob pattern = null;
    while (args.hasNext()) {
      boolean hasValue = args.remaining() > 1;
      if (hasValue && args.takeIf("COUNT")) {
        count = args.takeLong();
        if (count < 1) {
          throw new RefusalException(Reply.SYNTAX_ERROR);
        }
      } else if (hasValue && args.takeIf("MATCH")) {
        pattern = new Glob(args.takeBytes());
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    return new PageOptions(count, pattern);
  }

  /** As Pika's commands read them. @param countName what COUNT is called @param badCount for numbers below 1 */
  static PageOptions parsePika(Args args, String countName, RefusalException badCount) {
    long count = COUNT;
    Glob pattern = null;
    while (args.hasNext()) {
      if (args.takeIf(countName)) {
        count = args.takeLong();
        if (count < 1) {
          throw badCount;
        }
      } else if (args.takeIf("MATCH")) {
        pattern = new Glob(args.takeBytes());
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    return new PageOptions(count, pattern);
  }

  boolean matches(byte[] name) {
    return pattern == null || pattern.matches(name);
  }

  PageBudget budget() {
    return new PageBudget(count);
  }
}
