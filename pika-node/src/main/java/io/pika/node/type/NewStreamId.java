package io.pika.node.type;

/** The id that XADD asks for. */
public sealed interface NewStreamId {
  /** The time of the stream's slot, or what follows the last id if that is not before it: {@code *}. */
  record Now() implements NewStreamId {}

  /** The next one within this millisecond: {@code ms-*}. */
  record Within(long ms) implements NewStreamId {}

  /** This one. */
  record Exactly(StreamId id) implements NewStreamId {}
}
