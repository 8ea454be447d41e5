package io.pika.proxy.rdb;

/** Bytes that are nobody's value. It has no stack trace, for clients can send as much of this as they like. */
public final class DamagedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DamagedException(String what) {
    super(what, null, false, false);
  }
}
