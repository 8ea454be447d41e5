package io.pika.node.type;

/** Whether a write needs the key to be there. */
public enum Presence {
  ANY, ABSENT, PRESENT;

  boolean admits(boolean present) {
    return switch (this) {
      case ANY -> true;
      case ABSENT -> !present;
      case PRESENT -> present;
    };
  }
}
