package io.pika.node.command;

import io.pika.node.command.ElementReplies.Answer;
import io.pika.node.store.KeySpace;
import io.pika.node.type.ListEnd;
import io.pika.node.type.Lists;
import io.pika.node.type.Presence;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyShape;
import java.util.ArrayList;
import java.util.List;

/** The list commands of Redis 7.0 that do not wait. The order of checks is Redis'. */
final class ListCommands {
  private static final Reply.Err NOT_POSITIVE = Reply.error("ERR value is out of range, must be positive");

  private final Lists lists;
  private final Limits limits;
  private final ElementReplies elements;

  ListCommands(Lists lists, Limits limits, ElementReplies elements) {
    this.lists = lists;
    this.limits = limits;
    this.elements = elements;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.LINDEX, this::lIndex);
    handlers.on(Command.LINSERT, this::lInsert);
    handlers.on(Command.LLEN, (args, keys) -> Reply.of(lists.length(keys, args.takeBytes())));
    handlers.on(Command.LMOVE, this::lMove);
    handlers.on(Command.LMPOP, this::lmPop);
    handlers.on(Command.LPOP, (args, keys) -> pop(args, keys, ListEnd.LEFT, "lpop"));
    handlers.on(Command.LPOS, this::lPos);
    handlers.on(Command.LPUSH, (args, keys) -> push(args, keys, ListEnd.LEFT, Presence.ANY));
    handlers.on(Command.LPUSHX, (args, keys) -> push(args, keys, ListEnd.LEFT, Presence.PRESENT));
    elements.bind(handlers, Command.LRANGE, this::lRange);
    handlers.on(Command.LREM, this::lRem);
    handlers.on(Command.LSET, this::lSet);
    handlers.on(Command.LTRIM, this::lTrim);
    handlers.on(Command.RPOP, (args, keys) -> pop(args, keys, ListEnd.RIGHT, "rpop"));
    handlers.on(Command.RPOPLPUSH, this::rPopLPush);
    handlers.on(Command.RPUSH, (args, keys) -> push(args, keys, ListEnd.RIGHT, Presence.ANY));
    handlers.on(Command.RPUSHX, (args, keys) -> push(args, keys, ListEnd.RIGHT, Presence.PRESENT));
  }

  private Reply push(Args args, KeySpace keys, ListEnd end, Presence presence) {
    byte[] key = args.takeBytes();
    List<byte[]> values = new ArrayList<>(args.remaining());
    while (args.hasNext()) {
      values.add(args.takeBytes());
    }
    return Reply.of(lists.push(keys, key, end, values, presence));
  }

  private Reply pop(Args args, KeySpace keys, ListEnd end, String name) {
    byte[] key = args.takeBytes();
    if (!args.hasNext()) {
      return Reply.bulkOrNil(lists.pop(keys, key, end));
    }
    if (args.remaining() > 1) {
      throw new RefusalException(Reply.wrongArity(name));
    }
    long count = args.takeLong(0, Long.MAX_VALUE, NOT_POSITIVE);
    ReplyItems taken = new ReplyItems(limits.replyBytes());
    return lists.pop(keys, key, end, count, taken::add) ? taken.array() : Reply.NULL_ARRAY;
  }

  private Reply lmPop(Args args, KeySpace keys) {
    ListPopOptions options = ListPopOptions.parse(args);
    byte[] key = lists.firstList(keys, options.keys());
    if (key == null) {
      return Reply.NULL_ARRAY;
    }
    ReplyItems taken = new ReplyItems(limits.replyBytes());
    lists.pop(keys, key, options.end(), options.count(), taken::add);
    return Reply.array(Reply.bulk(key), taken.array());
  }

  private Reply lMove(Args args, KeySpace keys) {
    byte[] from = args.takeBytes();
    byte[] to = args.takeBytes();
    ListEnd taken = ListPopOptions.takeEnd(args);
    ListEnd given = ListPopOptions.takeEnd(args);
    return Reply.bulkOrNil(lists.move(keys, from, taken, to, given));
  }

  private Reply rPopLPush(Args args, KeySpace keys) {
    return Reply.bulkOrNil(lists.move(keys, args.takeBytes(), ListEnd.RIGHT, args.takeBytes(), ListEnd.LEFT));
  }

  /** The index is looked at when the key has been found to be a list. */
  private Reply lIndex(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    return lists.length(keys, key) == 0 ? Reply.NIL : Reply.bulkOrNil(lists.get(keys, key, args.takeLong()));
  }

  private Reply lSet(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    if (lists.length(keys, key) == 0) {
      throw new RefusalException(Reply.NO_SUCH_KEY);
    }
    lists.set(keys, key, args.takeLong(), args.takeBytes());
    return Reply.OK;
  }

  private Answer lRange(Args args, KeySpace keys) {
    return Answer.of(lists.range(keys, args.takeBytes(), args.takeLong(), args.takeLong()), ReplyShape.ARRAY,
        1, (name, value, items) -> items.add(value));
  }

  private Reply lTrim(Args args, KeySpace keys) {
    lists.trim(keys, args.takeBytes(), args.takeLong(), args.takeLong());
    return Reply.OK;
  }

  private Reply lInsert(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    ListEnd side;
    if (args.takeIf("BEFORE")) {
      side = ListEnd.LEFT;
    } else if (args.takeIf("AFTER")) {
      side = ListEnd.RIGHT;
    } else {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    return Reply.of(lists.insert(keys, key, side, args.takeBytes(), args.takeBytes()));
  }

  private Reply lRem(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    long count = args.takeLong();
    ListEnd from = count < 0 ? ListEnd.RIGHT : ListEnd.LEFT;
    long most = count == 0 || count == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(count);
    return Reply.of(lists.remove(keys, key, from, most, args.takeBytes()));
  }

  private Reply lPos(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    LPosOptions options = LPosOptions.parse(args.takeBytes(), args);
    ReplyItems found = new ReplyItems(limits.replyBytes());
    lists.search(keys, key, options.search(), index -> found.add(Reply.of(index)));
    if (options.several()) {
      return found.array();
    }
    return found.size() == 0 ? Reply.NIL : found.list().getFirst();
  }
}
