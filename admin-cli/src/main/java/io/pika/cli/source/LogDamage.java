package io.pika.cli.source;

import java.io.IOException;

/** A log that holds something else than commands, or ends in the middle of one. */
final class LogDamage extends IOException {
  private static final long serialVersionUID = 1L;

  LogDamage(String message) {
    super(message);
  }
}
