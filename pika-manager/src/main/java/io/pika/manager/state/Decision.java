package io.pika.manager.state;

import java.util.List;

/** What comes of a request. */
public sealed interface Decision {
  /**
   * It is done when the changes are durable; without changes it was done before.
   *
   * @param answer id of the job, node, table or token that it was about
   */
  record Accepted(List<Change> changes, long answer) implements Decision {
    public Accepted {
      changes = List.copyOf(changes);
    }
  }

  record Rejected(Refusal refusal) implements Decision {}
}
