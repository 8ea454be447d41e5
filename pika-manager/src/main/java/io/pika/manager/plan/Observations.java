package io.pika.manager.plan;

/** What nodes have lately said; the same for the whole of one planning. */
public interface Observations {
  /** For every node of the state. */
  Observed of(int node);
}
