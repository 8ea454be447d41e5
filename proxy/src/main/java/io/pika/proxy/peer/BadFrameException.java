package io.pika.proxy.peer;

/** The other side broke the protocol: its connection is closed. */
final class BadFrameException extends Exception {
  private static final long serialVersionUID = 1;

  BadFrameException(String message) {
    super(message, null, false, false);
  }
}
