package io.pika.tests.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Support;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Keys of every type that lie together: random changes that are never refused and always answered alike, and what the
 * keys hold as one text. Each key has its type for good.
 */
final class TypedKeys {
  /** What a node says that does not reach a slot's leader. */
  private static final List<String> UNAVAILABLE = List.of("CLUSTERDOWN", "IOERR", "TRYAGAIN");
  private static final int NAMES = 40;
  private static final List<String> SUFFIXES = List.of("h1", "h2", "s1", "s2", "z1", "z2", "l1", "l2", "x1",
      "b1");

  private final String tag;
  private final Random random;
  private final boolean transactions;
  private long streamId;

  TypedKeys(String tag, Random random) {
    this.tag = tag;
    this.random = random;
    this.transactions = isServed("MULTI");
  }

  /** One command, or a transaction; answered commands of a type that is not served are not made. */
  List<String[]> change() {
    if (transactions && random.nextInt(6) == 0) {
      List<String[]> commands = new ArrayList<>();
      commands.add(new String[]{"MULTI"});
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        commands.add(command());
      }
      commands.add(new String[]{"EXEC"});
      return commands;
    }
    List<String[]> one = new ArrayList<>();
    one.add(command());
    return one;
  }

  private String[] command() {
    while (true) {
      String[] command = anyCommand().split(" ", -1);
      if (isServed(command[0])) {
        return command;
      }
    }
  }

  private static boolean isServed(String name) {
    Command command = Command.find(name.getBytes(US_ASCII), 0, name.length());
    return command != null && command.support() != Support.REFUSED;
  }

  private String anyCommand() {
    return switch (random.nextInt(6)) {
      case 0 -> hashes();
      case 1 -> sets();
      case 2 -> sortedSets();
      case 3 -> lists();
      case 4 -> streamsAndStrings();
      default -> anyType();
    };
  }

  private String hashes() {
    String key = key("h");
    return switch (random.nextInt(6)) {
      case 0 -> "HDEL " + key + names(3);
      case 1 -> "HINCRBY " + key + " n" + random.nextInt(3) + " " + random.nextInt(100);
      case 2 -> "HSETNX " + key + " " + name() + " once";
      default -> "HSET " + key + pairs();
    };
  }

  private String sets() {
    String key = key("s");
    return switch (random.nextInt(7)) {
      case 0, 1 -> "SREM " + key + names(3);
      case 2 -> "SMOVE " + key("s") + " " + key + " " + name();
      case 3 -> "SUNIONSTORE " + key("s") + " " + key("s") + " " + key;
      case 4 -> "SDIFFSTORE " + key("s") + " " + key("s") + " " + key;
      default -> "SADD " + key + names(5);
    };
  }

  private String sortedSets() {
    String key = key("z");
    return switch (random.nextInt(9)) {
      case 0 -> "ZREM " + key + names(3);
      case 1 -> "ZINCRBY " + key + " " + random.nextInt(9) + " " + name();
      case 2 -> "ZPOPMIN " + key + " " + random.nextInt(3);
      case 3 -> "ZREMRANGEBYRANK " + key + " " + random.nextInt(4) + " " + random.nextInt(4);
      case 4 -> "ZUNIONSTORE " + key("z") + " 2 " + key("z") + " " + key;
      case 5 -> "ZREMRANGEBYSCORE " + key + " " + random.nextInt(50) + " " + random.nextInt(50);
      default -> "ZADD " + key + scores();
    };
  }

  private String lists() {
    String key = key("l");
    return switch (random.nextInt(10)) {
      case 0 -> "LPOP " + key + " " + (1 + random.nextInt(3));
      case 1 -> "RPOP " + key;
      case 2 -> "LINSERT " + key + (random.nextBoolean() ? " BEFORE " : " AFTER ") + name() + " " + name();
      case 3 -> "LREM " + key + " " + (random.nextInt(5) - 2) + " " + name();
      case 4 -> "LTRIM " + key + " " + random.nextInt(3) + " " + (20 + random.nextInt(60));
      case 5 -> "LMOVE " + key + " " + key("l") + " LEFT RIGHT";
      case 6 -> "LPUSH " + key + names(4);
      default -> "RPUSH " + key + names(6);
    };
  }

  private String streamsAndStrings() {
    String stream = tag + "x1";
    return switch (random.nextInt(6)) {
      case 0 -> "XADD " + stream + " " + ++streamId + "-1 field " + name();
      case 1 -> "XADD " + stream + " " + ++streamId + "-1" + pairs();
      case 2 -> "XDEL " + stream + " " + (1 + random.nextLong(streamId + 1)) + "-1";
      case 3 -> "XTRIM " + stream + " MAXLEN " + (5 + random.nextInt(40));
      default -> "SETBIT " + tag + "b1 " + random.nextInt(2000) + " " + random.nextInt(2);
    };
  }

  private String anyType() {
    String type = List.of("h", "s", "z", "l").get(random.nextInt(4));
    return switch (random.nextInt(5)) {
      case 0 -> "DEL " + tag + SUFFIXES.get(random.nextInt(SUFFIXES.size() - 2));
      case 1 -> "COPY " + tag + type + "1 " + tag + type + "2 REPLACE";
      case 2 -> "PERSIST " + key(type);
      case 3 -> "EXPIRE " + key(type) + " 100000";
      default -> "HSET " + key("h") + pairs();
    };
  }

  private String key(String type) {
    return tag + type + (1 + random.nextInt(2));
  }

  private String name() {
    return "m" + random.nextInt(NAMES);
  }

  private String names(int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      text.append(' ').append(name());
    }
    return text.toString();
  }

  private String pairs() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      text.append(' ').append(name()).append(' ').append("v").append(random.nextInt(1000));
    }
    return text.toString();
  }

  private String scores() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(' ').append(random.nextInt(50)).append(' ').append(name());
    }
    return text.toString();
  }

  /**
   * Everything that the keys hold, and how many elements each says it has.
   *
   * @throws IOException it cannot be read now: a node that was killed is not back yet
   */
  String content(RespConnection client) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String suffix : SUFFIXES) {
      String key = tag + suffix;
      text.append(suffix).append(switch (suffix.charAt(0)) {
        case 'h' -> pairsInOrder(read(client, "HGETALL", key)) + read(client, "HLEN", key);
        case 's' -> inOrder(read(client, "SMEMBERS", key)) + read(client, "SCARD", key);
        case 'z' ->
          read(client, "ZRANGE", key, "0", "-1", "WITHSCORES").toString() + read(client, "ZCARD", key)
              + read(client, "ZRANK", key, "m1");
        case 'l' -> read(client, "LRANGE", key, "0", "-1").toString() + read(client, "LLEN", key);
        case 'x' -> read(client, "XRANGE", key, "-", "+").toString() + read(client, "XLEN", key);
        default -> read(client, "GET", key).toString();
      }).append('\n');
    }
    return text.toString();
  }

  private static RespValue read(RespConnection client, String... request) throws IOException {
    RespValue answer = client.call(request);
    if (answer.isError() && UNAVAILABLE.stream().anyMatch(answer.text()::startsWith)) {
      throw new IOException(answer.text());
    }
    return answer;
  }

  private static String inOrder(RespValue items) {
    return items.isError()
        ? items.toString()
        : items.items().stream().map(RespValue::toString).sorted().toList()
            .toString();
  }

  private static String pairsInOrder(RespValue fields) {
    if (fields.isError()) {
      return fields.toString();
    }
    List<RespValue> items = fields.items();
    return Stream.iterate(0, at -> at + 1 < items.size(), at -> at + 2)
        .map(at -> items.get(at) + "=" + items.get(at + 1)).sorted().toList().toString();
  }
}
