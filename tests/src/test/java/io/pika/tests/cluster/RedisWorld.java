package io.pika.tests.cluster;

import io.pika.cli.redis.RedisAddress;
import io.pika.cli.redis.RedisConnection;
import io.pika.cli.transfer.LiveKeys;
import io.pika.cli.transfer.Tally;
import io.pika.cli.transfer.ValueDigest;
import io.pika.proxy.rdb.RdbType.Kind;
import io.pika.testkit.differential.BitmapGrammar;
import io.pika.testkit.differential.Call;
import io.pika.testkit.differential.GeoGrammar;
import io.pika.testkit.differential.Grammar;
import io.pika.testkit.differential.Grammars;
import io.pika.testkit.differential.HashGrammar;
import io.pika.testkit.differential.HyperLogLogGrammar;
import io.pika.testkit.differential.ListGrammar;
import io.pika.testkit.differential.SetGrammar;
import io.pika.testkit.differential.SortedSetGrammar;
import io.pika.testkit.differential.StreamGrammar;
import io.pika.testkit.differential.Vocabulary;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A redis-server full of whatever random programs leave behind, and what is in a key space as a whole. */
final class RedisWorld {
  private static final Duration REPLY = Duration.ofSeconds(30);
  private static final int LARGE = 6_000;
  /** Programs make strings of any length. */
  private static final int STRING_MAX = 1 << 20;

  private RedisWorld() {}

  static RedisAddress address(int port, String database) {
    return new RedisAddress("127.0.0.1", port, false, null, null, database.isEmpty() ? null : database);
  }

  static Grammar everything() {
    Vocabulary words = Vocabulary.scattered();
    return Grammars.strings(words).and(Grammars.keys(words, List.of(new byte[0])))
        .and(BitmapGrammar.of(words)).and(HyperLogLogGrammar.of(words)).and(SortedSetGrammar.of(words))
        .and(GeoGrammar.of(words)).and(HashGrammar.of(words)).and(SetGrammar.of(words))
        .and(ListGrammar.of(words)).and(StreamGrammar.of(words));
  }

  /** Runs programs one after the other; what a program leaves gets names of its own. */
  static void fill(RedisServer redis, long seed, int programs) throws IOException {
    Grammar grammar = everything();
    try (RespConnection client = redis.connect()) {
      for (int i = 0; i < programs; i++) {
        for (Call call : grammar.program(seed + i).calls()) {
          client.call(call.array());
        }
        for (RespValue key : client.call("KEYS", "*").items()) {
          byte[] name = ((RespValue.Bulk) key).bytes();
          RespValue length = client.call("STRLEN".getBytes(StandardCharsets.US_ASCII), name);
          if (!length.isError() && length.number() > STRING_MAX) {
            client.call("DEL".getBytes(StandardCharsets.US_ASCII), name);
          } else if (!new String(name, StandardCharsets.ISO_8859_1).startsWith("kept:")) {
            byte[] kept = ("kept:" + i + ":").getBytes(StandardCharsets.ISO_8859_1);
            byte[] renamed = Arrays.copyOf(kept, kept.length + name.length);
            System.arraycopy(name, 0, renamed, kept.length, name.length);
            client.call("RENAME".getBytes(StandardCharsets.ISO_8859_1), name, renamed);
          }
        }
      }
    }
  }

  /** A collection of each type that goes in pieces, and a stream with groups. */
  static void fillLarge(RedisServer redis) throws IOException {
    try (RespConnection client = redis.connect()) {
      String filling = "x".repeat(40);
      for (int i = 0; i < LARGE; i++) {
        client.send("HSET", "large:hash", "field-" + i, filling + i);
        client.send("RPUSH", "large:list", filling + i);
        client.send("SADD", "large:set", filling + i);
        client.send("ZADD", "large:zset", Double.toString(i / 7.0), filling + i);
        client.send("XADD", "large:stream", i + 1 + "-1", "a", filling + i, "b" + i % 3, "y");
      }
      client.send("PEXPIREAT", "large:list", Long.toString(System.currentTimeMillis() + 3_600_000));
      client.send("XGROUP", "CREATE", "large:stream", "readers", "0");
      client.send("XREADGROUP", "GROUP", "readers", "ann", "COUNT", "700", "STREAMS", "large:stream", ">");
      client.send("XREADGROUP", "GROUP", "readers", "bob", "COUNT", "5", "STREAMS", "large:stream", ">");
      client.send("XACK", "large:stream", "readers", "3-1", "4-1");
      client.send("XDEL", "large:stream", "5999-1");
      client.send("SET", "large:string", filling.repeat(20_000));
      client.flush();
      for (int i = 0; i < 5 * LARGE + 7; i++) {
        client.read();
      }
    }
  }

  /** Commands of which none may be done twice and none left out, in transactions and alone. */
  static void change(RedisServer redis, long seed, int commands) throws IOException {
    Random random = new Random(seed);
    try (RespConnection client = redis.connect()) {
      int sent = 0;
      for (int i = 0; i < commands; i++) {
        String key = "changed:" + random.nextInt(500);
        boolean together = random.nextInt(20) == 0;
        if (together) {
          client.send("MULTI");
        }
        client.send("INCR", key + ":count");
        client.send("RPUSH", key + ":list", "item" + i);
        client.send("HINCRBY", key + ":hash", "field" + i % 10, "" + i);
        client.send("ZINCRBY", key + ":zset", "1.5", "member" + i % 7);
        client.send("APPEND", key + ":text", "x" + i % 3);
        client.send("XADD", key + ":stream", "MAXLEN", "20", "*", "i", "" + i);
        if (together) {
          client.send("EXEC");
        }
        if (i % 11 == 0) {
          client.send("LPOP", key + ":list");
        } else {
          client.send("RPOPLPUSH", key + ":list", key + ":list");
        }
        client.send("MSET", "changed:a", "" + i, "changed:b", "" + i);
        if (i % 500 == 499) {
          client.send("DEL", key + ":list", key + ":hash");
        }
        client.send("PEXPIREAT", key + ":text", Long.toString(4_000_000_000_000L + i));
        sent += 9 + (together ? 2 : 0) + (i % 500 == 499 ? 1 : 0);
        if (i % 100 == 99 || i == commands - 1) {
          client.flush();
          for (; sent > 0; sent--) {
            client.read();
          }
        }
      }
    }
  }

  /** What every key is: type, size, sum over its elements, and when it expires. */
  static Map<String, String> contents(RedisAddress address) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (RedisConnection connection = RedisConnection.open(address, REPLY)) {
      LiveKeys keys = new LiveKeys(connection);
      for (var reply : connection.demand("KEYS", "*").items()) {
        byte[] key = reply.bytes();
        Kind kind = keys.kind(key);
        if (kind == null) {
          continue;
        }
        ValueDigest digest = new ValueDigest();
        keys.read(key, kind, digest);
        String expires = connection.call("PEXPIRETIME".getBytes(StandardCharsets.US_ASCII), key).text();
        contents.put(Tally.shown(key),
            kind + " of " + digest.elements() + ", " + digest.sum() + ", until " + expires);
      }
    }
    return contents;
  }
}
