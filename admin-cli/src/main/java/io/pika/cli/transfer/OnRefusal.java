package io.pika.cli.transfer;

/** What becomes of an import when the table refuses a key or a command. */
public enum OnRefusal {
  /** It is counted and told at the end. */
  GO_ON,
  /** That is the end. */
  STOP
}
