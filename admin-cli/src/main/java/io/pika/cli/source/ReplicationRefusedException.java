package io.pika.cli.source;

import java.io.IOException;

/** A source that takes no replicas, or not this one any more. */
public final class ReplicationRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  ReplicationRefusedException(String message) {
    super(message);
  }
}
