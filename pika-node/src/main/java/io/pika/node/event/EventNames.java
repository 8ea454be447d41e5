package io.pika.node.event;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Request;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Redis 7.0 calls the events of its commands (notifyKeyspaceEvent in its sources). A command that is not named here
 * has no event of its own; keys that it deletes, or whose expiry it changes, are told of all the same.
 */
final class EventNames {
  private static final char STRING = '$';
  private static final char GENERIC = 'g';
  private static final char LIST = 'l';
  private static final char SET = 's';
  private static final char HASH = 'h';
  private static final char ZSET = 'z';
  private static final char STREAM = 't';

  /** An event without its key. @param type see {@link io.pika.node.store.KeyEvent} */
  record Name(char type, String text) {
    /** Of the one that deletes a collection with its last element. */
    boolean isOfElements() {
      return type != STRING && type != GENERIC && !text.endsWith("store");
    }
  }

  private static final Name INCREMENT = new Name(ZSET, "zincr");
  private static final Map<Command, Name> NAMES = names();

  /** They tell of the expiry that they write as well. */
  private static final Set<Command> WITH_EXPIRY = Set.of(Command.SET, Command.SETEX, Command.PSETEX,
      Command.PKSETEXAT);

  private static final List<String> ZADD_OPTIONS = List.of("NX", "XX", "GT", "LT", "CH", "INCR");

  private EventNames() {}

  private static Map<Command, Name> names() {
    Map<Command, Name> names = new EnumMap<>(Command.class);
    own(names, STRING, Command.SET, Command.APPEND, Command.SETRANGE, Command.INCRBY, Command.INCRBYFLOAT,
        Command.SETBIT, Command.PFADD);
    like(names, Command.SET, Command.SETEX, Command.PSETEX, Command.SETNX, Command.GETSET, Command.MSET,
        Command.MSETNX, Command.PKSETEXAT, Command.BITOP);
    like(names, Command.INCRBY, Command.INCR, Command.DECR, Command.DECRBY);
    like(names, Command.SETBIT, Command.BITFIELD);
    like(names, Command.PFADD, Command.PFMERGE);
    own(names, GENERIC, Command.RESTORE);
    names.put(Command.COPY, new Name(GENERIC, "copy_to"));
    own(names, HASH, Command.HSET, Command.HDEL, Command.HINCRBY, Command.HINCRBYFLOAT);
    like(names, Command.HSET, Command.HMSET, Command.HSETNX);
    own(names, LIST, Command.LPUSH, Command.RPUSH, Command.LPOP, Command.RPOP, Command.LSET, Command.LINSERT,
        Command.LREM, Command.LTRIM);
    like(names, Command.LPUSH, Command.LPUSHX);
    like(names, Command.RPUSH, Command.RPUSHX);
    names.put(Command.SORT, new Name(LIST, "sortstore"));
    own(names, SET, Command.SADD, Command.SREM, Command.SPOP, Command.SINTERSTORE, Command.SUNIONSTORE,
        Command.SDIFFSTORE);
    own(names, ZSET, Command.ZADD, Command.ZREM, Command.ZREMRANGEBYSCORE, Command.ZREMRANGEBYRANK,
        Command.ZREMRANGEBYLEX, Command.ZPOPMIN, Command.ZPOPMAX, Command.ZUNIONSTORE, Command.ZINTERSTORE,
        Command.ZDIFFSTORE, Command.ZRANGESTORE, Command.GEOSEARCHSTORE);
    like(names, Command.ZADD, Command.GEOADD);
    names.put(Command.ZINCRBY, INCREMENT);
    own(names, STREAM, Command.XADD, Command.XDEL, Command.XTRIM, Command.XSETID);
    return names;
  }

  /** Events that are called as their commands. */
  private static void own(Map<Command, Name> names, char type, Command... commands) {
    for (Command command : commands) {
      names.put(command, named(type, command));
    }
  }

  private static Name named(char type, Command command) {
    return new Name(type, command.redisName());
  }

  /** Events that are called as another command's. */
  private static void like(Map<Command, Name> names, Command other, Command... commands) {
    Name name = Objects.requireNonNull(names.get(other));
    for (Command command : commands) {
      names.put(command, name);
    }
  }

  /** What it is called when the request writes a key; null: nothing. */
  static @Nullable Name of(Request request, Bytes key) {
    Command command = request.command();
    return switch (command) {
      case null -> null;
      case ZADD -> isIncrement(request) ? INCREMENT : NAMES.get(command);
      case SMOVE -> named(SET, isFirstKey(request, key) ? Command.SREM : Command.SADD);
      case RPOPLPUSH, BRPOPLPUSH ->
        named(LIST, isFirstKey(request, key) ? Command.RPOP : Command.LPUSH);
      case BLPOP -> named(LIST, Command.LPOP);
      case BRPOP -> named(LIST, Command.RPOP);
      case BZPOPMIN -> named(ZSET, Command.ZPOPMIN);
      case BZPOPMAX -> named(ZSET, Command.ZPOPMAX);
      case ZMPOP -> popMember(request, 1);
      case BZMPOP -> popMember(request, 2);
      case LMPOP -> pop(request, 1);
      case BLMPOP -> pop(request, 2);
      case LMOVE, BLMOVE -> move(request, isFirstKey(request, key));
      default -> NAMES.get(command);
    };
  }

  /** Options stand before the first score. */
  private static boolean isIncrement(Request request) {
    boolean increment = false;
    for (int i = 2; i < request.size() && isZaddOption(request, i); i++) {
      increment |= request.argIs(i, "INCR");
    }
    return increment;
  }

  private static boolean isZaddOption(Request request, int index) {
    return ZADD_OPTIONS.stream().anyMatch(option -> request.argIs(index, option));
  }

  private static Name popMember(Request request, int count) {
    return named(ZSET, isWord(request, count, "MIN") ? Command.ZPOPMIN : Command.ZPOPMAX);
  }

  private static Name pop(Request request, int count) {
    return named(LIST, isWord(request, count, "LEFT") ? Command.LPOP : Command.RPOP);
  }

  /** The word behind a count of keys and the keys. */
  private static boolean isWord(Request request, int count, String word) {
    return request.argIs(count + 1 + Integer.parseInt(request.text(count)), word);
  }

  private static boolean isFirstKey(Request request, Bytes key) {
    return Bytes.of(request.arg(1)).equals(key);
  }

  private static Name move(Request request, boolean from) {
    boolean left = request.argIs(from ? 3 : 4, "LEFT");
    Command pop = left ? Command.LPOP : Command.RPOP;
    Command push = left ? Command.LPUSH : Command.RPUSH;
    return named(LIST, from ? pop : push);
  }

  static boolean tellsExpiry(Request request) {
    Command command = request.command();
    return command != null && WITH_EXPIRY.contains(command) && !keepsExpiry(request);
  }

  private static boolean keepsExpiry(Request request) {
    for (int i = 3; i < request.size(); i++) {
      if (request.command() == Command.SET && request.argIs(i, "KEEPTTL")) {
        return true;
      }
    }
    return false;
  }
}
