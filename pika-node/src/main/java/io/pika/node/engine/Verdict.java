package io.pika.node.engine;

/** Whether this node may run a command on a slot now. */
public enum Verdict {
  /** It leads the slot at the epoch that was asked for. */
  LEADS,
  /** It leads the slot, or another does, at another epoch. */
  WRONG_EPOCH,
  NOT_LEADER,
  UNKNOWN_TABLE
}
