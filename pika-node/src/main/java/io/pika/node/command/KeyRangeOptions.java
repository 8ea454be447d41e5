package io.pika.node.command;

import io.pika.node.engine.OrderedQuery;
import io.pika.node.engine.OrderedQuery.Content;
import io.pika.node.store.Entry;
import io.pika.node.store.KeyRange;
import io.pika.node.store.KeyRange.Order;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.routing.OrderedPages;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of Pika's ordered scans over keys: {@code type from to [MATCH pattern] [LIMIT n]} of PKSCANRANGE and
 * PKRSCANRANGE, where an empty end is none, and {@code type from [MATCH pattern] [COUNT n]} of SCANX.
 */
public final class KeyRangeOptions {
  private static final RefusalException NO_TYPE = new RefusalException(
      "ERR invalid type of keys; types are string, hash, list, set, zset and stream");
  private static final RefusalException BAD_RANGE = new RefusalException("ERR error in given range");
  private static final RefusalException BAD_LIMIT = new RefusalException(Reply.NOT_AN_INTEGER);

  private KeyRangeOptions() {}

  public static OrderedQuery parseFrom(Args args) {
    byte type = type(args.takeText());
    byte[] from = args.takeBytes();
    PageOptions options = PageOptions.parsePika(args, "COUNT", BAD_LIMIT);
    return query(type, new KeyRange(from, null, Order.UP), options, Content.KEYS);
  }

  public static OrderedQuery parse(Args args, Order order) {
    String word = args.takeText();
    Content content = word.equalsIgnoreCase("string_with_value") ? Content.KEYS_AND_VALUES : Content.KEYS;
    byte type = content == Content.KEYS ? type(word) : Entry.STRING;
    byte[] from = args.takeBytes();
    byte[] to = args.takeBytes();
    PageOptions options = PageOptions.parsePika(args, "LIMIT", BAD_LIMIT);
    KeyRange range = switch (order) {
      case UP -> new KeyRange(from, orNull(to), order);
      case DOWN -> new KeyRange(to, orNull(from), order);
    };
    byte[] greatest = range.greatest();
    if (greatest != null && Arrays.compareUnsigned(range.least(), greatest) > 0) {
      throw BAD_RANGE;
    }
    return query(type, range, options, content);
  }

  private static OrderedQuery query(byte type, KeyRange range, PageOptions options, Content content) {
    int limit = (int) Math.min(options.count(), OrderedPages.LIMIT_MAX);
    return new OrderedQuery(type, range, limit, options::matches, content);
  }

  private static byte @Nullable [] orNull(byte[] key) {
    return key.length == 0 ? null : key;
  }

  /** Refuses what is no type's name. */
  public static void checkType(String name) {
    type(name);
  }

  /** The code of a type's name. */
  static byte type(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "string" -> Entry.STRING;
      case "hash" -> Entry.HASH;
      case "list" -> Entry.LIST;
      case "set" -> Entry.SET;
      case "zset" -> Entry.ZSET;
      case "stream" -> Entry.STREAM;
      default -> throw NO_TYPE;
    };
  }
}
