package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.Direction;
import io.pika.node.type.ScoreChange.Form;
import io.pika.node.type.ScoreChange.Outcome;
import io.pika.node.type.ScoreChange.Result;
import io.pika.node.type.ScoredMembers;
import io.pika.node.type.SortedSets;
import io.pika.node.type.SortedSets.Changes;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** The commands on members of one sorted set, of Redis 7.0. The order of checks is Redis'. */
final class SortedSetCommands {
  private static final RefusalException OUT_OF_RANGE = new RefusalException("ERR value is out of range");

  private static final double WHOLE_MAX = 0x1p62;

  private final Limits limits;
  private final RandomGenerator random;

  SortedSetCommands(Limits limits, RandomGenerator random) {
    this.limits = limits;
    this.random = random;
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
    handlers.on(Command.ZRANDMEMBER, this::randMember);
    handlers.on(Command.ZRANK, (args, keys) -> rank(args, keys, Direction.UP));
    handlers.on(Command.ZREM, SortedSetCommands::remove);
    handlers.on(Command.ZREVRANK, (args, keys) -> rank(args, keys, Direction.DOWN));
    handlers.on(Command.ZSCAN, this::scan);
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
    SortedSets.scores(keys, key, Words.rest(args)).forEach(score -> items.add(number(score)));
    return items.array();
  }

  private static Reply remove(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    return Reply.of(SortedSets.remove(keys, key, Words.rest(args)));
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

  private Reply randMember(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    ReplyItems items = new ReplyItems(limits.replyBytes());
    if (!args.hasNext()) {
      SortedSets.randomAny(keys, key, 1, random, (member, score) -> items.add(member));
      return items.size() == 0 ? Reply.NIL : items.list().getFirst();
    }
    long count = Words.signedCount(args);
    boolean withScores = args.takeIf("WITHSCORES");
    args.expectEnd();
    if (withScores && Math.abs(count) > Long.MAX_VALUE / 2) {
      throw OUT_OF_RANGE;
    }
    if (withScores) {
      draw(keys, key, count, 2, items, (member, score) -> {
        items.add(member);
        items.add(Reply.doubleNumber(score));
      });
      return items.pairs();
    }
    draw(keys, key, count, 1, items, (member, score) -> items.add(member));
    return items.array();
  }

  /** @param width items for each member */
  private void draw(KeySpace keys, byte[] key, long count, int width, ReplyItems items, ScoredMembers each) {
    if (count >= 0) {
      SortedSets.randomDifferent(keys, key, count, random, each);
    } else if (SortedSets.size(keys, key) > 0) {
      items.expect(-count * width);
      SortedSets.randomAny(keys, key, (int) -count, random, each);
      items.shuffle(width, random);
    }
  }

  private Reply scan(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    long cursor = ElementCursor.parse(args.takeBytes());
    if (SortedSets.size(keys, key) == 0) {
      return PageOptions.END;
    }
    PageOptions options = PageOptions.parse(args);
    ReplyItems items = new ReplyItems(limits.replyBytes());
    boolean compact = SortedSets.isCompact(keys, key);
    long next = SortedSets.scan(keys, key, cursor, options.budget(), (member, score) -> {
      if (options.matches(member)) {
        items.add(member);
        items.add(scoreText(score, compact));
      }
    });
    return Reply.array(Reply.bulk(Long.toString(next)), items.array());
  }

  /** Redis holds whole numbers of a small set as such, and shows it here: 1e18 has all its zeros. */
  private static byte[] scoreText(double score, boolean compact) {
    boolean whole = score == (long) score && Math.abs(score) <= WHOLE_MAX;
    return compact && whole
        ? Numbers.format((long) score)
        : ReplyEncoder.formatDouble(score).getBytes(StandardCharsets.US_ASCII);
  }
}
