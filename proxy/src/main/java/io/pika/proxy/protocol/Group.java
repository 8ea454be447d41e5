package io.pika.proxy.protocol;

import static io.pika.proxy.protocol.Category.CONNECTION;
import static io.pika.proxy.protocol.Category.KEYSPACE;
import static io.pika.proxy.protocol.Category.LIST;
import static io.pika.proxy.protocol.Category.SET;
import static io.pika.proxy.protocol.Category.SORTEDSET;

/** What a command is about: its group in Redis's documentation, and the ACL categories that come with it. */
public enum Group {
  GENERIC("generic", KEYSPACE),
  SORTING("generic", SET, SORTEDSET, LIST),
  WAITING("generic", CONNECTION),
  STRINGS("string", Category.STRING),
  BITMAPS("bitmap", Category.BITMAP),
  HASHES("hash", Category.HASH),
  LISTS("list", LIST),
  SETS("set", SET),
  SORTED_SETS("sorted-set", SORTEDSET),
  STREAMS("stream", Category.STREAM),
  GEOS("geo", Category.GEO),
  HYPERLOGLOGS("hyperloglog", Category.HYPERLOGLOG),
  CONNECTIONS("connection", CONNECTION),
  SERVERS("server"),
  SERVER_KEYS("server", KEYSPACE),
  SERVER_CONNECTIONS("server", CONNECTION),
  CLUSTERS("cluster"),
  CLUSTER_CONNECTIONS("cluster", CONNECTION),
  TRANSACTIONS("transactions", Category.TRANSACTION),
  SCRIPTS("scripting", Category.SCRIPTING),
  PUB_SUB("pubsub", Category.PUBSUB),
  PUB_SUB_HELP("pubsub"),
  SENTINELS("sentinel"),
  /** Commands that only Pika has. */
  PIKA("pika");

  private final String redisName;
  final Category[] categories;

  Group(String redisName, Category... categories) {
    this.redisName = redisName;
    this.categories = categories;
  }

  public String redisName() {
    return redisName;
  }
}
