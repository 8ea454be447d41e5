package io.pika.cli.source;

/** An import that is not begun, for a reason that a person can do something about. */
public final class ImportTrouble extends Exception {
  private static final long serialVersionUID = 1L;

  ImportTrouble(String message) {
    super(message);
  }
}
