package io.pika.node.event;

import static java.util.Map.entry;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Request;
import java.util.List;
import java.util.Map;
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

  private static final Map<Command, Name> NAMES = Map.ofEntries(named(STRING, "set", Command.SET),
      named(STRING, "set", Command.SETEX), named(STRING, "set", Command.PSETEX),
      named(STRING, "set", Command.SETNX), named(STRING, "set", Command.GETSET),
      named(STRING, "set", Command.MSET), named(STRING, "set", Command.MSETNX),
      named(STRING, "set", Command.PKSETEXAT), named(STRING, "set", Command.BITOP),
      named(STRING, "append", Command.APPEND), named(STRING, "setrange", Command.SETRANGE),
      named(STRING, "incrby", Command.INCR), named(STRING, "incrby", Command.INCRBY),
      named(STRING, "incrby", Command.DECR), named(STRING, "incrby", Command.DECRBY),
      named(STRING, "incrbyfloat", Command.INCRBYFLOAT), named(STRING, "setbit", Command.SETBIT),
      named(STRING, "setbit", Command.BITFIELD), named(STRING, "pfadd", Command.PFADD),
      named(STRING, "pfadd", Command.PFMERGE), named(GENERIC, "copy_to", Command.COPY),
      named(GENERIC, "restore", Command.RESTORE), named(HASH, "hset", Command.HSET),
      named(HASH, "hset", Command.HMSET), named(HASH, "hset", Command.HSETNX),
      named(HASH, "hdel", Command.HDEL), named(HASH, "hincrby", Command.HINCRBY),
      named(HASH, "hincrbyfloat", Command.HINCRBYFLOAT), named(LIST, "lpush", Command.LPUSH),
      named(LIST, "lpush", Command.LPUSHX), named(LIST, "rpush", Command.RPUSH),
      named(LIST, "rpush", Command.RPUSHX), named(LIST, "lpop", Command.LPOP),
      named(LIST, "rpop", Command.RPOP), named(LIST, "lset", Command.LSET),
      named(LIST, "linsert", Command.LINSERT), named(LIST, "lrem", Command.LREM),
      named(LIST, "ltrim", Command.LTRIM), named(SET, "sadd", Command.SADD), named(SET, "srem", Command.SREM),
      named(SET, "spop", Command.SPOP), named(SET, "sinterstore", Command.SINTERSTORE),
      named(SET, "sunionstore", Command.SUNIONSTORE), named(SET, "sdiffstore", Command.SDIFFSTORE),
      named(ZSET, "zadd", Command.ZADD), named(ZSET, "zadd", Command.GEOADD),
      named(ZSET, "zincr", Command.ZINCRBY), named(ZSET, "zrem", Command.ZREM),
      named(ZSET, "zremrangebyscore", Command.ZREMRANGEBYSCORE),
      named(ZSET, "zremrangebyrank", Command.ZREMRANGEBYRANK),
      named(ZSET, "zremrangebylex", Command.ZREMRANGEBYLEX), named(ZSET, "zpopmin", Command.ZPOPMIN),
      named(ZSET, "zpopmax", Command.ZPOPMAX), named(ZSET, "zunionstore", Command.ZUNIONSTORE),
      named(ZSET, "zinterstore", Command.ZINTERSTORE), named(ZSET, "zdiffstore", Command.ZDIFFSTORE),
      named(ZSET, "zrangestore", Command.ZRANGESTORE), named(ZSET, "geosearchstore", Command.GEOSEARCHSTORE),
      named(STREAM, "xadd", Command.XADD), named(STREAM, "xdel", Command.XDEL),
      named(STREAM, "xtrim", Command.XTRIM), named(STREAM, "xsetid", Command.XSETID));

  /** They tell of the expiry that they write as well. */
  private static final Set<Command> WITH_EXPIRY = Set.of(Command.SET, Command.SETEX, Command.PSETEX,
      Command.PKSETEXAT);

  private static final List<String> ZADD_OPTIONS = List.of("NX", "XX", "GT", "LT", "CH", "INCR");

  private EventNames() {}

  private static Map.Entry<Command, Name> named(char type, String text, Command command) {
    return entry(command, new Name(type, text));
  }

  /** What it is called when the request writes a key; null: nothing. */
  static @Nullable Name of(Request request, Bytes key) {
    Command command = request.command();
    return switch (command) {
      case null -> null;
      case ZADD -> isIncrement(request) ? new Name(ZSET, "zincr") : NAMES.get(command);
      case SMOVE -> new Name(SET, isFirstKey(request, key) ? "srem" : "sadd");
      case RPOPLPUSH -> new Name(LIST, isFirstKey(request, key) ? "rpop" : "lpush");
      case ZMPOP -> new Name(ZSET, isWord(request, "MIN") ? "zpopmin" : "zpopmax");
      case LMPOP -> new Name(LIST, isWord(request, "LEFT") ? "lpop" : "rpop");
      case LMOVE -> move(request, isFirstKey(request, key));
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

  /** The word behind a count of keys and the keys. */
  private static boolean isWord(Request request, String word) {
    return request.argIs(2 + Integer.parseInt(request.text(1)), word);
  }

  private static boolean isFirstKey(Request request, Bytes key) {
    return Bytes.of(request.arg(1)).equals(key);
  }

  private static Name move(Request request, boolean from) {
    boolean left = request.argIs(from ? 3 : 4, "LEFT");
    return new Name(LIST, (left ? "l" : "r") + (from ? "pop" : "push"));
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
