package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.ScoredMember;
import io.pika.node.type.ScoredMembers;
import io.pika.node.type.ScoredOperands;
import io.pika.node.type.SortedSets;
import io.pika.proxy.algebra.Limit;
import io.pika.proxy.algebra.Weighing;
import io.pika.proxy.algebra.Weighing.Options;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;

/** Unions, intersections and differences of sorted sets and sets, of Redis 7.0. The order of checks is Redis'. */
final class SortedSetAlgebraCommands {
  /** Hands out the members that an operation gives. */
  @FunctionalInterface
  private interface Operation {
    void run(ScoredOperands operands, Weighing weighing, ScoredMembers out);
  }

  private final Limits limits;

  SortedSetAlgebraCommands(Limits limits) {
    this.limits = limits;
  }

  void bind(Handlers handlers) {
    bind(handlers, Command.ZDIFF, Command.ZDIFFSTORE, Options.NO_WEIGHTS,
        (operands, weighing, out) -> operands.difference(out));
    bind(handlers, Command.ZINTER, Command.ZINTERSTORE, Options.WEIGHTS, ScoredOperands::intersection);
    bind(handlers, Command.ZUNION, Command.ZUNIONSTORE, Options.WEIGHTS, ScoredOperands::union);
    handlers.on(Command.ZINTERCARD, SortedSetAlgebraCommands::intersectionSize);
  }

  private void bind(Handlers handlers, Command reading, Command storing, Options options,
      Operation operation) {
    handlers.on(reading, (args, keys) -> read(args, keys, reading, options, operation));
    handlers.on(storing, (args, keys) -> store(args, keys, storing, options, operation));
  }

  private Reply read(Args args, KeySpace keys, Command command, Options options, Operation operation) {
    ScoredOperands operands = operands(args, keys, command);
    Weighing weighing = Weighing.plain(operands.count());
    boolean withScores = false;
    while (args.hasNext()) {
      if (args.takeIf("WITHSCORES")) {
        withScores = true;
      } else {
        weighing = weighing.with(args, options);
      }
    }
    ReplyItems items = new ReplyItems(limits.replyBytes());
    List<ScoredMember> found = new ArrayList<>();
    operation.run(operands, weighing, (member, score) -> {
      items.count(member.length);
      found.add(new ScoredMember(member, score));
    });
    found.sort(ScoredMember.ORDER);
    for (ScoredMember each : found) {
      items.add(each.member());
      if (withScores) {
        items.add(Reply.doubleNumber(each.score()));
      }
    }
    return withScores ? items.pairs() : items.array();
  }

  private static Reply store(Args args, KeySpace keys, Command command, Options options,
      Operation operation) {
    byte[] target = args.takeBytes();
    ScoredOperands operands = operands(args, keys, command);
    Weighing weighing = Weighing.plain(operands.count());
    while (args.hasNext()) {
      weighing = weighing.with(args, options);
    }
    Weighing last = weighing;
    return Reply.of(SortedSets.store(keys, target, out -> operation.run(operands, last, out)));
  }

  private static Reply intersectionSize(Args args, KeySpace keys) {
    ScoredOperands operands = operands(args, keys, Command.ZINTERCARD);
    return Reply.of(operands.intersectionSize(Limit.parse(args)));
  }

  /** Reads {@code numkeys key ...}. */
  private static ScoredOperands operands(Args args, KeySpace keys, Command command) {
    long count = args.takeLong();
    if (count < 1) {
      throw new RefusalException(
          "ERR at least 1 input key is needed for '" + command.redisName() + "' command");
    }
    if (count > args.remaining()) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    List<byte[]> sources = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      sources.add(args.takeBytes());
    }
    return ScoredOperands.open(keys, sources);
  }
}
