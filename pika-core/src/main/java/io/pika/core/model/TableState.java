package io.pika.core.model;

/** Where a table is in its life, as nodes see it. */
public enum TableState {
  /** Known, not yet served: its leaders have not all confirmed that they know it. */
  CREATING,
  /** Served, unless it is blocked. */
  READY,
  /** Refused; nodes delete its data and say when none is left. */
  DROPPING
}
