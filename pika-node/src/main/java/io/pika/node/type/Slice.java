package io.pika.node.type;

/**
 * A part of what a range gives, as LIMIT tells it.
 *
 * @param offset how many to pass over; negative: all of them
 * @param count how many to take; negative: all that follow
 */
public record Slice(long offset, long count) {
  public static final Slice WHOLE = new Slice(0, -1);

  boolean isEmpty() { return offset < 0 || count == 0; }
}
