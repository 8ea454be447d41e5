package io.pika.cli.local;

import java.util.List;

/** The local cluster cannot do what was asked. The message is for the person at the terminal, with what to do. */
public final class LocalTrouble extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> details;

  public LocalTrouble(String message, List<String> details) {
    super(message);
    this.details = List.copyOf(details);
  }

  public LocalTrouble(String message) {
    this(message, List.of());
  }

  /** Lines below the message: the end of a log, what to try. */
  public List<String> details() {
    return details;
  }
}
