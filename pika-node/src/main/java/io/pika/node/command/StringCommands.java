package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.Expiry;
import io.pika.node.type.LongestCommonSubsequence;
import io.pika.node.type.LongestCommonSubsequence.Match;
import io.pika.node.type.Presence;
import io.pika.node.type.Strings;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.routing.RouterOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * The string commands of Redis 7.0 and Pika. The order of checks is Redis': which of two errors a client sees is
 * part of what it can rely on.
 */
final class StringCommands {
  private static final RefusalException NEGATIVE_OFFSET = new RefusalException("ERR offset is out of range");
  private static final RefusalException DECREMENT_OVERFLOW = new RefusalException(
      "ERR decrement would overflow");
  private static final RefusalException LENGTH_AND_INDEXES = new RefusalException(
      "ERR If you want both the length and indexes, please just use IDX.");

  private final Strings strings;

  StringCommands(Strings strings) {
    this.strings = strings;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.APPEND, this::append);
    handlers.on(Command.DECR, (args, keys) -> add(args.takeBytes(), -1, keys));
    handlers.on(Command.DECRBY, this::decrBy);
    handlers.on(Command.DELVX, this::delVx);
    handlers.on(Command.GET, (args, keys) -> Reply.bulkOrNil(strings.get(keys, args.takeBytes())));
    handlers.on(Command.GETDEL,
        (args, keys) -> Reply.bulkOrNil(strings.getAndDelete(keys, args.takeBytes())));
    handlers.on(Command.GETEX, this::getEx);
    handlers.on(Command.GETRANGE, this::getRange);
    handlers.on(Command.GETSET, this::getSet);
    handlers.on(Command.INCR, (args, keys) -> add(args.takeBytes(), 1, keys));
    handlers.on(Command.INCRBY, (args, keys) -> add(args.takeBytes(), args.takeLong(), keys));
    handlers.on(Command.INCRBYFLOAT, this::incrByFloat);
    handlers.on(Command.LCS, this::lcs);
    handlers.on(Command.MGET, this::mGet);
    handlers.on(Command.MSET, this::mSet);
    handlers.on(Command.MSETNX, this::mSetNx);
    handlers.on(Command.PKSETEXAT, (args, keys) -> setEx(args, keys, ExpireTime.EXAT, "pksetexat"));
    handlers.on(Command.PSETEX, (args, keys) -> setEx(args, keys, ExpireTime.PX, "psetex"));
    handlers.on(Command.SET, this::set);
    handlers.on(Command.SETEX, (args, keys) -> setEx(args, keys, ExpireTime.EX, "setex"));
    handlers.on(Command.SETNX, this::setNx);
    handlers.on(Command.SETRANGE, this::setRange);
    handlers.on(Command.STRLEN, (args, keys) -> Reply.of(strings.length(keys, args.takeBytes())));
    handlers.on(Command.SUBSTR, this::getRange);
  }

  private Reply set(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    byte[] value = args.takeBytes();
    if (!args.hasNext()) {
      strings.put(keys, key, value);
      return Reply.OK;
    }
    SetOptions options = SetOptions.parse(args, keys.nowMs());
    Reply old = options.get() ? Reply.bulkOrNil(strings.get(keys, key)) : null;
    boolean written = strings.set(keys, key, value, options.presence(), options.expiry());
    if (old != null) {
      return old;
    }
    return written ? Reply.OK : Reply.NIL;
  }

  private Reply setEx(Args args, KeySpace keys, ExpireTime time, String name) {
    byte[] key = args.takeBytes();
    Expiry expiry = time.positive(args.takeLong(), name, keys.nowMs());
    strings.set(keys, key, args.takeBytes(), Presence.ANY, expiry);
    return Reply.OK;
  }

  private Reply setNx(Args args, KeySpace keys) {
    boolean written = strings.set(keys, args.takeBytes(), args.takeBytes(), Presence.ABSENT, Expiry.NEVER);
    return Reply.of(written ? 1 : 0);
  }

  private Reply getSet(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    Reply old = Reply.bulkOrNil(strings.get(keys, key));
    strings.put(keys, key, args.takeBytes());
    return old;
  }

  private Reply getEx(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    GetExOptions options = GetExOptions.parse(args);
    byte[] value = strings.get(keys, key);
    if (value == null) {
      return Reply.NIL;
    }
    Expiry expiry = options.expiry(keys.nowMs());
    switch (expiry.kind()) {
      case AT -> keys.expireAt(key, expiry.atMs());
      case NEVER -> keys.expireAt(key, 0);
      case KEEP -> {
      }
    }
    return Reply.bulk(value);
  }

  private Reply delVx(Args args, KeySpace keys) {
    return Reply.of(strings.deleteIfEqual(keys, args.takeBytes(), args.takeBytes()));
  }

  private Reply add(byte[] key, long delta, KeySpace keys) {
    return Reply.of(strings.add(keys, key, delta));
  }

  private Reply decrBy(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    long decrement = args.takeLong();
    if (decrement == Long.MIN_VALUE) {
      throw DECREMENT_OVERFLOW;
    }
    return add(key, -decrement, keys);
  }

  private Reply incrByFloat(Args args, KeySpace keys) {
    return Reply.bulk(strings.addFloat(keys, args.takeBytes(), args.takeBytes()));
  }

  private Reply append(Args args, KeySpace keys) {
    return Reply.of(strings.append(keys, args.takeBytes(), args.takeBytes()));
  }

  private Reply setRange(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    long offset = args.takeLong();
    if (offset < 0) {
      throw NEGATIVE_OFFSET;
    }
    return Reply.of(strings.setRange(keys, key, offset, args.takeBytes()));
  }

  private Reply getRange(Args args, KeySpace keys) {
    return Reply.bulk(strings.getRange(keys, args.takeBytes(), args.takeLong(), args.takeLong()));
  }

  private Reply mGet(Args args, KeySpace keys) {
    List<Reply> values = new ArrayList<>(args.remaining());
    long bytes = 0;
    while (args.hasNext()) {
      byte[] value = strings.getIfString(keys, args.takeBytes());
      bytes += value == null ? 0 : value.length;
      if (bytes > strings.valueBytesMax()) {
        throw new RefusalException(RouterOptions.valuesTooLong(strings.valueBytesMax()));
      }
      values.add(Reply.bulkOrNil(value));
    }
    return Reply.array(values);
  }

  private Reply mSet(Args args, KeySpace keys) {
    checkPairs(args, "mset");
    while (args.hasNext()) {
      strings.put(keys, args.takeBytes(), args.takeBytes());
    }
    return Reply.OK;
  }

  private Reply mSetNx(Args args, KeySpace keys) {
    checkPairs(args, "msetnx");
    List<byte[]> pairs = new ArrayList<>(args.remaining());
    while (args.hasNext()) {
      pairs.add(args.takeBytes());
    }
    return Reply.of(strings.putAllIfAbsent(keys, pairs) ? 1 : 0);
  }

  private static void checkPairs(Args args, String name) {
    if (args.remaining() % 2 != 0) {
      throw new RefusalException(Reply.wrongArity(name));
    }
  }

  private Reply lcs(Args args, KeySpace keys) {
    byte[][] both = strings.both(keys, args.takeBytes(), args.takeBytes());
    LcsOptions options = LcsOptions.parse(args);
    if (options.indexes() && options.length()) {
      throw LENGTH_AND_INDEXES;
    }
    LongestCommonSubsequence common = strings.commonSubsequence(both[0], both[1]);
    if (options.indexes()) {
      return indexes(common, options);
    }
    return options.length() ? Reply.of(common.length()) : Reply.bulk(common.content());
  }

  private static Reply indexes(LongestCommonSubsequence common, LcsOptions options) {
    List<Reply> matches = new ArrayList<>();
    for (Match match : common.matches()) {
      if (match.length() >= options.shortest()) {
        List<Reply> parts = new ArrayList<>();
        parts.add(Reply.array(Reply.of(match.firstStart()), Reply.of(match.firstEnd())));
        parts.add(Reply.array(Reply.of(match.secondStart()), Reply.of(match.secondEnd())));
        if (options.withLengths()) {
          parts.add(Reply.of(match.length()));
        }
        matches.add(Reply.array(parts));
      }
    }
    return Reply.map(Reply.bulk("matches"), Reply.array(matches), Reply.bulk("len"),
        Reply.of(common.length()));
  }
}
