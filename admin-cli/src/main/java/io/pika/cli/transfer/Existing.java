package io.pika.cli.transfer;

/** What becomes of a key of the table that comes from the source too. */
public enum Existing {
  REPLACE, SKIP
}
