package io.pika.proxy.protocol;

/** Where a command runs. */
public enum Scope {
  /** On the connection: needs no key. */
  SESSION,
  /** In the slot of its keys. */
  KEY,
  /** Over the whole table. */
  TABLE
}
