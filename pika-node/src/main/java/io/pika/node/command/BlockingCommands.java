package io.pika.node.command;

import io.pika.node.engine.Waiting;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.node.type.Direction;
import io.pika.node.type.ListEnd;
import io.pika.node.type.Lists;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands on lists and sorted sets that wait until there is something to take. What they take and answer is what
 * their forms that do not wait do; the order of checks is Redis'.
 */
final class BlockingCommands {
  private final Lists lists;
  private final Limits limits;

  BlockingCommands(Lists lists, Limits limits) {
    this.lists = lists;
    this.limits = limits;
  }

  void bind(Handlers handlers) {
    handlers.onWaiting(Command.BLPOP, (args, _) -> pop(args, ListEnd.LEFT));
    handlers.onWaiting(Command.BRPOP, (args, _) -> pop(args, ListEnd.RIGHT));
    handlers.onWaiting(Command.BLMPOP, (args, _) -> popSeveral(args));
    handlers.onWaiting(Command.BLMOVE, (args, _) -> move(args));
    handlers.onWaiting(Command.BRPOPLPUSH, (args, _) -> popAndPush(args));
    handlers.onWaiting(Command.BZPOPMIN, (args, _) -> popMember(args, Direction.UP));
    handlers.onWaiting(Command.BZPOPMAX, (args, _) -> popMember(args, Direction.DOWN));
    handlers.onWaiting(Command.BZMPOP, (args, _) -> popMembers(args));
  }

  private interface Attempt {
    @Nullable
    Reply take(KeySpace keySpace, List<byte[]> among);
  }

  private record Wait(List<byte[]> keys, byte type, Reply nothing, Attempt how) implements Waiting {
    @Override
    public @Nullable Reply attempt(KeySpace keySpace, List<byte[]> among) {
      return how.take(keySpace, among);
    }
  }

  /** Keys, and behind them a time. */
  private static List<byte[]> keysBeforeTime(Args args) {
    List<byte[]> keys = new ArrayList<>();
    while (args.remaining() > 1) {
      keys.add(args.takeBytes());
    }
    WaitTime.check(args.takeBytes());
    return keys;
  }

  private Waiting pop(Args args, ListEnd end) {
    return new Wait(keysBeforeTime(args), Entry.LIST, Reply.NULL_ARRAY, (keySpace, among) -> {
      byte[] key = lists.firstList(keySpace, among);
      byte[] value = key == null ? null : lists.pop(keySpace, key, end);
      return key == null || value == null ? null : Reply.array(Reply.bulk(key), Reply.bulk(value));
    });
  }

  private Waiting popSeveral(Args args) {
    byte[] time = args.takeBytes();
    ListPopOptions options = ListPopOptions.parse(args);
    WaitTime.check(time);
    return new Wait(options.keys(), Entry.LIST, Reply.NULL_ARRAY, (keySpace, among) -> {
      byte[] key = lists.firstList(keySpace, among);
      if (key == null) {
        return null;
      }
      ReplyItems taken = new ReplyItems(limits.replyBytes());
      lists.pop(keySpace, key, options.end(), options.count(), taken::add);
      return Reply.array(Reply.bulk(key), taken.array());
    });
  }

  private Waiting move(Args args) {
    byte[] from = args.takeBytes();
    byte[] to = args.takeBytes();
    ListEnd taken = ListPopOptions.takeEnd(args);
    ListEnd given = ListPopOptions.takeEnd(args);
    WaitTime.check(args.takeBytes());
    return move(from, taken, to, given);
  }

  private Waiting popAndPush(Args args) {
    byte[] from = args.takeBytes();
    byte[] to = args.takeBytes();
    WaitTime.check(args.takeBytes());
    return move(from, ListEnd.RIGHT, to, ListEnd.LEFT);
  }

  private Waiting move(byte[] from, ListEnd taken, byte[] to, ListEnd given) {
    return new Wait(List.of(from), Entry.LIST, Reply.NIL, (keySpace, _) -> {
      byte[] moved = lists.move(keySpace, from, taken, to, given);
      return moved == null ? null : Reply.bulk(moved);
    });
  }

  private Waiting popMember(Args args, Direction direction) {
    return new Wait(keysBeforeTime(args), Entry.ZSET, Reply.NULL_ARRAY, (keySpace, among) -> {
      SortedSetPop popped = SortedSetPop.from(keySpace, among, direction, 1, limits);
      return popped == null
          ? null
          : Reply.array(Reply.bulk(popped.key()), popped.items().list().get(0), popped.items().list().get(1));
    });
  }

  private Waiting popMembers(Args args) {
    byte[] time = args.takeBytes();
    SortedSetPop.Order order = SortedSetPop.Order.parse(args);
    WaitTime.check(time);
    return new Wait(order.keys(), Entry.ZSET, Reply.NULL_ARRAY, (keySpace, among) -> {
      SortedSetPop popped = SortedSetPop.from(keySpace, among, order.direction(), order.count(), limits);
      return popped == null ? null : popped.withKey();
    });
  }
}
