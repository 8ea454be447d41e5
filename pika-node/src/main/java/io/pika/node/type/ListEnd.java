package io.pika.node.type;

/** An end of a list, and with it a direction: from there to the other end. */
public enum ListEnd {
  LEFT, RIGHT
}
