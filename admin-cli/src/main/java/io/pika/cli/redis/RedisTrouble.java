package io.pika.cli.redis;

import java.io.IOException;

/** A server that answers, but not what it should; the message is its own, or says what is wrong with it. */
public final class RedisTrouble extends IOException {
  private static final long serialVersionUID = 1L;

  public RedisTrouble(String message) {
    super(message);
  }
}
