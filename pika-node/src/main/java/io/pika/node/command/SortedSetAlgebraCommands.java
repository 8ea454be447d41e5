package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.ScoredMember;
import io.pika.node.type.ScoredMembers;
import io.pika.node.type.ScoredOperands;
import io.pika.node.type.ScoredOperands.Aggregate;
import io.pika.node.type.ScoredOperands.Weighing;
import io.pika.node.type.SortedSets;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;

/** Unions, intersections and differences of sorted sets and sets, of Redis 7.0. The order of checks is Redis'. */
final class SortedSetAlgebraCommands {
  private static final RefusalException NO_WEIGHT = new RefusalException("ERR weight value is not a float");
  private static final Reply.Err NEGATIVE_LIMIT = Reply.error("ERR LIMIT can't be negative");

  /** Hands out the members that an operation gives. */
  @FunctionalInterface
  private interface Operation {
    void run(ScoredOperands operands, Weighing weighing, ScoredMembers out);
  }

  /** Which options a command has. */
  private enum Options {
    WEIGHTS, NO_WEIGHTS
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
        weighing = weighing(args, weighing, options);
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
      weighing = weighing(args, weighing, options);
    }
    Weighing last = weighing;
    return Reply.of(SortedSets.store(keys, target, out -> operation.run(operands, last, out)));
  }

  private static Reply intersectionSize(Args args, KeySpace keys) {
    ScoredOperands operands = operands(args, keys, Command.ZINTERCARD);
    long limit = 0;
    while (args.hasNext()) {
      if (args.remaining() < 2 || !args.takeIf("LIMIT")) {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
      limit = args.takeLong(0, Long.MAX_VALUE, NEGATIVE_LIMIT);
    }
    return Reply.of(operands.intersectionSize(limit));
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

  /** Reads WEIGHTS or AGGREGATE. @param before what was read before; the last of each kind counts */
  private static Weighing weighing(Args args, Weighing before, Options options) {
    int operands = before.weights().length;
    if (options == Options.WEIGHTS && args.remaining() > operands && args.takeIf("WEIGHTS")) {
      double[] weights = new double[operands];
      for (int i = 0; i < operands; i++) {
        weights[i] = weight(args.takeBytes());
      }
      return new Weighing(weights, before.aggregate());
    }
    if (options == Options.WEIGHTS && args.remaining() > 1 && args.takeIf("AGGREGATE")) {
      return new Weighing(before.weights(), aggregate(args));
    }
    throw new RefusalException(Reply.SYNTAX_ERROR);
  }

  private static double weight(byte[] text) {
    double weight = Numbers.parseDouble(text);
    if (Double.isNaN(weight)) {
      throw NO_WEIGHT;
    }
    return weight;
  }

  private static Aggregate aggregate(Args args) {
    if (args.takeIf("SUM")) {
      return Aggregate.SUM;
    }
    if (args.takeIf("MIN")) {
      return Aggregate.MIN;
    }
    if (args.takeIf("MAX")) {
      return Aggregate.MAX;
    }
    throw new RefusalException(Reply.SYNTAX_ERROR);
  }
}
