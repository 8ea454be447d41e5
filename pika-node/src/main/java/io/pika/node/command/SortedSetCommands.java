package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.Direction;
import io.pika.node.type.ScoreChange.Form;
import io.pika.node.type.ScoreChange.Outcome;
import io.pika.node.type.ScoreChange.Result;
import io.pika.node.type.SortedSets;
import io.pika.node.type.SortedSets.Changes;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The commands on members of one sorted set, of Redis 7.0. The order of checks is Redis'. */
final class SortedSetCommands {
  private final Limits limits;

  SortedSetCommands(Limits limits) {
    this.limits = limits;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.ZADD, (args, keys) -> add(args, keys, Form.SET));
    handlers.on(Command.ZCARD, (args, keys) -> Reply.of(SortedSets.size(keys, args.takeBytes())));
    handlers.on(Command.ZCOUNT, SortedSetCommands::count);
    handlers.on(Command.ZINCRBY, (args, keys) -> add(args, keys, Form.ADD));
    handlers.on(Command.ZLEXCOUNT, SortedSetCommands::countByName);
    handlers.on(Command.ZMPOP, this::popFromFirst);
    handlers.on(Command.ZMSCORE, this::scores);
    handlers.on(Command.ZPOPMAX, (args, keys) -> pop(args, keys, Direction.DOWN));
    handlers.on(Command.ZPOPMIN, (args, keys) -> pop(args, keys, Direction.UP));
    handlers.on(Command.ZRANK, (args, keys) -> rank(args, keys, Direction.UP));
    handlers.on(Command.ZREM, (args, keys) -> remove(args, keys));
    handlers.on(Command.ZREVRANK, (args, keys) -> rank(args, keys, Direction.DOWN));
    handlers.on(Command.ZSCORE,
        (args, keys) -> number(SortedSets.score(keys, args.takeBytes(), args.takeBytes())));
  }

  private static Reply add(Args args, KeySpace keys, Form form) {
    byte[] key = args.takeBytes();
    ScoreOptions.Scores scores = ScoreOptions.parse(args, form);
    ScoreOptions options = scores.options();
    if (options.change().form() == Form.ADD) {
      Result result = SortedSets.change(keys, key, options.change(), scores.members().getFirst());
      return result.outcome() == Outcome.LEFT_ALONE ? Reply.NIL : Reply.doubleNumber(result.score());
    }
    Changes changes = SortedSets.change(keys, key, options.change(), scores.members());
    return Reply.of(options.count().of(changes));
  }

  private static Reply count(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    return Reply.of(SortedSets.count(keys, key, MemberBounds.scores(args.takeBytes(), args.takeBytes())));
  }

  private static Reply countByName(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    return Reply.of(SortedSets.count(keys, key, MemberBounds.names(args.takeBytes(), args.takeBytes())));
  }

  private Reply scores(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    ReplyItems items = new ReplyItems(limits.replyBytes());
    SortedSets.scores(keys, key, rest(args)).forEach(score -> items.add(number(score)));
    return items.array();
  }

  private static Reply remove(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    return Reply.of(SortedSets.remove(keys, key, rest(args)));
  }

  private static Reply rank(Args args, KeySpace keys, Direction direction) {
    OptionalLong rank = SortedSets.rank(keys, args.takeBytes(), args.takeBytes(), direction);
    return rank.isPresent() ? Reply.of(rank.getAsLong()) : Reply.NIL;
  }

  /** ZPOPMIN and ZPOPMAX. RESP3 has pairs only where a count was given. */
  private Reply pop(Args args, KeySpace keys, Direction direction) {
    byte[] key = args.takeBytes();
    if (args.remaining() > 1) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    boolean counted = args.hasNext();
    long count = counted ? args.takeLong(0, Long.MAX_VALUE, SortedSetPop.NEGATIVE) : 1;
    SortedSetPop popped = SortedSetPop.from(keys, List.of(key), direction, count, limits);
    if (popped == null) {
      return Reply.EMPTY_ARRAY;
    }
    return counted ? popped.items().pairs() : popped.items().array();
  }

  /** ZMPOP. */
  private Reply popFromFirst(Args args, KeySpace keys) {
    SortedSetPop.Order order = SortedSetPop.Order.parse(args);
    SortedSetPop popped = SortedSetPop.from(keys, order.keys(), order.direction(), order.count(), limits);
    return popped == null ? Reply.NULL_ARRAY : popped.withKey();
  }

  static Reply number(OptionalDouble score) {
    return score.isPresent() ? Reply.doubleNumber(score.getAsDouble()) : Reply.NIL;
  }

  private static List<byte[]> rest(Args args) {
    List<byte[]> rest = new ArrayList<>(args.remaining());
    while (args.hasNext()) {
      rest.add(args.takeBytes());
    }
    return rest;
  }
}
