package io.pika.node.command;

import io.pika.node.command.ElementReplies.Answer;
import io.pika.node.store.KeySpace;
import io.pika.node.type.Sets;
import io.pika.proxy.algebra.Limit;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyShape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The set commands of Redis 7.0. The order of checks is Redis'. */
final class SetCommands {
  private static final Reply.Err NOT_POSITIVE = Reply.error("ERR value is out of range, must be positive");
  private static final RefusalException TOO_MANY_KEYS = new RefusalException(
      "ERR Number of keys can't be greater than number of args");

  /** Hands on the members that a set operation gives. */
  @FunctionalInterface
  private interface Operation {
    void run(KeySpace keys, List<byte[]> sources, Consumer<byte[]> sink);
  }

  /** Puts the result of a set operation in the place of a key. */
  @FunctionalInterface
  private interface StoredOperation {
    long run(KeySpace keys, byte[] target, List<byte[]> sources);
  }

  private final Limits limits;
  private final ElementReplies elements;
  private final RandomGenerator random;

  SetCommands(Limits limits, ElementReplies elements, RandomGenerator random) {
    this.limits = limits;
    this.elements = elements;
    this.random = random;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.SADD,
        (args, keys) -> Reply.of(Sets.add(keys, args.takeBytes(), Words.rest(args))));
    handlers.on(Command.SCARD, (args, keys) -> Reply.of(Sets.size(keys, args.takeBytes())));
    handlers.on(Command.SDIFF, (args, keys) -> members(args, keys, Sets::difference));
    handlers.on(Command.SDIFFSTORE, (args, keys) -> store(args, keys, Sets::storeDifference));
    handlers.on(Command.SINTER, (args, keys) -> members(args, keys, Sets::intersection));
    handlers.on(Command.SINTERCARD, this::intersectionSize);
    handlers.on(Command.SINTERSTORE, (args, keys) -> store(args, keys, Sets::storeIntersection));
    handlers.on(Command.SISMEMBER,
        (args, keys) -> yes(Sets.contains(keys, args.takeBytes(), args.takeBytes())));
    elements.bind(handlers, Command.SMEMBERS, SetCommands::members);
    handlers.on(Command.SMISMEMBER, this::areMembers);
    handlers.on(Command.SMOVE,
        (args, keys) -> yes(Sets.move(keys, args.takeBytes(), args.takeBytes(), args.takeBytes())));
    handlers.on(Command.SPOP, this::pop);
    handlers.on(Command.SRANDMEMBER, this::randMember);
    handlers.on(Command.SREM,
        (args, keys) -> Reply.of(Sets.remove(keys, args.takeBytes(), Words.rest(args))));
    handlers.on(Command.SSCAN, this::scan);
    handlers.on(Command.SUNION, (args, keys) -> members(args, keys, Sets::union));
    handlers.on(Command.SUNIONSTORE, (args, keys) -> store(args, keys, Sets::storeUnion));
  }

  private ReplyItems items() {
    return new ReplyItems(limits.replyBytes());
  }

  private static Reply yes(boolean done) {
    return done ? Reply.ONE : Reply.ZERO;
  }

  private static Answer members(Args args, KeySpace keys) {
    return Answer.of(Sets.all(keys, args.takeBytes()), ReplyShape.SET, 1,
        (name, value, items) -> items.add(Sets.memberOf(name)));
  }

  private Reply members(Args args, KeySpace keys, Operation operation) {
    ReplyItems items = items();
    operation.run(keys, Words.rest(args), items::add);
    return items.set();
  }

  private Reply store(Args args, KeySpace keys, StoredOperation operation) {
    return Reply.of(operation.run(keys, args.takeBytes(), Words.rest(args)));
  }

  private Reply areMembers(Args args, KeySpace keys) {
    List<Reply> answers = new ArrayList<>(args.remaining());
    Sets.contains(keys, args.takeBytes(), Words.rest(args), is -> answers.add(yes(is)));
    return Reply.array(answers);
  }

  private Reply intersectionSize(Args args, KeySpace keys) {
    List<byte[]> sources = Words.countedKeys(args, 0, TOO_MANY_KEYS);
    return Reply.of(Sets.intersectionSize(keys, sources, Limit.parse(args)));
  }

  private Reply pop(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    ReplyItems items = items();
    if (!args.hasNext()) {
      Sets.pop(keys, key, 1, random, items::add);
      return items.size() == 0 ? Reply.NIL : items.list().getFirst();
    }
    if (args.remaining() > 1) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    Sets.pop(keys, key, args.takeLong(0, Long.MAX_VALUE, NOT_POSITIVE), random, items::add);
    return items.set();
  }

  private Reply randMember(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    if (!args.hasNext()) {
      return Reply.bulkOrNil(Sets.random(keys, key, random));
    }
    if (args.remaining() > 1) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    long count = Words.signedCount(args);
    ReplyItems items = items();
    if (count >= 0) {
      Sets.randomDifferent(keys, key, count, random, items::add);
    } else if (Sets.size(keys, key) > 0) {
      items.expect(-count);
      Sets.randomAny(keys, key, (int) -count, random, items::add);
      items.shuffle(1, random);
    }
    return items.array();
  }

  private Reply scan(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    long cursor = ElementCursor.parse(args.takeBytes());
    if (Sets.size(keys, key) == 0) {
      return PageOptions.END;
    }
    PageOptions options = PageOptions.parse(args);
    ReplyItems items = items();
    long next = Sets.scan(keys, key, cursor, options.budget(), member -> {
      if (options.matches(member)) {
        items.add(member);
      }
    });
    return Reply.array(Reply.bulk(Long.toString(next)), items.array());
  }
}
