package io.pika.manager.state;

import io.pika.core.model.Acks;
import io.pika.core.model.SlotRange;
import java.util.List;

/**
 * By what the leader of some slots answers writes until it is known to go by their newest replicas and acks, and enough
 * followers to have all of that. Whoever elects must find what was acknowledged so, too.
 *
 * @param counting nodes whose replicas counted, with the leader
 */
public record Earlier(int from, int to, List<Integer> counting, Acks acks) {
  public Earlier {
    counting = List.copyOf(counting);
  }

  static Earlier of(SlotRange range, Acks acks) {
    return new Earlier(range.from(), range.to(), counting(range), acks);
  }

  /** Nodes whose replicas count, with the leader. */
  public static List<Integer> counting(SlotRange range) {
    return range.replicas().stream().filter(node -> !range.learners().contains(node)).toList();
  }

  public boolean isOf(int slot) {
    return from <= slot && slot <= to;
  }
}
