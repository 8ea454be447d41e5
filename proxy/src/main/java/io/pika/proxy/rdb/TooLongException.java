package io.pika.proxy.rdb;

/** A value that takes more bytes than is allowed, on the way in or out. */
public final class TooLongException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooLongException(long bytesMax) {
    super("more than " + bytesMax + " bytes", null, false, false);
  }
}
