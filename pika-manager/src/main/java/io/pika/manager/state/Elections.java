package io.pika.manager.state;

import io.pika.core.model.SlotRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who leads slots with several replicas; see docs/decisions/2026-11-26-replication-ships-the-log.md. That a node's leadership
 * is over is written down before anybody is asked for positions: so the next manager goes on from the state alone.
 */
public final class Elections {
  private static final Decision NOTHING = new Decision.Accepted(List.of(), 0);

  private Elections() {}

  /** Whether a leader has to be elected: nobody leads these slots, or only somebody whose leadership is over. */
  public static boolean isContested(StateView state, SlotRange range) {
    NodeRecord leader = state.node(range.leader());
    return range.isReplicated() && (leader == null || range.since() <= leader.leadsAfter());
  }

  /** Whether the process that is the node now would lead these slots if it had a lease: it may not know yet. */
  public static boolean believesToLead(NodeRecord leader, SlotRange range) {
    return range.isReplicated() && range.since() > leader.registeredVersion();
  }

  /** Ends the leadership of a process whose lease is over, for all slots with several replicas. */
  static Decision depose(StateView state, Request.Depose depose) {
    NodeRecord node = state.node(depose.node());
    return node == null || node.startedAtMs() != depose.process()
        ? NOTHING
        : new Decision.Accepted(List.of(new Change.NodePut(node.deposed(state.nextVersion()))), node.id());
  }

  /**
   * New leaders for slots of one table. What has changed since the planner looked is left out: another epoch, or a process that
   * has restarted since it answered.
   */
  static Decision elect(StateView state, Request.Elect elect) {
    TableRecord table = state.table(elect.table());
    if (table == null || !table.isReplicated()) {
      return NOTHING;
    }
    long version = state.nextVersion();
    List<SlotRange> ranges = table.ranges();
    for (Request.Elected elected : elect.elected()) {
      if (elected.voters().stream().allMatch(voter -> isThere(state, voter))) {
        ranges = elect(state, table, ranges, elected, version);
      }
    }
    return ranges.equals(table.ranges())
        ? NOTHING
        : new Decision.Accepted(List.of(new Change.TablePut(table.withRanges(joined(ranges), version))),
            table.id());
  }

  private static boolean isThere(StateView state, Request.Voter voter) {
    NodeRecord node = state.node(voter.node());
    return node != null && node.startedAtMs() == voter.process();
  }

  /** A learner that was to go, and counted for the leader before, may be the only one that has all. */
  private static boolean mayLead(TableRecord table, SlotRange range, Request.Elected elected) {
    return !range.learners().contains(elected.leader()) || table.earlier().stream()
        .anyMatch(earlier -> earlier.isOf(elected.from()) && earlier.counting().contains(elected.leader()));
  }

  private static List<SlotRange> elect(StateView state, TableRecord table, List<SlotRange> ranges,
      Request.Elected elected, long version) {
    List<SlotRange> after = new ArrayList<>();
    for (SlotRange range : ranges) {
      int from = Math.max(range.from(), elected.from());
      int to = Math.min(range.to(), elected.to());
      boolean possible = from <= to && range.epoch() + 1 == elected.epoch() && isContested(state, range)
          && range.replicas().contains(elected.leader()) && mayLead(table, range, elected);
      if (!possible) {
        after.add(range);
        continue;
      }
      if (range.from() < from) {
        after.add(range.part(range.from(), from - 1));
      }
      List<Integer> learners = range.learners().stream().filter(node -> node != elected.leader()).toList();
      after.add(
          new SlotRange(from, to, elected.epoch(), elected.leader(), range.replicas(), learners, version));
      if (to < range.to()) {
        after.add(range.part(to + 1, range.to()));
      }
    }
    return after;
  }

  /** Neighbours that are alike are one range. */
  static List<SlotRange> joined(List<SlotRange> ranges) {
    List<SlotRange> joined = new ArrayList<>();
    @Nullable SlotRange last = null;
    for (SlotRange range : ranges) {
      if (last != null && last.part(range.from(), range.to()).equals(range)) {
        joined.removeLast();
        last = range.part(last.from(), range.to());
      } else {
        last = range;
      }
      joined.add(last);
    }
    return joined;
  }
}
