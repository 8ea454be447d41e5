package io.pika.node.lua;

/** A statement. Does not change, and is shared by all runs of its script. */
abstract class Stat {
  /** What comes after it. */
  enum Outcome {
    GO_ON, BREAK, RETURN
  }

  abstract Outcome exec(Frame frame);
}
