package io.pika.proxy.routing;

import io.pika.proxy.algebra.Algebra;
import io.pika.proxy.algebra.Limit;
import io.pika.proxy.algebra.Member;
import io.pika.proxy.algebra.Weighing;
import io.pika.proxy.algebra.Weighing.Options;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.PartForm;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** ZUNION, ZINTER, ZDIFF, what stores them, and ZINTERCARD, of sorted sets and sets in several slots. */
final class SortedSetsOverSlots {
  private final SlotCaller.Calls calls;
  private final String unique;
  private final long maxReplyBytes;

  /** @param unique see {@link StagedKey} */
  SortedSetsOverSlots(SlotCaller.Calls calls, String unique, long maxReplyBytes) {
    this.calls = calls;
    this.unique = unique;
    this.maxReplyBytes = maxReplyBytes;
  }

  Reply run(Command command, Request request) {
    Args args = new Args(request, 1);
    return switch (command) {
      case ZINTERCARD -> count(args);
      case ZUNIONSTORE, ZINTERSTORE, ZDIFFSTORE -> store(command, args);
      default -> members(command, args);
    };
  }

  /** Keys of other types are refused before options that make no sense, as in Redis. */
  private List<PagedOperand> operands(Args args) {
    return PagedOperand.sortedSets(calls, SetsOverSlots.counted(args));
  }

  private Reply count(Args args) {
    List<PagedOperand> operands = operands(args);
    long limit = Limit.parse(args);
    long[] count = {0};
    Algebra.intersection(operands, Weighing.plain(operands.size()), member -> ++count[0] != limit);
    return Reply.of(count[0]);
  }

  private Reply members(Command command, Args args) {
    List<PagedOperand> operands = operands(args);
    Weighing weighing = Weighing.plain(operands.size());
    boolean withScores = false;
    while (args.hasNext()) {
      if (args.takeIf("WITHSCORES")) {
        withScores = true;
      } else {
        weighing = weighing.with(args, options(command));
      }
    }
    FoundMembers found = new FoundMembers(maxReplyBytes);
    each(command, operands, weighing, found::add);
    found.members().sort(Member.BY_SCORE);
    List<Reply> items = new ArrayList<>();
    for (Member each : found.members()) {
      items.add(Reply.bulk(each.bytes()));
      if (withScores) {
        items.add(Reply.doubleNumber(each.score()));
      }
    }
    return withScores ? Reply.pairs(items) : Reply.array(items);
  }

  private Reply store(Command command, Args args) {
    byte[] key = args.takeBytes();
    List<PagedOperand> operands = operands(args);
    Weighing weighing = Weighing.plain(operands.size());
    while (args.hasNext()) {
      weighing = weighing.with(args, options(command));
    }
    Weighing last = weighing;
    StagedKey staged = new StagedKey(calls, key, unique, PartForm.SCORED);
    return staged.fill('z', command.redisName(), sink -> each(command, operands, last, sink));
  }

  private static Options options(Command command) {
    return command == Command.ZDIFF || command == Command.ZDIFFSTORE
        ? Options.NO_WEIGHTS
        : Options.WEIGHTS;
  }

  private static void each(Command command, List<PagedOperand> operands, Weighing weighing,
      Predicate<Member> out) {
    switch (command) {
      case ZUNION, ZUNIONSTORE -> Algebra.union(operands, weighing, out);
      case ZINTER, ZINTERSTORE -> Algebra.intersection(operands, weighing, out);
      default -> Algebra.difference(operands, out);
    }
  }
}
