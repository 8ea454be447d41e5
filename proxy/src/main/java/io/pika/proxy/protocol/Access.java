package io.pika.proxy.protocol;

/** What a command does to data. */
public enum Access {
  READ, WRITE, NONE
}
