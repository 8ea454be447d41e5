package io.pika.manager.plan;

/** How sure the manager is of a node. */
public enum Health {
  /** Its lease runs. */
  ALIVE,
  /** Its lease has run out lately; it may only be slow. */
  SUSPECT,
  /** Silent for so long that it does not count any more. */
  DEAD
}
