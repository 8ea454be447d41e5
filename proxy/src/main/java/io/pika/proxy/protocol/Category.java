package io.pika.proxy.protocol;

import java.util.Locale;

/** The ACL categories, in the order in which Redis lists them. */
public enum Category {
  KEYSPACE, READ, WRITE, SET, SORTEDSET, LIST, HASH, STRING, BITMAP, HYPERLOGLOG, GEO, STREAM, PUBSUB, ADMIN,
  FAST, SLOW, BLOCKING, DANGEROUS, CONNECTION, TRANSACTION, SCRIPTING;

  /** With its sign: "@keyspace". */
  public String redisName() {
    return "@" + name().toLowerCase(Locale.ROOT);
  }
}
