package io.pika.node.command;

import io.pika.node.command.ElementReplies.Answer;
import io.pika.node.store.KeySpace;
import io.pika.node.type.Hashes;
import io.pika.node.type.LongDouble;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyShape;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The hash commands of Redis 7.0, and Pika's ordered scans of hashes. The order of checks is Redis'. */
final class HashCommands {
  private static final RefusalException NOT_FINITE = new RefusalException("ERR value is NaN or Infinity");
  private static final RefusalException OUT_OF_RANGE = new RefusalException("ERR value is out of range");
  private static final RefusalException NOT_A_LONG = new RefusalException(Reply.NOT_AN_INTEGER);
  private static final RefusalException SYNTAX_ERROR = new RefusalException(Reply.SYNTAX_ERROR);
  /** As Pika words it. */
  private static final RefusalException BAD_RANGE = new RefusalException(
      "ERR Invalid argument: error in given range");

  private final Limits limits;
  private final ElementReplies elements;
  private final RandomGenerator random;
  private final HashCursors cursors = new HashCursors();

  HashCommands(Limits limits, ElementReplies elements, RandomGenerator random) {
    this.limits = limits;
    this.elements = elements;
    this.random = random;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.HDEL,
        (args, keys) -> Reply.of(Hashes.delete(keys, args.takeBytes(), Words.rest(args))));
    handlers.on(Command.HEXISTS, this::exists);
    handlers.on(Command.HGET,
        (args, keys) -> Reply.bulkOrNil(Hashes.get(keys, args.takeBytes(), args.takeBytes())));
    elements.bind(handlers, Command.HGETALL, HashCommands::getAll);
    handlers.on(Command.HINCRBY, this::incrBy);
    handlers.on(Command.HINCRBYFLOAT, this::incrByFloat);
    elements.bind(handlers, Command.HKEYS, HashCommands::fields);
    handlers.on(Command.HLEN, (args, keys) -> Reply.of(Hashes.size(keys, args.takeBytes())));
    handlers.on(Command.HMGET, this::getMany);
    handlers.on(Command.HMSET, (args, keys) -> {
      put(args, keys, "hmset");
      return Reply.OK;
    });
    handlers.on(Command.HRANDFIELD, this::randField);
    handlers.on(Command.HSCAN, this::scan);
    handlers.on(Command.HSCANX, this::scanFrom);
    handlers.on(Command.HSET, (args, keys) -> Reply.of(put(args, keys, "hset")));
    handlers.on(Command.HSETNX, this::setNx);
    handlers.on(Command.HSTRLEN, this::valueLength);
    elements.bind(handlers, Command.HVALS, HashCommands::values);
    handlers.on(Command.PKHRSCANRANGE, this::scanRangeBack);
    handlers.on(Command.PKHSCANRANGE, this::scanRange);
  }

  private ReplyItems items() {
    return new ReplyItems(limits.replyBytes());
  }

  private static int put(Args args, KeySpace keys, String name) {
    byte[] key = args.takeBytes();
    if (args.remaining() % 2 != 0) {
      throw new RefusalException(Reply.wrongArity(name));
    }
    return Hashes.put(keys, key, Words.rest(args));
  }

  private Reply setNx(Args args, KeySpace keys) {
    boolean written = Hashes.putIfAbsent(keys, args.takeBytes(), args.takeBytes(), args.takeBytes());
    return written ? Reply.ONE : Reply.ZERO;
  }

  private Reply exists(Args args, KeySpace keys) {
    return Hashes.get(keys, args.takeBytes(), args.takeBytes()) == null ? Reply.ZERO : Reply.ONE;
  }

  private Reply valueLength(Args args, KeySpace keys) {
    byte[] value = Hashes.get(keys, args.takeBytes(), args.takeBytes());
    return Reply.of(value == null ? 0 : value.length);
  }

  private Reply getMany(Args args, KeySpace keys) {
    ReplyItems items = items();
    Hashes.get(keys, args.takeBytes(), Words.rest(args), items::addOrNil);
    return items.array();
  }

  private static Answer getAll(Args args, KeySpace keys) {
    return Answer.of(Hashes.all(keys, args.takeBytes()), ReplyShape.MAP, 2, (field, value, items) -> {
      items.add(field);
      items.add(value);
    });
  }

  private static Answer fields(Args args, KeySpace keys) {
    return Answer.of(Hashes.all(keys, args.takeBytes()), ReplyShape.ARRAY, 1,
        (field, value, items) -> items.add(field));
  }

  private static Answer values(Args args, KeySpace keys) {
    return Answer.of(Hashes.all(keys, args.takeBytes()), ReplyShape.ARRAY, 1,
        (field, value, items) -> items.add(value));
  }

  private Reply incrBy(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    byte[] field = args.takeBytes();
    return Reply.of(Hashes.add(keys, key, field, args.takeLong()));
  }

  private Reply incrByFloat(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    byte[] field = args.takeBytes();
    LongDouble delta = LongDouble.parse(args.takeBytes());
    if (delta == null) {
      throw new RefusalException(Reply.NOT_A_FLOAT);
    }
    if (!delta.isFinite()) {
      throw NOT_FINITE;
    }
    return Reply.bulk(Hashes.addFloat(keys, key, field, delta));
  }

  private Reply randField(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    ReplyItems items = items();
    if (!args.hasNext()) {
      Hashes.randomOne(keys, key, random, (field, value) -> items.add(field));
      return items.size() == 0 ? Reply.NIL : items.list().getFirst();
    }
    long count = Words.signedCount(args);
    boolean withValues = args.takeIf("WITHVALUES");
    args.expectEnd();
    if (withValues && Math.abs(count) > Long.MAX_VALUE / 2) {
      throw OUT_OF_RANGE;
    }
    if (withValues) {
      draw(keys, key, count, 2, items, (field, value) -> {
        items.add(field);
        items.add(value);
      });
      return items.pairs();
    }
    draw(keys, key, count, 1, items, (field, value) -> items.add(field));
    return items.array();
  }

  /** @param width items for each field */
  private void draw(KeySpace keys, byte[] key, long count, int width, ReplyItems items,
      BiConsumer<byte[], byte[]> each) {
    if (count >= 0) {
      Hashes.randomDifferent(keys, key, count, random, each);
    } else if (Hashes.size(keys, key) > 0) {
      items.expect(-count);
      Hashes.randomAny(keys, key, (int) -count, random, each);
      items.shuffle(width, random);
    }
  }

  private Reply scan(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    long cursor = ElementCursor.parse(args.takeBytes());
    if (Hashes.size(keys, key) == 0) {
      return PageOptions.END;
    }
    PageOptions options = PageOptions.parse(args);
    ReplyItems items = items();
    byte[] from = cursors.field(cursor, keys, key);
    byte[] next = from == null
        ? null
        : Hashes.scan(keys, key, from, options.budget(), matching(options, items));
    return Reply.array(Reply.bulk(Long.toString(cursors.before(next))), items.array());
  }

  private Reply scanFrom(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    byte[] from = args.takeBytes();
    PageOptions options = PageOptions.parsePika(args, "COUNT", SYNTAX_ERROR);
    ReplyItems items = items();
    byte[] next = Hashes.range(keys, key, from, null, options.budget(), matching(options, items));
    return page(next, items);
  }

  private Reply scanRange(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    byte[] from = args.takeBytes();
    byte[] to = orNull(args.takeBytes());
    PageOptions options = PageOptions.parsePika(args, "LIMIT", NOT_A_LONG);
    checkRange(from, to);
    ReplyItems items = items();
    byte[] next = Hashes.range(keys, key, from, to, options.budget(), matching(options, items));
    return page(next, items);
  }

  private Reply scanRangeBack(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    byte[] from = orNull(args.takeBytes());
    byte[] to = args.takeBytes();
    PageOptions options = PageOptions.parsePika(args, "LIMIT", NOT_A_LONG);
    checkRange(to, from);
    ReplyItems items = items();
    byte[] next = Hashes.rangeBack(keys, key, from, to, options.budget(), matching(options, items));
    return page(next, items);
  }

  private static BiConsumer<byte[], byte[]> matching(PageOptions options, ReplyItems items) {
    return (field, value) -> {
      if (options.matches(field)) {
        items.add(field);
        items.add(value);
      }
    };
  }

  /** In Pika no end is the empty field. */
  private static byte @Nullable [] orNull(byte[] field) {
    return field.length == 0 ? null : field;
  }

  private static void checkRange(byte[] least, byte @Nullable [] greatest) {
    if (greatest != null && Arrays.compareUnsigned(least, greatest) > 0) {
      throw BAD_RANGE;
    }
  }

  private static Reply page(byte @Nullable [] next, ReplyItems items) {
    return Reply.array(next == null ? Reply.EMPTY : Reply.bulk(next), items.array());
  }
}
