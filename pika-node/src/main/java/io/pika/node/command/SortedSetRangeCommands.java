package io.pika.node.command;

import io.pika.node.command.ElementReplies.Answer;
import io.pika.node.store.KeySpace;
import io.pika.node.type.Direction;
import io.pika.node.type.ElementRun;
import io.pika.node.type.MemberRange;
import io.pika.node.type.MemberRange.ByRank;
import io.pika.node.type.SortedSets;
import io.pika.node.command.RangeOptions.Fixed;
import io.pika.node.command.RangeOptions.Kind;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyShape;

/** The commands on ranges of a sorted set, of Redis 7.0: by place, by score, by name. */
final class SortedSetRangeCommands {
  private final ElementReplies elements;

  SortedSetRangeCommands(ElementReplies elements) {
    this.elements = elements;
  }

  void bind(Handlers handlers) {
    bindReading(handlers, Command.ZRANGE, new Fixed(null, null, true));
    bindReading(handlers, Command.ZRANGEBYLEX, new Fixed(Kind.NAMES, Direction.UP, true));
    bindReading(handlers, Command.ZRANGEBYSCORE, new Fixed(Kind.SCORES, Direction.UP, true));
    bindReading(handlers, Command.ZREVRANGE, new Fixed(Kind.PLACES, Direction.DOWN, true));
    bindReading(handlers, Command.ZREVRANGEBYLEX, new Fixed(Kind.NAMES, Direction.DOWN, true));
    bindReading(handlers, Command.ZREVRANGEBYSCORE, new Fixed(Kind.SCORES, Direction.DOWN, true));
    handlers.on(Command.ZRANGESTORE, SortedSetRangeCommands::store);
    handlers.on(Command.ZREMRANGEBYLEX, (args, keys) -> remove(keys, args.takeBytes(),
        MemberBounds.names(args.takeBytes(), args.takeBytes())));
    handlers.on(Command.ZREMRANGEBYRANK,
        (args, keys) -> remove(keys, args.takeBytes(), new ByRank(args.takeLong(), args.takeLong())));
    handlers.on(Command.ZREMRANGEBYSCORE, (args, keys) -> remove(keys, args.takeBytes(),
        MemberBounds.scores(args.takeBytes(), args.takeBytes())));
  }

  private void bindReading(Handlers handlers, Command command, Fixed fixed) {
    elements.bind(handlers, command, (args, keys) -> read(args, keys, fixed));
  }

  private static Answer read(Args args, KeySpace keys, Fixed fixed) {
    byte[] key = args.takeBytes();
    RangeOptions options = RangeOptions.parse(args, fixed);
    ElementRun members = SortedSets.range(keys, key, options.range(), options.direction(), options.slice());
    return options.withScores()
        ? Answer.of(members, ReplyShape.PAIRS, 2, (name, value, items) -> {
          items.add(SortedSets.memberOf(name));
          items.add(Reply.doubleNumber(SortedSets.scoreOf(name)));
        })
        : Answer.of(members, ReplyShape.ARRAY, 1,
            (name, value, items) -> items.add(SortedSets.memberOf(name)));
  }

  private static Reply store(Args args, KeySpace keys) {
    byte[] to = args.takeBytes();
    byte[] from = args.takeBytes();
    RangeOptions options = RangeOptions.parse(args, new Fixed(null, null, false));
    return Reply.of(SortedSets.copy(keys, from, options.range(), options.direction(), options.slice(), to));
  }

  private static Reply remove(KeySpace keys, byte[] key, MemberRange range) {
    return Reply.of(SortedSets.removeRange(keys, key, range));
  }
}
