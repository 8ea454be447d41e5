package io.pika.node.command;

import io.pika.node.type.AnyKey.ExpireCondition;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import java.util.EnumSet;
import java.util.Set;

/** What follows the time in EXPIRE and its kin: {@code [NX | XX] [GT | LT]}. */
final class ExpireOptions {
  private static final RefusalException NX_WITH_OTHERS = new RefusalException(
      "ERR NX and XX, GT or LT options at the same time are not compatible");
  private static final RefusalException GT_WITH_LT = new RefusalException(
      "ERR GT and LT options at the same time are not compatible");

  private ExpireOptions() {}

  static Set<ExpireCondition> parse(Args args) {
    if (!args.hasNext()) {
      return Set.of();
    }
    EnumSet<ExpireCondition> conditions = EnumSet.noneOf(ExpireCondition.class);
    while (args.hasNext()) {
      conditions.add(take(args));
    }
    if (conditions.contains(ExpireCondition.NONE_BEFORE) && conditions.size() > 1) {
      throw NX_WITH_OTHERS;
    }
    if (conditions.contains(ExpireCondition.LATER) && conditions.contains(ExpireCondition.EARLIER)) {
      throw GT_WITH_LT;
    }
    return conditions;
  }

  private static ExpireCondition take(Args args) {
    if (args.takeIf("NX")) {
      return ExpireCondition.NONE_BEFORE;
    }
    if (args.takeIf("XX")) {
      return ExpireCondition.SOME_BEFORE;
    }
    if (args.takeIf("GT")) {
      return ExpireCondition.LATER;
    }
    if (args.takeIf("LT")) {
      return ExpireCondition.EARLIER;
    }
    throw Words.quoting("ERR Unsupported option ", args.takeBytes());
  }
}
