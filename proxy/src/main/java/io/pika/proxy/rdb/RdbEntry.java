package io.pika.proxy.rdb;

/** What an RDB file consists of, in its order. */
public sealed interface RdbEntry {
  /** What the server that wrote it says about itself. */
  record Aux(byte[] name, byte[] value) implements RdbEntry {}

  /** How many keys the database that follows has, and how many of them expire. */
  record Sizes(long keys, long expiring) implements RdbEntry {}

  /** A library of functions. */
  record Library(byte[] code) implements RdbEntry {}

  /**
   * A key; its value is read next, by {@link RdbFile#value}.
   *
   * @param expireAtMs Unix time in milliseconds; 0: it stays
   */
  record Key(long database, byte[] name, RdbType type, long expireAtMs) implements RdbEntry {}
}
