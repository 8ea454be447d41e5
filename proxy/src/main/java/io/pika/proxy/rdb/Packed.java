package io.pika.proxy.rdb;

/** The items of one of Redis' packed forms, which are one byte array each, in order. */
interface Packed {
  boolean hasNext();

  /** Numbers come as texts. Throws {@link DamagedException} where there is no whole item. */
  byte[] next();
}
