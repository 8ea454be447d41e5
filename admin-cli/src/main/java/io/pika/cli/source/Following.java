package io.pika.cli.source;

/** How long a source that goes on is followed. */
public enum Following {
  /** Not at all: what it was at one instant. */
  SNAPSHOT,
  /** Until the table has everything that the source has. */
  UNTIL_CAUGHT_UP,
  /** Until somebody says stop. */
  UNTIL_STOPPED
}
