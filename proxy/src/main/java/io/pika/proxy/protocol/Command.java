package io.pika.proxy.protocol;

import static io.pika.proxy.protocol.Flag.ADMIN;
import static io.pika.proxy.protocol.Flag.ADMINISTERS;
import static io.pika.proxy.protocol.Flag.ALLOW_BUSY;
import static io.pika.proxy.protocol.Flag.ASKS;
import static io.pika.proxy.protocol.Flag.BLOCKING;
import static io.pika.proxy.protocol.Flag.DANGEROUS;
import static io.pika.proxy.protocol.Flag.DENYOOM;
import static io.pika.proxy.protocol.Flag.FAST;
import static io.pika.proxy.protocol.Flag.LEADS;
import static io.pika.proxy.protocol.Flag.LOADING;
import static io.pika.proxy.protocol.Flag.LONG;
import static io.pika.proxy.protocol.Flag.LONG_IF_LARGE;
import static io.pika.proxy.protocol.Flag.MAY_REPLICATE;
import static io.pika.proxy.protocol.Flag.NOSCRIPT;
import static io.pika.proxy.protocol.Flag.NO_ASYNC_LOADING;
import static io.pika.proxy.protocol.Flag.NO_AUTH;
import static io.pika.proxy.protocol.Flag.NO_MANDATORY_KEYS;
import static io.pika.proxy.protocol.Flag.NO_MULTI;
import static io.pika.proxy.protocol.Flag.PUBSUBS;
import static io.pika.proxy.protocol.Flag.READS;
import static io.pika.proxy.protocol.Flag.SKIP_MONITOR;
import static io.pika.proxy.protocol.Flag.SKIP_SLOWLOG;
import static io.pika.proxy.protocol.Flag.STALE;
import static io.pika.proxy.protocol.Flag.WRITES;
import static io.pika.proxy.protocol.Flag.is;
import static io.pika.proxy.protocol.Group.BITMAPS;
import static io.pika.proxy.protocol.Group.CLUSTERS;
import static io.pika.proxy.protocol.Group.CLUSTER_CONNECTIONS;
import static io.pika.proxy.protocol.Group.CONNECTIONS;
import static io.pika.proxy.protocol.Group.GENERIC;
import static io.pika.proxy.protocol.Group.GEOS;
import static io.pika.proxy.protocol.Group.HASHES;
import static io.pika.proxy.protocol.Group.HYPERLOGLOGS;
import static io.pika.proxy.protocol.Group.LISTS;
import static io.pika.proxy.protocol.Group.PIKA;
import static io.pika.proxy.protocol.Group.PUB_SUB;
import static io.pika.proxy.protocol.Group.SCRIPTS;
import static io.pika.proxy.protocol.Group.SENTINELS;
import static io.pika.proxy.protocol.Group.SERVERS;
import static io.pika.proxy.protocol.Group.SERVER_CONNECTIONS;
import static io.pika.proxy.protocol.Group.SERVER_KEYS;
import static io.pika.proxy.protocol.Group.SETS;
import static io.pika.proxy.protocol.Group.SORTED_SETS;
import static io.pika.proxy.protocol.Group.SORTING;
import static io.pika.proxy.protocol.Group.STREAMS;
import static io.pika.proxy.protocol.Group.STRINGS;
import static io.pika.proxy.protocol.Group.TRANSACTIONS;
import static io.pika.proxy.protocol.Group.WAITING;
import static io.pika.proxy.protocol.KeyAccess.NOT_KEY;
import static io.pika.proxy.protocol.KeyAccess.OW_INSERT;
import static io.pika.proxy.protocol.KeyAccess.OW_UPDATE;
import static io.pika.proxy.protocol.KeyAccess.RM_DELETE;
import static io.pika.proxy.protocol.KeyAccess.RO;
import static io.pika.proxy.protocol.KeyAccess.RO_ACCESS;
import static io.pika.proxy.protocol.KeyAccess.RW_ACCESS;
import static io.pika.proxy.protocol.KeyAccess.RW_ACCESS_DELETE;
import static io.pika.proxy.protocol.KeyAccess.RW_ACCESS_DELETE_INCOMPLETE;
import static io.pika.proxy.protocol.KeyAccess.RW_ACCESS_INSERT;
import static io.pika.proxy.protocol.KeyAccess.RW_ACCESS_UPDATE;
import static io.pika.proxy.protocol.KeyAccess.RW_ACCESS_UPDATE_VARIABLE;
import static io.pika.proxy.protocol.KeyAccess.RW_DELETE;
import static io.pika.proxy.protocol.KeyAccess.RW_INSERT;
import static io.pika.proxy.protocol.KeyAccess.RW_UPDATE;
import static io.pika.proxy.protocol.KeySpec.allAfter;
import static io.pika.proxy.protocol.KeySpec.at;
import static io.pika.proxy.protocol.KeySpec.counted;
import static io.pika.proxy.protocol.KeySpec.from;
import static io.pika.proxy.protocol.KeySpec.halfAfter;
import static io.pika.proxy.protocol.KeySpec.oneAfter;
import static io.pika.proxy.protocol.KeySpec.range;
import static io.pika.proxy.protocol.KeySpec.unknown;
import static io.pika.proxy.protocol.Service.BETWEEN_NODES;
import static io.pika.proxy.protocol.Service.CLASSIC;
import static io.pika.proxy.protocol.Service.CLUSTER_CLIENT;
import static io.pika.proxy.protocol.Service.INSIDES;
import static io.pika.proxy.protocol.Service.IN_SLOT;
import static io.pika.proxy.protocol.Service.MODULES;
import static io.pika.proxy.protocol.Service.ON_SESSION;
import static io.pika.proxy.protocol.Service.OTHER_SERVER;
import static io.pika.proxy.protocol.Service.OTHER_TABLE;
import static io.pika.proxy.protocol.Service.OVER_TABLE;
import static io.pika.proxy.protocol.Service.PROCESS;
import static io.pika.proxy.protocol.Service.REPLICATION;
import static io.pika.proxy.protocol.Service.SAVING;
import static io.pika.proxy.protocol.Service.SLOTS;
import static io.pika.proxy.protocol.Service.SPLIT;
import static io.pika.proxy.protocol.Service.WATCHING;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command table: every command of Redis 7.0 and of Pika, the one place that says what a command is. Node, gateway,
 * command line and documentation read it. A row says how the command is served or why it is refused, its group, its
 * arity (count of arguments with the name, negative = at least), its flags and where its keys are.
 *
 * <p><b>Long commands.</b> Commands run on the thread that read their client's socket and serves others too. One that takes
 * many steps in the store is cut off there and runs again from the start on a worker, so most rows say nothing about it.
 * What the store does not notice is marked: {@link Flag#LONG} if a command may compute for more than some milliseconds
 * (a script), {@link Flag#LONG_IF_LARGE} if that takes a large request. Marked ones go to a worker at once, which costs each
 * of them two changes of threads and holds up its own connection: mark nothing that is short as a rule.
 *
 * <p>To add a command add its row, and its line in commands.txt, which holds what is only told to people. Tests compare
 * the rows with a real redis-server.
 */
public enum Command {
  // Connections and the server
  AUTH(ON_SESSION, CONNECTIONS, -2, is(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)),
  CLIENT(ON_SESSION, CONNECTIONS, -2, is(LEADS)),
  ECHO(ON_SESSION, CONNECTIONS, 2, is(LOADING, STALE, FAST)),
  HELLO(ON_SESSION, CONNECTIONS, -1, is(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)),
  PING(ON_SESSION, CONNECTIONS, -1, is(FAST)),
  QUIT(ON_SESSION, CONNECTIONS, -1, is(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)),
  RESET(ON_SESSION, CONNECTIONS, 1, is(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)),
  SELECT(ON_SESSION, CONNECTIONS, 2, is(LOADING, STALE, FAST)),
  ACL(ON_SESSION, SERVERS, -2, is(LEADS)),
  BGREWRITEAOF(SAVING, SERVERS, 1, is(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)),
  BGSAVE(SAVING, SERVERS, -1, is(ADMIN, NOSCRIPT, NO_ASYNC_LOADING)),
  COMMAND(ON_SESSION, SERVER_CONNECTIONS, -1, is(LOADING, STALE)),
  CONFIG(ON_SESSION, SERVERS, -2, is(LEADS)),
  DBSIZE(OVER_TABLE, SERVER_KEYS, 1, is(READS, FAST)),
  DEBUG(INSIDES, SERVERS, -2, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  FAILOVER(REPLICATION, SERVERS, -1, is(ADMIN, NOSCRIPT, STALE)),
  FLUSHALL(OVER_TABLE, SERVER_KEYS, -1, is(WRITES, DANGEROUS)),
  FLUSHDB(OVER_TABLE, SERVER_KEYS, -1, is(WRITES, DANGEROUS)),
  INFO(ON_SESSION, SERVERS, -1, is(LOADING, STALE, DANGEROUS)),
  LASTSAVE(SAVING, SERVERS, 1, is(LOADING, STALE, FAST, ADMINISTERS)),
  LATENCY(INSIDES, SERVERS, -2, is(LEADS)),
  LOLWUT(INSIDES, SERVERS, -1, is(READS, FAST)),
  MEMORY(INSIDES, SERVERS, -2, is(LEADS)),
  MODULE(MODULES, SERVERS, -2, is(LEADS)),
  MONITOR(WATCHING, SERVERS, 1, is(ADMIN, NOSCRIPT, LOADING, STALE)),
  PSYNC(REPLICATION, SERVERS, -3, is(ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)),
  REPLCONF(REPLICATION, SERVERS, -1, is(ADMIN, NOSCRIPT, LOADING, STALE, ALLOW_BUSY)),
  REPLICAOF(REPLICATION, SERVERS, 3, is(ADMIN, NOSCRIPT, STALE, NO_ASYNC_LOADING)),
  RESTORE_ASKING(OTHER_SERVER, SERVER_KEYS, -4, is(WRITES, DENYOOM, ASKS, DANGEROUS), at(1, OW_UPDATE)),
  ROLE(REPLICATION, SERVERS, 1, is(NOSCRIPT, LOADING, STALE, FAST, ADMINISTERS)),
  SAVE(SAVING, SERVERS, 1, is(ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)),
  SHUTDOWN(PROCESS, SERVERS, -1, is(ADMIN, NOSCRIPT, LOADING, STALE, NO_MULTI, ALLOW_BUSY)),
  SLAVEOF(REPLICATION, SERVERS, 3, is(ADMIN, NOSCRIPT, STALE, NO_ASYNC_LOADING)),
  SLOWLOG(ON_SESSION, SERVERS, -2, is(LEADS)),
  SWAPDB(OTHER_TABLE, SERVER_KEYS, 3, is(WRITES, FAST, DANGEROUS)),
  SYNC(REPLICATION, SERVERS, 1, is(ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)),
  TIME(ON_SESSION, SERVERS, 1, is(LOADING, STALE, FAST)),
  ASKING(CLUSTER_CLIENT, CLUSTER_CONNECTIONS, 1, is(FAST)),
  CLUSTER(CLUSTER_CLIENT, CLUSTERS, -2, is(LEADS)),
  READONLY(CLUSTER_CLIENT, CLUSTER_CONNECTIONS, 1, is(LOADING, STALE, FAST)),
  READWRITE(CLUSTER_CLIENT, CLUSTER_CONNECTIONS, 1, is(LOADING, STALE, FAST)),
  SENTINEL(REPLICATION, SENTINELS, -2, is(ADMIN, LEADS)),

  // Keys of any type
  COPY(IN_SLOT, GENERIC, -3, is(WRITES, DENYOOM), at(1, RO_ACCESS), at(2, OW_UPDATE)),
  DEL(SPLIT, GENERIC, -2, is(WRITES), from(1, RM_DELETE)),
  DUMP(IN_SLOT, GENERIC, 2, is(READS), at(1, RO_ACCESS)),
  EXISTS(SPLIT, GENERIC, -2, is(READS, FAST), from(1, RO)),
  EXPIRE(IN_SLOT, GENERIC, -3, is(WRITES, FAST), at(1, RW_UPDATE)),
  EXPIREAT(IN_SLOT, GENERIC, -3, is(WRITES, FAST), at(1, RW_UPDATE)),
  EXPIRETIME(IN_SLOT, GENERIC, 2, is(READS, FAST), at(1, RO_ACCESS)),
  KEYS(OVER_TABLE, GENERIC, 2, is(READS, DANGEROUS)),
  MIGRATE(OTHER_SERVER, GENERIC, -6, is(WRITES, DANGEROUS), at(3, RW_ACCESS_DELETE),
      allAfter("KEYS", -2, RW_ACCESS_DELETE_INCOMPLETE)),
  MOVE(OTHER_TABLE, GENERIC, 3, is(WRITES, FAST), at(1, RW_ACCESS_UPDATE)),
  OBJECT(IN_SLOT, GENERIC, -2, is(LEADS)),
  PERSIST(IN_SLOT, GENERIC, 2, is(WRITES, FAST), at(1, RW_UPDATE)),
  PEXPIRE(IN_SLOT, GENERIC, -3, is(WRITES, FAST), at(1, RW_UPDATE)),
  PEXPIREAT(IN_SLOT, GENERIC, -3, is(WRITES, FAST), at(1, RW_UPDATE)),
  PEXPIRETIME(IN_SLOT, GENERIC, 2, is(READS, FAST), at(1, RO_ACCESS)),
  PTTL(IN_SLOT, GENERIC, 2, is(READS, FAST), at(1, RO_ACCESS)),
  RANDOMKEY(OVER_TABLE, GENERIC, 1, is(READS)),
  RENAME(IN_SLOT, GENERIC, 3, is(WRITES), at(1, RW_ACCESS_DELETE), at(2, OW_UPDATE)),
  RENAMENX(IN_SLOT, GENERIC, 3, is(WRITES, FAST), at(1, RW_ACCESS_DELETE), at(2, OW_INSERT)),
  RESTORE(IN_SLOT, GENERIC, -4, is(WRITES, DENYOOM, DANGEROUS, LONG_IF_LARGE), at(1, OW_UPDATE)),
  SCAN(OVER_TABLE, GENERIC, -2, is(READS)),
  SORT(IN_SLOT, SORTING, -2, is(WRITES, DENYOOM, DANGEROUS), at(1, RO_ACCESS), unknown(RO_ACCESS),
      unknown(OW_UPDATE)),
  SORT_RO(IN_SLOT, SORTING, -2, is(READS, DANGEROUS), at(1, RO_ACCESS), unknown(RO_ACCESS)),
  TOUCH(SPLIT, GENERIC, -2, is(READS, FAST), from(1, RO)),
  TTL(IN_SLOT, GENERIC, 2, is(READS, FAST), at(1, RO_ACCESS)),
  TYPE(IN_SLOT, GENERIC, 2, is(READS, FAST), at(1, RO)),
  UNLINK(SPLIT, GENERIC, -2, is(WRITES, FAST), from(1, RM_DELETE)),
  WAIT(ON_SESSION, WAITING, 3, is(NOSCRIPT)),

  // Strings
  APPEND(IN_SLOT, STRINGS, 3, is(WRITES, DENYOOM, FAST), at(1, RW_INSERT)),
  DECR(IN_SLOT, STRINGS, 2, is(WRITES, DENYOOM, FAST), at(1, RW_ACCESS_UPDATE)),
  DECRBY(IN_SLOT, STRINGS, 3, is(WRITES, DENYOOM, FAST), at(1, RW_ACCESS_UPDATE)),
  GET(IN_SLOT, STRINGS, 2, is(READS, FAST), at(1, RO_ACCESS)),
  GETDEL(IN_SLOT, STRINGS, 2, is(WRITES, FAST), at(1, RW_ACCESS_DELETE)),
  GETEX(IN_SLOT, STRINGS, -2, is(WRITES, FAST), at(1, RW_ACCESS_UPDATE)),
  GETRANGE(IN_SLOT, STRINGS, 4, is(READS), at(1, RO_ACCESS)),
  GETSET(IN_SLOT, STRINGS, 3, is(WRITES, DENYOOM, FAST), at(1, RW_ACCESS_UPDATE)),
  INCR(IN_SLOT, STRINGS, 2, is(WRITES, DENYOOM, FAST), at(1, RW_ACCESS_UPDATE)),
  INCRBY(IN_SLOT, STRINGS, 3, is(WRITES, DENYOOM, FAST), at(1, RW_ACCESS_UPDATE)),
  INCRBYFLOAT(IN_SLOT, STRINGS, 3, is(WRITES, DENYOOM, FAST), at(1, RW_ACCESS_UPDATE)),
  LCS(IN_SLOT, STRINGS, -3, is(READS, LONG), range(1, 1, 1, RO_ACCESS)),
  MGET(SPLIT, STRINGS, -2, is(READS, FAST), from(1, RO_ACCESS)),
  MSET(SPLIT, STRINGS, -3, is(WRITES, DENYOOM), range(1, -1, 2, OW_UPDATE)),
  MSETNX(IN_SLOT, STRINGS, -3, is(WRITES, DENYOOM), range(1, -1, 2, OW_INSERT)),
  PSETEX(IN_SLOT, STRINGS, 4, is(WRITES, DENYOOM), at(1, OW_UPDATE)),
  SET(IN_SLOT, STRINGS, -3, is(WRITES, DENYOOM), at(1, RW_ACCESS_UPDATE_VARIABLE)),
  SETEX(IN_SLOT, STRINGS, 4, is(WRITES, DENYOOM), at(1, OW_UPDATE)),
  SETNX(IN_SLOT, STRINGS, 3, is(WRITES, DENYOOM, FAST), at(1, OW_INSERT)),
  SETRANGE(IN_SLOT, STRINGS, 4, is(WRITES, DENYOOM), at(1, RW_UPDATE)),
  STRLEN(IN_SLOT, STRINGS, 2, is(READS, FAST), at(1, RO)),
  SUBSTR(IN_SLOT, STRINGS, 4, is(READS), at(1, RO_ACCESS)),

  // Bitmaps and HyperLogLogs
  BITCOUNT(IN_SLOT, BITMAPS, -2, is(READS), at(1, RO_ACCESS)),
  BITFIELD(IN_SLOT, BITMAPS, -2, is(WRITES, DENYOOM), at(1, RW_ACCESS_UPDATE_VARIABLE)),
  BITFIELD_RO(IN_SLOT, BITMAPS, -2, is(READS, FAST), at(1, RO_ACCESS)),
  BITOP(IN_SLOT, BITMAPS, -4, is(WRITES, DENYOOM), at(2, OW_UPDATE), from(3, RO_ACCESS)),
  BITPOS(IN_SLOT, BITMAPS, -3, is(READS), at(1, RO_ACCESS)),
  GETBIT(IN_SLOT, BITMAPS, 3, is(READS, FAST), at(1, RO_ACCESS)),
  SETBIT(IN_SLOT, BITMAPS, 4, is(WRITES, DENYOOM), at(1, RW_ACCESS_UPDATE)),
  PFADD(IN_SLOT, HYPERLOGLOGS, -2, is(WRITES, DENYOOM, FAST), at(1, RW_INSERT)),
  PFCOUNT(IN_SLOT, HYPERLOGLOGS, -2, is(MAY_REPLICATE, READS), from(1, RW_ACCESS)),
  PFDEBUG(INSIDES, HYPERLOGLOGS, 3, is(WRITES, DENYOOM, ADMIN), at(2, RW_ACCESS)),
  PFMERGE(IN_SLOT, HYPERLOGLOGS, -2, is(WRITES, DENYOOM), at(1, RW_ACCESS_INSERT), from(2, RO_ACCESS)),
  PFSELFTEST(INSIDES, HYPERLOGLOGS, 1, is(ADMIN)),

  // Hashes
  HDEL(IN_SLOT, HASHES, -3, is(WRITES, FAST), at(1, RW_DELETE)),
  HEXISTS(IN_SLOT, HASHES, 3, is(READS, FAST), at(1, RO)),
  HGET(IN_SLOT, HASHES, 3, is(READS, FAST), at(1, RO_ACCESS)),
  HGETALL(IN_SLOT, HASHES, 2, is(READS), at(1, RO_ACCESS)),
  HINCRBY(IN_SLOT, HASHES, 4, is(WRITES, DENYOOM, FAST), at(1, RW_ACCESS_UPDATE)),
  HINCRBYFLOAT(IN_SLOT, HASHES, 4, is(WRITES, DENYOOM, FAST), at(1, RW_ACCESS_UPDATE)),
  HKEYS(IN_SLOT, HASHES, 2, is(READS), at(1, RO_ACCESS)),
  HLEN(IN_SLOT, HASHES, 2, is(READS, FAST), at(1, RO)),
  HMGET(IN_SLOT, HASHES, -3, is(READS, FAST), at(1, RO_ACCESS)),
  HMSET(IN_SLOT, HASHES, -4, is(WRITES, DENYOOM, FAST), at(1, RW_UPDATE)),
  HRANDFIELD(IN_SLOT, HASHES, -2, is(READS), at(1, RO_ACCESS)),
  HSCAN(IN_SLOT, HASHES, -3, is(READS), at(1, RO_ACCESS)),
  HSET(IN_SLOT, HASHES, -4, is(WRITES, DENYOOM, FAST), at(1, RW_UPDATE)),
  HSETNX(IN_SLOT, HASHES, 4, is(WRITES, DENYOOM, FAST), at(1, RW_INSERT)),
  HSTRLEN(IN_SLOT, HASHES, 3, is(READS, FAST), at(1, RO)),
  HVALS(IN_SLOT, HASHES, 2, is(READS), at(1, RO_ACCESS)),

  // Lists
  BLMOVE(IN_SLOT, LISTS, 6, is(WRITES, DENYOOM, NOSCRIPT, BLOCKING), at(1, RW_ACCESS_DELETE),
      at(2, RW_INSERT)),
  BLMPOP(IN_SLOT, LISTS, -5, is(WRITES, BLOCKING), counted(2, RW_ACCESS_DELETE)),
  BLPOP(IN_SLOT, LISTS, -3, is(WRITES, NOSCRIPT, BLOCKING), range(1, -2, 1, RW_ACCESS_DELETE)),
  BRPOP(IN_SLOT, LISTS, -3, is(WRITES, NOSCRIPT, BLOCKING), range(1, -2, 1, RW_ACCESS_DELETE)),
  BRPOPLPUSH(IN_SLOT, LISTS, 4, is(WRITES, DENYOOM, NOSCRIPT, BLOCKING), at(1, RW_ACCESS_DELETE),
      at(2, RW_INSERT)),
  LINDEX(IN_SLOT, LISTS, 3, is(READS), at(1, RO_ACCESS)),
  LINSERT(IN_SLOT, LISTS, 5, is(WRITES, DENYOOM), at(1, RW_INSERT)),
  LLEN(IN_SLOT, LISTS, 2, is(READS, FAST), at(1, RO)),
  LMOVE(IN_SLOT, LISTS, 5, is(WRITES, DENYOOM), at(1, RW_ACCESS_DELETE), at(2, RW_INSERT)),
  LMPOP(IN_SLOT, LISTS, -4, is(WRITES), counted(1, RW_ACCESS_DELETE)),
  LPOP(IN_SLOT, LISTS, -2, is(WRITES, FAST), at(1, RW_ACCESS_DELETE)),
  LPOS(IN_SLOT, LISTS, -3, is(READS), at(1, RO_ACCESS)),
  LPUSH(IN_SLOT, LISTS, -3, is(WRITES, DENYOOM, FAST), at(1, RW_INSERT)),
  LPUSHX(IN_SLOT, LISTS, -3, is(WRITES, DENYOOM, FAST), at(1, RW_INSERT)),
  LRANGE(IN_SLOT, LISTS, 4, is(READS), at(1, RO_ACCESS)),
  LREM(IN_SLOT, LISTS, 4, is(WRITES), at(1, RW_DELETE)),
  LSET(IN_SLOT, LISTS, 4, is(WRITES, DENYOOM), at(1, RW_UPDATE)),
  LTRIM(IN_SLOT, LISTS, 4, is(WRITES), at(1, RW_DELETE)),
  RPOP(IN_SLOT, LISTS, -2, is(WRITES, FAST), at(1, RW_ACCESS_DELETE)),
  RPOPLPUSH(IN_SLOT, LISTS, 3, is(WRITES, DENYOOM), at(1, RW_ACCESS_DELETE), at(2, RW_INSERT)),
  RPUSH(IN_SLOT, LISTS, -3, is(WRITES, DENYOOM, FAST), at(1, RW_INSERT)),
  RPUSHX(IN_SLOT, LISTS, -3, is(WRITES, DENYOOM, FAST), at(1, RW_INSERT)),

  // Sets
  SADD(IN_SLOT, SETS, -3, is(WRITES, DENYOOM, FAST), at(1, RW_INSERT)),
  SCARD(IN_SLOT, SETS, 2, is(READS, FAST), at(1, RO)),
  SDIFF(IN_SLOT, SETS, -2, is(READS), from(1, RO_ACCESS)),
  SDIFFSTORE(IN_SLOT, SETS, -3, is(WRITES, DENYOOM), at(1, OW_UPDATE), from(2, RO_ACCESS)),
  SINTER(IN_SLOT, SETS, -2, is(READS), from(1, RO_ACCESS)),
  SINTERCARD(IN_SLOT, SETS, -3, is(READS), counted(1, RO_ACCESS)),
  SINTERSTORE(IN_SLOT, SETS, -3, is(WRITES, DENYOOM), at(1, RW_UPDATE), from(2, RO_ACCESS)),
  SISMEMBER(IN_SLOT, SETS, 3, is(READS, FAST), at(1, RO)),
  SMEMBERS(IN_SLOT, SETS, 2, is(READS), at(1, RO_ACCESS)),
  SMISMEMBER(IN_SLOT, SETS, -3, is(READS, FAST), at(1, RO_ACCESS)),
  SMOVE(IN_SLOT, SETS, 4, is(WRITES, FAST), at(1, RW_ACCESS_DELETE), at(2, RW_INSERT)),
  SPOP(IN_SLOT, SETS, -2, is(WRITES, FAST), at(1, RW_ACCESS_DELETE)),
  SRANDMEMBER(IN_SLOT, SETS, -2, is(READS), at(1, RO_ACCESS)),
  SREM(IN_SLOT, SETS, -3, is(WRITES, FAST), at(1, RW_DELETE)),
  SSCAN(IN_SLOT, SETS, -3, is(READS), at(1, RO_ACCESS)),
  SUNION(IN_SLOT, SETS, -2, is(READS), from(1, RO_ACCESS)),
  SUNIONSTORE(IN_SLOT, SETS, -3, is(WRITES, DENYOOM), at(1, OW_UPDATE), from(2, RO_ACCESS)),

  // Sorted sets and places
  BZMPOP(IN_SLOT, SORTED_SETS, -5, is(WRITES, BLOCKING), counted(2, RW_ACCESS_DELETE)),
  BZPOPMAX(IN_SLOT, SORTED_SETS, -3, is(WRITES, NOSCRIPT, BLOCKING, FAST),
      range(1, -2, 1, RW_ACCESS_DELETE)),
  BZPOPMIN(IN_SLOT, SORTED_SETS, -3, is(WRITES, NOSCRIPT, BLOCKING, FAST),
      range(1, -2, 1, RW_ACCESS_DELETE)),
  ZADD(IN_SLOT, SORTED_SETS, -4, is(WRITES, DENYOOM, FAST), at(1, RW_UPDATE)),
  ZCARD(IN_SLOT, SORTED_SETS, 2, is(READS, FAST), at(1, RO)),
  ZCOUNT(IN_SLOT, SORTED_SETS, 4, is(READS, FAST), at(1, RO_ACCESS)),
  ZDIFF(IN_SLOT, SORTED_SETS, -3, is(READS), counted(1, RO_ACCESS)),
  ZDIFFSTORE(IN_SLOT, SORTED_SETS, -4, is(WRITES, DENYOOM), at(1, OW_UPDATE), counted(2, RO_ACCESS)),
  ZINCRBY(IN_SLOT, SORTED_SETS, 4, is(WRITES, DENYOOM, FAST), at(1, RW_ACCESS_UPDATE)),
  ZINTER(IN_SLOT, SORTED_SETS, -3, is(READS), counted(1, RO_ACCESS)),
  ZINTERCARD(IN_SLOT, SORTED_SETS, -3, is(READS), counted(1, RO_ACCESS)),
  ZINTERSTORE(IN_SLOT, SORTED_SETS, -4, is(WRITES, DENYOOM), at(1, OW_UPDATE), counted(2, RO_ACCESS)),
  ZLEXCOUNT(IN_SLOT, SORTED_SETS, 4, is(READS, FAST), at(1, RO_ACCESS)),
  ZMPOP(IN_SLOT, SORTED_SETS, -4, is(WRITES), counted(1, RW_ACCESS_DELETE)),
  ZMSCORE(IN_SLOT, SORTED_SETS, -3, is(READS, FAST), at(1, RO_ACCESS)),
  ZPOPMAX(IN_SLOT, SORTED_SETS, -2, is(WRITES, FAST), at(1, RW_ACCESS_DELETE)),
  ZPOPMIN(IN_SLOT, SORTED_SETS, -2, is(WRITES, FAST), at(1, RW_ACCESS_DELETE)),
  ZRANDMEMBER(IN_SLOT, SORTED_SETS, -2, is(READS), at(1, RO_ACCESS)),
  ZRANGE(IN_SLOT, SORTED_SETS, -4, is(READS), at(1, RO_ACCESS)),
  ZRANGEBYLEX(IN_SLOT, SORTED_SETS, -4, is(READS), at(1, RO_ACCESS)),
  ZRANGEBYSCORE(IN_SLOT, SORTED_SETS, -4, is(READS), at(1, RO_ACCESS)),
  ZRANGESTORE(IN_SLOT, SORTED_SETS, -5, is(WRITES, DENYOOM), at(1, OW_UPDATE), at(2, RO_ACCESS)),
  ZRANK(IN_SLOT, SORTED_SETS, 3, is(READS, FAST), at(1, RO_ACCESS)),
  ZREM(IN_SLOT, SORTED_SETS, -3, is(WRITES, FAST), at(1, RW_DELETE)),
  ZREMRANGEBYLEX(IN_SLOT, SORTED_SETS, 4, is(WRITES), at(1, RW_DELETE)),
  ZREMRANGEBYRANK(IN_SLOT, SORTED_SETS, 4, is(WRITES), at(1, RW_DELETE)),
  ZREMRANGEBYSCORE(IN_SLOT, SORTED_SETS, 4, is(WRITES), at(1, RW_DELETE)),
  ZREVRANGE(IN_SLOT, SORTED_SETS, -4, is(READS), at(1, RO_ACCESS)),
  ZREVRANGEBYLEX(IN_SLOT, SORTED_SETS, -4, is(READS), at(1, RO_ACCESS)),
  ZREVRANGEBYSCORE(IN_SLOT, SORTED_SETS, -4, is(READS), at(1, RO_ACCESS)),
  ZREVRANK(IN_SLOT, SORTED_SETS, 3, is(READS, FAST), at(1, RO_ACCESS)),
  ZSCAN(IN_SLOT, SORTED_SETS, -3, is(READS), at(1, RO_ACCESS)),
  ZSCORE(IN_SLOT, SORTED_SETS, 3, is(READS, FAST), at(1, RO_ACCESS)),
  ZUNION(IN_SLOT, SORTED_SETS, -3, is(READS), counted(1, RO_ACCESS)),
  ZUNIONSTORE(IN_SLOT, SORTED_SETS, -4, is(WRITES, DENYOOM), at(1, OW_UPDATE), counted(2, RO_ACCESS)),
  GEOADD(IN_SLOT, GEOS, -5, is(WRITES, DENYOOM), at(1, RW_UPDATE)),
  GEODIST(IN_SLOT, GEOS, -4, is(READS), at(1, RO_ACCESS)),
  GEOHASH(IN_SLOT, GEOS, -2, is(READS), at(1, RO_ACCESS)),
  GEOPOS(IN_SLOT, GEOS, -2, is(READS), at(1, RO_ACCESS)),
  GEORADIUS(IN_SLOT, GEOS, -6, is(WRITES, DENYOOM), at(1, RO_ACCESS), oneAfter("STORE", 6, OW_UPDATE),
      oneAfter("STOREDIST", 6, OW_UPDATE)),
  GEORADIUS_RO(IN_SLOT, GEOS, -6, is(READS), at(1, RO_ACCESS)),
  GEORADIUSBYMEMBER(IN_SLOT, GEOS, -5, is(WRITES, DENYOOM), at(1, RO_ACCESS),
      oneAfter("STORE", 5, OW_UPDATE), oneAfter("STOREDIST", 5, OW_UPDATE)),
  GEORADIUSBYMEMBER_RO(IN_SLOT, GEOS, -5, is(READS), at(1, RO_ACCESS)),
  GEOSEARCH(IN_SLOT, GEOS, -7, is(READS), at(1, RO_ACCESS)),
  GEOSEARCHSTORE(IN_SLOT, GEOS, -8, is(WRITES, DENYOOM), at(1, OW_UPDATE), at(2, RO_ACCESS)),

  // Streams
  XACK(IN_SLOT, STREAMS, -4, is(WRITES, FAST), at(1, RW_UPDATE)),
  XADD(IN_SLOT, STREAMS, -5, is(WRITES, DENYOOM, FAST), at(1, RW_UPDATE)),
  XAUTOCLAIM(IN_SLOT, STREAMS, -6, is(WRITES, FAST), at(1, RW_DELETE)),
  XCLAIM(IN_SLOT, STREAMS, -6, is(WRITES, FAST), at(1, RW_UPDATE)),
  XDEL(IN_SLOT, STREAMS, -3, is(WRITES, FAST), at(1, RW_DELETE)),
  XGROUP(IN_SLOT, STREAMS, -2, is(LEADS)),
  XINFO(IN_SLOT, STREAMS, -2, is(LEADS)),
  XLEN(IN_SLOT, STREAMS, 2, is(READS, FAST), at(1, RO)),
  XPENDING(IN_SLOT, STREAMS, -3, is(READS), at(1, RO_ACCESS)),
  XRANGE(IN_SLOT, STREAMS, -4, is(READS), at(1, RO_ACCESS)),
  XREAD(IN_SLOT, STREAMS, -4, is(READS, BLOCKING), halfAfter("STREAMS", 1, RO_ACCESS)),
  XREADGROUP(IN_SLOT, STREAMS, -7, is(WRITES, BLOCKING), halfAfter("STREAMS", 4, RO_ACCESS)),
  XREVRANGE(IN_SLOT, STREAMS, -4, is(READS), at(1, RO_ACCESS)),
  XSETID(IN_SLOT, STREAMS, -3, is(WRITES, DENYOOM, FAST), at(1, RW_UPDATE)),
  XTRIM(IN_SLOT, STREAMS, -4, is(WRITES), at(1, RW_DELETE)),

  // Transactions, scripts, messages
  DISCARD(ON_SESSION, TRANSACTIONS, 1, is(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)),
  EXEC(ON_SESSION, TRANSACTIONS, 1, is(NOSCRIPT, LOADING, STALE, SKIP_SLOWLOG)),
  MULTI(ON_SESSION, TRANSACTIONS, 1, is(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)),
  UNWATCH(ON_SESSION, TRANSACTIONS, 1, is(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY)),
  WATCH(ON_SESSION, TRANSACTIONS, -2, is(NOSCRIPT, LOADING, STALE, FAST, ALLOW_BUSY), from(1, RO)),
  EVAL(IN_SLOT, SCRIPTS, -3, is(MAY_REPLICATE, NOSCRIPT, STALE, SKIP_MONITOR, NO_MANDATORY_KEYS, LONG),
      counted(2, RW_ACCESS_UPDATE)),
  EVAL_RO(IN_SLOT, SCRIPTS, -3, is(READS, NOSCRIPT, STALE, SKIP_MONITOR, NO_MANDATORY_KEYS, LONG),
      counted(2, RO_ACCESS)),
  EVALSHA(IN_SLOT, SCRIPTS, -3, is(MAY_REPLICATE, NOSCRIPT, STALE, SKIP_MONITOR, NO_MANDATORY_KEYS, LONG),
      counted(2, RW_ACCESS_UPDATE)),
  EVALSHA_RO(IN_SLOT, SCRIPTS, -3, is(READS, NOSCRIPT, STALE, SKIP_MONITOR, NO_MANDATORY_KEYS, LONG),
      counted(2, RO_ACCESS)),
  FCALL(IN_SLOT, SCRIPTS, -3, is(MAY_REPLICATE, NOSCRIPT, STALE, SKIP_MONITOR, NO_MANDATORY_KEYS, LONG),
      counted(2, RW_ACCESS_UPDATE)),
  FCALL_RO(IN_SLOT, SCRIPTS, -3, is(READS, NOSCRIPT, STALE, SKIP_MONITOR, NO_MANDATORY_KEYS, LONG),
      counted(2, RO_ACCESS)),
  FUNCTION(ON_SESSION, SCRIPTS, -2, is(LEADS)),
  SCRIPT(ON_SESSION, SCRIPTS, -2, is(LEADS)),
  PSUBSCRIBE(ON_SESSION, PUB_SUB, -2, is(PUBSUBS, NOSCRIPT, LOADING, STALE)),
  PUBLISH(ON_SESSION, PUB_SUB, 3, is(MAY_REPLICATE, PUBSUBS, LOADING, STALE, FAST)),
  PUBSUB(ON_SESSION, PUB_SUB, -2, is(LEADS)),
  PUNSUBSCRIBE(ON_SESSION, PUB_SUB, -1, is(PUBSUBS, NOSCRIPT, LOADING, STALE)),
  SPUBLISH(ON_SESSION, PUB_SUB, 3, is(MAY_REPLICATE, PUBSUBS, LOADING, STALE, FAST), at(1, NOT_KEY)),
  SSUBSCRIBE(ON_SESSION, PUB_SUB, -2, is(PUBSUBS, NOSCRIPT, LOADING, STALE), from(1, NOT_KEY)),
  SUBSCRIBE(ON_SESSION, PUB_SUB, -2, is(PUBSUBS, NOSCRIPT, LOADING, STALE)),
  SUNSUBSCRIBE(ON_SESSION, PUB_SUB, -1, is(PUBSUBS, NOSCRIPT, LOADING, STALE), from(1, NOT_KEY)),
  UNSUBSCRIBE(ON_SESSION, PUB_SUB, -1, is(PUBSUBS, NOSCRIPT, LOADING, STALE)),

  // What only Pika has
  PKSETEXAT(IN_SLOT, PIKA, 4, is(WRITES, DENYOOM), at(1, OW_UPDATE)),
  DELVX(IN_SLOT, PIKA, 3, is(WRITES, FAST), at(1, RW_DELETE)),
  HSCANX(IN_SLOT, PIKA, -3, is(READS), at(1, RO_ACCESS)),
  PKHSCANRANGE(IN_SLOT, PIKA, -4, is(READS), at(1, RO_ACCESS)),
  PKHRSCANRANGE(IN_SLOT, PIKA, -4, is(READS), at(1, RO_ACCESS)),
  PKPART(BETWEEN_NODES, PIKA, -3, is(WRITES, DENYOOM, NOSCRIPT, LONG_IF_LARGE)),
  PKRUNAS(BETWEEN_NODES, PIKA, 4, is(MAY_REPLICATE, NOSCRIPT, LONG)),
  SCANX(OVER_TABLE, PIKA, -3, is(READS)),
  PKSCANRANGE(OVER_TABLE, PIKA, -4, is(READS)),
  PKRSCANRANGE(OVER_TABLE, PIKA, -4, is(READS)),
  PKPATTERNMATCHDEL(OVER_TABLE, PIKA, -2, is(WRITES, ADMIN)),
  SCANDB(ON_SESSION, PIKA, 1, is(ADMIN)),
  COMPACT(OVER_TABLE, PIKA, -1, is(ADMIN)),
  COMPACTRANGE(OVER_TABLE, PIKA, -4, is(ADMIN)),
  PURGELOGSTO(CLASSIC, PIKA, -2, is(ADMIN)),
  DELBACKUP(SAVING, PIKA, 1, is(ADMIN)),
  DBSLAVEOF(REPLICATION, PIKA, -2, is(ADMIN)),
  CLEARREPLICATIONID(REPLICATION, PIKA, 1, is(ADMIN)),
  DISABLEWAL(CLASSIC, PIKA, 2, is(ADMIN)),
  DISKRECOVERY(CLASSIC, PIKA, 1, is(ADMIN)),
  CACHE(CLASSIC, PIKA, -1, is(ADMIN)),
  CLEARCACHE(CLASSIC, PIKA, 1, is(ADMIN)),
  SLOTSHASHKEY(ON_SESSION, PIKA, -2, is(FAST), from(1, NOT_KEY)),
  SLOTSINFO(OVER_TABLE, PIKA, -1, is(READS, ADMIN)),
  SLOTSSCAN(OVER_TABLE, PIKA, -3, is(READS, ADMIN)),
  SLOTSDEL(OVER_TABLE, PIKA, -2, is(WRITES, ADMIN)),
  SLOTSMGRTONE(SLOTS, PIKA, 5, is(WRITES, ADMIN)),
  SLOTSMGRTSLOT(SLOTS, PIKA, 5, is(WRITES, ADMIN)),
  SLOTSMGRTTAGONE(SLOTS, PIKA, 5, is(WRITES, ADMIN)),
  SLOTSMGRTTAGSLOT(SLOTS, PIKA, 5, is(WRITES, ADMIN)),
  SLOTSMGRTTAGSLOT_ASYNC(SLOTS, PIKA, 8, is(WRITES, ADMIN)),
  SLOTSMGRT_EXEC_WRAPPER(SLOTS, PIKA, -3, is(WRITES, ADMIN)),
  SLOTSMGRT_ASYNC_STATUS(SLOTS, PIKA, 1, is(ADMIN)),
  SLOTSMGRT_ASYNC_CANCEL(SLOTS, PIKA, 1, is(ADMIN)),
  SLOTSRELOAD(SLOTS, PIKA, 1, is(ADMIN)),
  SLOTSRELOADOFF(SLOTS, PIKA, -1, is(ADMIN)),
  SLOTSCLEANUP(SLOTS, PIKA, -2, is(ADMIN)),
  SLOTSCLEANUPOFF(SLOTS, PIKA, -1, is(ADMIN));

  /** Open addressing by {@link #hash}; at most a quarter full, so that most names are found at once. */
  private static final @Nullable Command[] BY_HASH = byHash();
  private static final ShortNames SHORT = shortNames();

  private final CommandSpec spec;
  private final byte[] upperCaseName;

  Command(Service service, Group group, int arity, Set<Flag> flags, KeySpec... keys) {
    // Redis writes underscores in the names of the read-only forms (SORT_RO), dashes elsewhere.
    String upper = name().endsWith("_RO") ? name() : name().replace('_', '-');
    this.spec = new CommandSpec(upper.toLowerCase(Locale.ROOT), service, group, arity, flags, keys);
    this.upperCaseName = upper.getBytes(StandardCharsets.US_ASCII);
  }

  /** The command of a name in upper or lower case, or null. */
  public static @Nullable Command find(byte[] name, int offset, int length) {
    return find(Unpooled.wrappedBuffer(name), offset, length);
  }

  /** The command of a name in a buffer; no allocation, for this is asked for every request. */
  public static @Nullable Command find(ByteBuf bytes, int index, int length) {
    boolean isShort = length > 0 && length <= ShortNames.LONGEST
        && index + ShortNames.LONGEST <= bytes.writerIndex();
    Command quick = isShort ? SHORT.find(bytes.getLong(index), length) : null;
    return quick == null ? findAny(bytes, index, length) : quick;
  }

  private static @Nullable Command findAny(ByteBuf bytes, int index, int length) {
    int hash = 0;
    for (int i = 0; i < length; i++) {
      hash = hash(hash, upper(bytes.getByte(index + i)));
    }
    int place = place(hash);
    for (Command found = BY_HASH[place]; found != null; found = BY_HASH[place]) {
      if (found.isNamed(bytes, index, length)) {
        return found;
      }
      place = (place + 1) & (BY_HASH.length - 1);
    }
    return null;
  }

  private boolean isNamed(ByteBuf bytes, int index, int length) {
    if (length != upperCaseName.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (upper(bytes.getByte(index + i)) != upperCaseName[i]) {
        return false;
      }
    }
    return true;
  }

  private static int upper(byte letter) {
    return letter >= 'a' && letter <= 'z' ? letter - 32 : letter;
  }

  private static int hash(int hash, int letter) {
    return hash * 31 + letter;
  }

  private static int place(int hash) {
    return (hash ^ hash >>> 11) & 2047;
  }

  private static ShortNames shortNames() {
    ShortNames names = new ShortNames();
    for (Command command : values()) {
      names.add(command.upperCaseName, command);
    }
    return names;
  }

  private static @Nullable Command[] byHash() {
    @Nullable Command[] table = new @Nullable Command[2048];
    for (Command command : values()) {
      int hash = 0;
      for (byte letter : command.upperCaseName) {
        hash = hash(hash, letter);
      }
      int place = place(hash);
      while (table[place] != null) {
        place = (place + 1) & (table.length - 1);
      }
      table[place] = command;
    }
    return table;
  }

  /** The row as a value, the same for commands and sub-commands. */
  public CommandSpec spec() {
    return spec;
  }

  /** In small letters, as COMMAND and error messages write it. */
  public String redisName() {
    return spec.redisName();
  }

  public Support support() {
    return spec.support();
  }

  public Scope scope() {
    return spec.scope();
  }

  public Access access() {
    return spec.access();
  }

  /** Count of arguments with the name; negative = at least that many. */
  public int arity() {
    return spec.arity();
  }

  public boolean hasArity(int size) {
    return spec.hasArity(size);
  }

  public Set<Flag> flags() {
    return spec.flags();
  }

  /** The same as {@code flags().contains(flag)}, faster. */
  public boolean has(Flag flag) {
    return spec.has(flag);
  }

  public List<KeySpec> keys() {
    return spec.keys();
  }

  /** Position of the key of a command that has exactly one, always there; 0 = it is another kind. */
  public int onlyKey() {
    return spec.onlyKey();
  }

  /** In the order of their names; empty for most commands. */
  public List<SubCommand> subCommands() {
    return SubCommand.of(this);
  }
}
