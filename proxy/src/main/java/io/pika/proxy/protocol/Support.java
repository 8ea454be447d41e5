package io.pika.proxy.protocol;

/** What becomes of a command. */
public enum Support {
  /** Runs in one place. */
  SERVED,
  /** Cut by slot, run in several places, put together again. */
  SPLIT,
  /** Runs at every leader of the table, put together again. */
  BROADCAST,
  /** Known, and answered with an error that says why not. */
  REFUSED
}
