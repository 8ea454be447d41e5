package io.pika.cli.transfer;

import io.pika.cli.redis.RedisConnection;
import io.pika.cli.redis.RedisReply;
import io.pika.cli.redis.RedisTrouble;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.rdb.RdbType.Kind;
import io.pika.proxy.rdb.RdbValue;
import io.pika.proxy.rdb.StreamDump.Consumer;
import io.pika.proxy.rdb.StreamDump.Entry;
import io.pika.proxy.rdb.StreamDump.Facts;
import io.pika.proxy.rdb.StreamDump.Group;
import io.pika.proxy.rdb.StreamDump.Id;
import io.pika.proxy.rdb.StreamDump.Pending;
import io.pika.proxy.rdb.StreamDump.Sink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads keys of a server that runs, page by page, with commands that every Redis and Pika has. For one thread. */
public final class LiveKeys {
  private static final String PAGE = "1000";
  private static final int PAGE_ITEMS = 1000;
  private static final byte[] START = ascii("0");

  private final RedisConnection connection;

  public LiveKeys(RedisConnection connection) {
    this.connection = connection;
  }

  /** Null: there is no such key, or its type is not known here. */
  public @Nullable Kind kind(byte[] key) throws IOException {
    String type = connection.call(ascii("TYPE"), key).text().toUpperCase(Locale.ROOT);
    for (Kind kind : Kind.values()) {
      if (kind.name().equals(type)) {
        return kind;
      }
    }
    return null;
  }

  /** Hands out the value as it is now; if it changes meanwhile, pieces of both. */
  public void read(byte[] key, Kind kind, RdbValue to) throws IOException {
    switch (kind) {
      case STRING -> {
        RedisReply value = connection.call(ascii("GET"), key);
        if (!(value instanceof RedisReply.Nil)) {
          to.string(value.bytes());
        }
      }
      case LIST -> readList(key, to);
      case SET -> scan("SSCAN", key, 1, element -> to.member(element.getFirst()));
      case HASH -> scan("HSCAN", key, 2, element -> to.field(element.getFirst(), element.getLast()));
      case ZSET -> scan("ZSCAN", key, 2,
          element -> to.scored(element.getFirst(), Numbers.parseDouble(element.getLast())));
      case STREAM -> readStream(key, to.stream());
    }
  }

  @FunctionalInterface
  private interface Element {
    void take(List<byte[]> words);
  }

  private void scan(String command, byte[] key, int words, Element to) throws IOException {
    byte[] cursor = START;
    do {
      List<RedisReply> page = demand(ascii(command), key, cursor, ascii("COUNT"), ascii(PAGE)).items();
      cursor = page.get(0).bytes();
      List<RedisReply> all = page.get(1).items();
      for (int i = 0; i + words <= all.size(); i += words) {
        List<byte[]> element = new ArrayList<>();
        for (int word = 0; word < words; word++) {
          element.add(all.get(i + word).bytes());
        }
        to.take(element);
      }
    } while (cursor.length != 1 || cursor[0] != '0');
  }

  private void readList(byte[] key, RdbValue to) throws IOException {
    long at = 0;
    while (true) {
      List<RedisReply> page = demand(ascii("LRANGE"), key, number(at), number(at + PAGE_ITEMS - 1)).items();
      for (RedisReply item : page) {
        to.item(item.bytes());
      }
      if (page.size() < PAGE_ITEMS) {
        return;
      }
      at += page.size();
    }
  }

  private void readStream(byte[] key, Sink to) throws IOException {
    byte[] from = ascii("-");
    long length = 0;
    while (true) {
      List<RedisReply> page = demand(ascii("XRANGE"), key, from, ascii("+"), ascii("COUNT"), ascii(PAGE))
          .items();
      for (RedisReply each : page) {
        List<RedisReply> entry = each.items();
        List<byte[]> words = new ArrayList<>();
        for (RedisReply word : entry.get(1).items()) {
          words.add(word.bytes());
        }
        from = after(entry.get(0).text());
        to.entry(new Entry(id(entry.get(0).text()), words));
        length++;
      }
      if (page.size() < PAGE_ITEMS) {
        break;
      }
    }
    Map<String, RedisReply> facts = map(demand(ascii("XINFO"), ascii("STREAM"), key));
    to.facts(new Facts(length, idOf(facts, "last-generated-id"), Id.ZERO, idOf(facts, "max-deleted-entry-id"),
        facts.containsKey("entries-added") ? facts.get("entries-added").number() : length));
    for (RedisReply each : demand(ascii("XINFO"), ascii("GROUPS"), key).items()) {
      readGroup(key, map(each), to);
    }
  }

  private void readGroup(byte[] key, Map<String, RedisReply> facts, Sink to) throws IOException {
    byte[] group = told(facts, "name").bytes();
    RedisReply read = facts.get("entries-read");
    to.group(new Group(group, idOf(facts, "last-delivered-id"),
        read == null || read instanceof RedisReply.Nil ? -1 : read.number()));
    Map<String, List<Id>> owned = new HashMap<>();
    byte[] from = ascii("-");
    int count;
    do {
      List<RedisReply> page = demand(ascii("XPENDING"), key, group, from, ascii("+"), ascii(PAGE)).items();
      count = page.size();
      for (RedisReply each : page) {
        List<RedisReply> pending = each.items();
        Id id = id(pending.get(0).text());
        from = after(pending.get(0).text());
        long deliveredAtMs = System.currentTimeMillis() - pending.get(2).number();
        to.pending(new Pending(id, deliveredAtMs, pending.get(3).number()));
        owned.computeIfAbsent(new String(pending.get(1).bytes(), StandardCharsets.ISO_8859_1),
            name -> new ArrayList<>()).add(id);
      }
    } while (count == PAGE_ITEMS);
    for (RedisReply each : demand(ascii("XINFO"), ascii("CONSUMERS"), key, group).items()) {
      byte[] name = told(map(each), "name").bytes();
      to.consumer(new Consumer(name, 0));
      for (Id id : owned.getOrDefault(new String(name, StandardCharsets.ISO_8859_1), List.of())) {
        to.owned(id);
      }
    }
  }

  private RedisReply demand(byte[]... words) throws IOException {
    RedisReply reply = connection.call(words);
    if (reply.isError()) {
      throw new RedisTrouble(reply.text());
    }
    return reply;
  }

  private static Map<String, RedisReply> map(RedisReply pairs) throws IOException {
    Map<String, RedisReply> map = new HashMap<>();
    List<RedisReply> items = pairs.items();
    for (int i = 0; i + 1 < items.size(); i += 2) {
      map.put(items.get(i).text(), items.get(i + 1));
    }
    return map;
  }

  private static RedisReply told(Map<String, RedisReply> facts, String name) throws RedisTrouble {
    RedisReply told = facts.get(name);
    if (told == null) {
      throw new RedisTrouble("the server does not tell the " + name + " of a group or consumer");
    }
    return told;
  }

  private static Id idOf(Map<String, RedisReply> facts, String name) {
    RedisReply told = facts.get(name);
    return told == null ? Id.ZERO : id(told.text());
  }

  private static Id id(String text) {
    int dash = text.indexOf('-');
    return new Id(Long.parseUnsignedLong(text.substring(0, dash)),
        Long.parseUnsignedLong(text.substring(dash + 1)));
  }

  /** The first ID behind one; servers before 6.2 have no ranges without their ends. */
  private static byte[] after(String text) {
    Id id = id(text);
    return ascii(id.sequence() == -1
        ? Long.toUnsignedString(id.ms() + 1) + "-0"
        : Long.toUnsignedString(id.ms()) + "-" + Long.toUnsignedString(id.sequence() + 1));
  }

  private static byte[] number(long number) {
    return ascii(Long.toString(number));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
