package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.AnyKey;
import io.pika.node.type.AnyKey.ExpireCondition;
import io.pika.node.type.Dumps;
import io.pika.node.type.Presence;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.Arrays;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.LongUnaryOperator;

/** The commands on keys of any type, of Redis 7.0. The order of checks is Redis'. */
final class KeyCommands {
  private static final RefusalException SAME_KEY = new RefusalException(
      "ERR source and destination objects are the same");
  private static final RefusalException OTHER_TABLE = new RefusalException(
      "ERR Copying to another database is not allowed in cluster mode");
  private static final RefusalException NEGATIVE_TIME = new RefusalException(
      "ERR Invalid TTL value, must be >= 0");
  private static final RefusalException BUSY_KEY = new RefusalException(
      "BUSYKEY Target key name already exists.");

  private final Dumps dumps;

  KeyCommands(Dumps dumps) {
    this.dumps = dumps;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.COPY, this::copy);
    handlers.on(Command.DEL, (args, keys) -> count(args, keys, KeySpace::delete));
    handlers.on(Command.DUMP, (args, keys) -> Reply.bulkOrNil(dumps.dump(keys, args.takeBytes())));
    handlers.on(Command.EXISTS, (args, keys) -> count(args, keys, AnyKey::exists));
    handlers.on(Command.EXPIRE, (args, keys) -> expire(args, keys, ExpireTime.EX, "expire"));
    handlers.on(Command.EXPIREAT, (args, keys) -> expire(args, keys, ExpireTime.EXAT, "expireat"));
    handlers.on(Command.EXPIRETIME, (args, keys) -> expireTime(args, keys, KeyCommands::seconds));
    handlers.on(Command.PERSIST, (args, keys) -> yes(AnyKey.persist(keys, args.takeBytes())));
    handlers.on(Command.PEXPIRE, (args, keys) -> expire(args, keys, ExpireTime.PX, "pexpire"));
    handlers.on(Command.PEXPIREAT, (args, keys) -> expire(args, keys, ExpireTime.PXAT, "pexpireat"));
    handlers.on(Command.PEXPIRETIME, (args, keys) -> expireTime(args, keys, ms -> ms));
    handlers.on(Command.PTTL, (args, keys) -> timeToLive(args, keys, ms -> ms));
    handlers.on(Command.RENAME, this::rename);
    handlers.on(Command.RENAMENX, this::renameNx);
    handlers.on(Command.RESTORE, this::restore);
    handlers.on(Command.TOUCH, (args, keys) -> count(args, keys, AnyKey::exists));
    handlers.on(Command.TTL, (args, keys) -> timeToLive(args, keys, KeyCommands::seconds));
    handlers.on(Command.TYPE, (args, keys) -> Reply.simple(AnyKey.typeName(keys, args.takeBytes())));
    handlers.on(Command.UNLINK, (args, keys) -> count(args, keys, KeySpace::delete));
  }

  private static Reply count(Args args, KeySpace keys, BiPredicate<KeySpace, byte[]> each) {
    int found = 0;
    while (args.hasNext()) {
      found += each.test(keys, args.takeBytes()) ? 1 : 0;
    }
    return Reply.of(found);
  }

  private Reply copy(Args args, KeySpace keys) {
    byte[] from = args.takeBytes();
    byte[] to = args.takeBytes();
    Presence target = Presence.ABSENT;
    boolean elsewhere = false;
    while (args.hasNext()) {
      if (args.takeIf("REPLACE")) {
        target = Presence.ANY;
      } else if (args.remaining() > 1 && args.takeIf("DB")) {
        elsewhere = true;
        args.takeLong();
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    if (elsewhere) {
      throw OTHER_TABLE;
    }
    if (Arrays.equals(from, to)) {
      throw SAME_KEY;
    }
    return yes(AnyKey.copy(keys, from, to, target));
  }

  private Reply rename(Args args, KeySpace keys) {
    AnyKey.rename(keys, args.takeBytes(), args.takeBytes(), Presence.ANY);
    return Reply.OK;
  }

  private Reply renameNx(Args args, KeySpace keys) {
    return yes(AnyKey.rename(keys, args.takeBytes(), args.takeBytes(), Presence.ABSENT));
  }

  private static Reply expire(Args args, KeySpace keys, ExpireTime time, String name) {
    byte[] key = args.takeBytes();
    byte[] number = args.takeBytes();
    Set<ExpireCondition> conditions = ExpireOptions.parse(args);
    long atMs = time.instantMs(Words.number(number), name, keys.nowMs());
    return yes(AnyKey.expireAt(keys, key, atMs, conditions));
  }

  private static Reply timeToLive(Args args, KeySpace keys, LongUnaryOperator unit) {
    long atMs = AnyKey.expireAtMs(keys, args.takeBytes());
    return Reply.of(atMs < 0 ? atMs : unit.applyAsLong(Math.max(atMs - keys.nowMs(), 0)));
  }

  private static Reply expireTime(Args args, KeySpace keys, LongUnaryOperator unit) {
    long atMs = AnyKey.expireAtMs(keys, args.takeBytes());
    return Reply.of(atMs < 0 ? atMs : unit.applyAsLong(atMs));
  }

  /** Rounded to the nearest, as Redis does. */
  private static long seconds(long ms) {
    return ms / 1000 + (ms % 1000 >= 500 ? 1 : 0);
  }

  private Reply restore(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    byte[] time = args.takeBytes();
    byte[] payload = args.takeBytes();
    RestoreOptions options = RestoreOptions.parse(args);
    if (!options.replace() && AnyKey.exists(keys, key)) {
      throw BUSY_KEY;
    }
    long ms = Words.number(time);
    if (ms < 0) {
      throw NEGATIVE_TIME;
    }
    dumps.restore(keys, key, payload, expireAtMs(ms, options, keys.nowMs()));
    return Reply.OK;
  }

  /** A time from now that is beyond the end of time has passed, as in Redis. */
  private static long expireAtMs(long ms, RestoreOptions options, long nowMs) {
    if (ms == 0) {
      return 0;
    }
    long atMs = options.absolute() ? ms : ms + nowMs;
    return atMs <= nowMs ? nowMs : atMs;
  }

  private static Reply yes(boolean done) {
    return done ? Reply.ONE : Reply.ZERO;
  }
}
