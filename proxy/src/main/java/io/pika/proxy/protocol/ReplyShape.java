package io.pika.proxy.protocol;

/** How the items of a long reply stand together. Its bytes are those of the {@link Reply} of the same name. */
public enum ReplyShape {
  ARRAY, SET,
  /** Keys and values in turn. */
  MAP,
  /** Firsts and seconds in turn. */
  PAIRS
}
