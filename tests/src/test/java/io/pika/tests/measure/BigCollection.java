package io.pika.tests.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** A collection of each type: how it is filled, and what is typically asked of it. All its elements are known by number. */
enum BigCollection {
  HASH("HLEN") {
    @Override
    String[] fill(int from, int to) {
      return many("HSET", from, to, i -> new String[]{field(i), Long.toString(mixed(i) >>> 2)});
    }

    @Override
    List<Typical> commands(int size) {
      return List.of(
          Typical.read("HGET", random -> words("HGET", key(), field(random.nextInt(size)))),
          Typical.read("HMGET of 10", random -> ten("HMGET", random, size, BigCollection::field)),
          Typical.read("HEXISTS", random -> words("HEXISTS", key(), field(random.nextInt(size)))),
          Typical.read("HSTRLEN", random -> words("HSTRLEN", key(), field(random.nextInt(size)))),
          Typical.read("HLEN", random -> words("HLEN", key())),
          Typical.other("HRANDFIELD", random -> words("HRANDFIELD", key())),
          Typical.other("HSCAN COUNT 100", random -> words("HSCAN", key(), "0", "COUNT", "100")),
          Typical.other("HSET of one that is there",
              random -> words("HSET", key(), field(random.nextInt(size)), "7")),
          Typical.other("HINCRBY", random -> words("HINCRBY", key(), field(random.nextInt(size)), "1")),
          Typical.other("HDEL", random -> words("HDEL", key(), field(random.nextInt(size)))));
    }
  },
  SET("SCARD") {
    @Override
    String[] fill(int from, int to) {
      return many("SADD", from, to, i -> new String[]{member(i)});
    }

    @Override
    List<Typical> commands(int size) {
      return List.of(
          Typical.read("SISMEMBER", random -> words("SISMEMBER", key(), member(random.nextInt(size)))),
          Typical.read("SMISMEMBER of 10", random -> ten("SMISMEMBER", random, size, BigCollection::member)),
          Typical.read("SCARD", random -> words("SCARD", key())),
          Typical.other("SRANDMEMBER", random -> words("SRANDMEMBER", key())),
          Typical.other("SRANDMEMBER 10", random -> words("SRANDMEMBER", key(), "10")),
          Typical.other("SSCAN COUNT 100", random -> words("SSCAN", key(), "0", "COUNT", "100")),
          Typical.other("SADD of one that is there",
              random -> words("SADD", key(), member(random.nextInt(size)))),
          Typical.other("SADD of a new one", random -> words("SADD", key(), "new:" + random.nextLong())),
          Typical.other("SREM", random -> words("SREM", key(), member(random.nextInt(size)))),
          Typical.other("SPOP", random -> words("SPOP", key())));
    }

    @Override
    String[] end() {
      return words("UNLINK", key());
    }
  },
  SORTED_SET("ZCARD") {
    @Override
    String[] fill(int from, int to) {
      return many("ZADD", from, to, i -> new String[]{Long.toString(score(i)), member(i)});
    }

    @Override
    List<Typical> commands(int size) {
      return List.of(
          Typical.read("ZSCORE", random -> words("ZSCORE", key(), member(random.nextInt(size)))),
          Typical.read("ZMSCORE of 10", random -> ten("ZMSCORE", random, size, BigCollection::member)),
          Typical.read("ZRANK", random -> words("ZRANK", key(), member(random.nextInt(size)))),
          Typical.read("ZRANGE of 10 by rank", random -> {
            int from = random.nextInt(size);
            return words("ZRANGE", key(), Integer.toString(from), Integer.toString(from + 9));
          }),
          Typical.read("ZRANGEBYSCORE LIMIT 0 10", random -> words("ZRANGEBYSCORE", key(),
              Long.toString(score(random.nextInt(size))), "+inf", "LIMIT", "0", "10")),
          Typical.read("ZCOUNT", random -> words("ZCOUNT", key(), Long.toString(score(random.nextInt(size))),
              "+inf")),
          Typical.other("ZRANDMEMBER", random -> words("ZRANDMEMBER", key())),
          Typical.other("ZADD with a new score", random -> words("ZADD", key(),
              Integer.toString(random.nextInt()), member(random.nextInt(size)))),
          Typical.other("ZINCRBY", random -> words("ZINCRBY", key(), "1", member(random.nextInt(size)))),
          Typical.other("ZPOPMIN", random -> words("ZPOPMIN", key())));
    }
  },
  LIST("LLEN") {
    @Override
    String[] fill(int from, int to) {
      return many("RPUSH", from, to, i -> new String[]{"element:" + Long.toHexString(mixed(i))});
    }

    @Override
    List<Typical> commands(int size) {
      return List.of(
          Typical.read("LINDEX anywhere", random -> words("LINDEX", key(), index(random, size))),
          Typical.read("LINDEX in the first 1000", random -> words("LINDEX", key(),
              index(random, Math.min(size, 1000)))),
          Typical.read("LRANGE of 10 anywhere", random -> {
            int from = random.nextInt(size);
            return words("LRANGE", key(), Integer.toString(from), Integer.toString(from + 9));
          }),
          Typical.read("LRANGE 0 9", random -> words("LRANGE", key(), "0", "9")),
          Typical.read("LLEN", random -> words("LLEN", key())),
          Typical.other("LSET anywhere", random -> words("LSET", key(), index(random, size / 2), "changed")),
          Typical.other("RPUSH", random -> words("RPUSH", key(), "new:" + random.nextInt())),
          Typical.other("LMOVE to its own end", random -> words("LMOVE", key(), key(), "LEFT", "RIGHT")),
          Typical.other("LPOP", random -> words("LPOP", key())),
          Typical.other("RPOP", random -> words("RPOP", key())));
    }
  },
  STREAM("XLEN") {
    @Override
    String[] fill(int from, int to) {
      throw new UnsupportedOperationException("entries are added one by one");
    }

    @Override
    List<String[]> fills(int from, int to) {
      return IntStream.range(from, to)
          .mapToObj(i -> words("XADD", key(), (i + 1) + "-0", "field", "value:" + Long.toHexString(mixed(i))))
          .toList();
    }

    @Override
    List<Typical> commands(int size) {
      return List.of(
          Typical.read("XRANGE of one", random -> {
            String id = id(random, size);
            return words("XRANGE", key(), id, id);
          }),
          Typical.read("XRANGE COUNT 10",
              random -> words("XRANGE", key(), id(random, size), "+", "COUNT", "10")),
          Typical.read("XREVRANGE COUNT 10", random -> words("XREVRANGE", key(), "+", "-", "COUNT", "10")),
          Typical.read("XREAD COUNT 10",
              random -> words("XREAD", "COUNT", "10", "STREAMS", key(), id(random, size))),
          Typical.read("XLEN", random -> words("XLEN", key())),
          Typical.other("XADD", random -> words("XADD", key(), "*", "field", "new:" + random.nextInt())),
          Typical.other("XREADGROUP COUNT 10", random -> words("XREADGROUP", "GROUP", "group", "one", "COUNT",
              "10", "STREAMS", key(), ">")),
          Typical.other("XACK", random -> words("XACK", key(), "group", id(random, Math.min(size, 10_000)))),
          Typical.other("XDEL", random -> words("XDEL", key(), id(random, size))),
          Typical.other("XINFO STREAM", random -> words("XINFO", "STREAM", key())));
    }

    @Override
    List<String[]> prepare() {
      return List.<String[]>of(words("XGROUP", "CREATE", key(), "group", "0"));
    }

    @Override
    String[] end() {
      return words("PEXPIRE", key(), "1");
    }
  };

  private static final int ELEMENTS_OF_A_REQUEST = 500;

  private final String sizeCommand;

  BigCollection(String sizeCommand) {
    this.sizeCommand = sizeCommand;
  }

  /** One request that adds these elements. @param to exclusive */
  abstract String[] fill(int from, int to);

  /** Ten of them, those that change something last. @param size how many elements there were when it was filled */
  abstract List<Typical> commands(int size);

  /** Requests that add these elements. */
  List<String[]> fills(int from, int to) {
    List<String[]> requests = new ArrayList<>();
    for (int at = from; at < to; at += ELEMENTS_OF_A_REQUEST) {
      requests.add(fill(at, Math.min(to, at + ELEMENTS_OF_A_REQUEST)));
    }
    return requests;
  }

  /** What has to be sent before the commands. */
  List<String[]> prepare() {
    return List.of();
  }

  /** What deletes it. */
  String[] end() {
    return words("DEL", key());
  }

  String key() {
    return "big:" + name();
  }

  String[] sizeRequest() {
    return words(sizeCommand, key());
  }

  private static String[] words(String... words) {
    return words;
  }

  String[] many(String command, int from, int to, IntFunction<String[]> element) {
    List<String> request = new ArrayList<>(List.of(command, key()));
    for (int i = from; i < to; i++) {
      request.addAll(List.of(element.apply(i)));
    }
    return request.toArray(String[]::new);
  }

  String[] ten(String command, RandomGenerator random, int size, IntFunction<String> name) {
    return many(command, 0, 10, i -> new String[]{name.apply(random.nextInt(size))});
  }

  private static String field(int element) {
    return "field:" + Long.toHexString(mixed(element));
  }

  private static String member(int element) {
    return "member:" + Long.toHexString(mixed(element));
  }

  /** SplitMix64 of the element's number: names and values in no order, which a disk cannot make small. */
  private static long mixed(int element) {
    long mixed = (element + 1) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }

  private static String index(RandomGenerator random, int size) {
    return Integer.toString(random.nextInt(size));
  }

  private static String id(RandomGenerator random, int size) {
    return (random.nextInt(size) + 1) + "-0";
  }

  /** Scores in another order than the members' numbers, some of them twice. */
  private static long score(int element) {
    return element * 7919L % 9_999_991;
  }
}
