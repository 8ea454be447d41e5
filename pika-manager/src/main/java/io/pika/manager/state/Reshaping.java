package io.pika.manager.state;

import io.pika.core.model.Acks;
import io.pika.core.model.SlotRange;
import io.pika.core.model.TableState;
import java.util.ArrayList;
import java.util.List;

/**
 * Other numbers of replicas and acks for a table that is in use. One change at a time: the next one is made when all leaders go
 * by the one before. See docs/decisions/2026-11-26-replication-ships-the-log.md.
 */
final class Reshaping {
  private static final Decision NOTHING = new Decision.Accepted(List.of(), 0);

  private Reshaping() {}

  static Decision order(StateView state, TableRecord table, Request.SetReplication set, long nowMs) {
    if (table.state() != TableState.READY) {
      return new Decision.Rejected(Refusal.conflict("table_not_ready",
          "the table " + table.name() + " is still being made", "wait until it is ready"));
    }
    JobRecord running = state.runningJob(table.id(), JobKind.SET_REPLICATION);
    if (running != null) {
      return new Decision.Rejected(Refusal.conflict("reshape_running",
          "the replicas of " + table.name() + " are being changed already (job " + running.id() + ")",
          "wait until that job is done"));
    }
    Refusal impossible = Decider.refusal(state, set.replication());
    if (impossible != null) {
      return new Decision.Rejected(impossible);
    }
    Acks before = table.replication().acks();
    List<Earlier> earlier = before.equals(set.replication().acks())
        ? List.of()
        : table.ranges().stream().filter(SlotRange::isReplicated).map(range -> Earlier.of(range, before))
            .toList();
    return Decider.changed(state, JobKind.SET_REPLICATION,
        table.withReplication(set.replication(), earlier, state.nextVersion()), set.origin(), nowMs);
  }

  static Decision reshape(StateView state, JobRecord job, Request.Reshape reshape) {
    TableRecord table = state.table(reshape.table());
    if (table == null || !isAbout(job, table) || !table.earlier().isEmpty()) {
      return NOTHING;
    }
    long version = state.nextVersion();
    List<SlotRange> ranges = new ArrayList<>(table.ranges());
    List<Earlier> earlier = new ArrayList<>();
    for (Request.Reshaped change : reshape.changes()) {
      int at = ranges.indexOf(change.before());
      if (at < 0 || !isPossible(state, change)) {
        continue;
      }
      ranges.set(at, decided(change, version));
      if (!Earlier.counting(change.before()).equals(Earlier.counting(change.after()))) {
        earlier.add(Earlier.of(change.before(), table.replication().acks()));
      }
    }
    return ranges.equals(table.ranges())
        ? NOTHING
        : new Decision.Accepted(
            List.of(new Change.TablePut(table.reshaped(Elections.joined(ranges), earlier, version)),
                new Change.JobPut(job.waitingFor(version, -1))),
            job.id());
  }

  private static boolean isAbout(JobRecord job, TableRecord table) {
    return job.step() == JobStep.RESHAPE && job.subject() == table.id() || job.step() == JobStep.EVACUATE;
  }

  /** Nobody comes to a node that leaves, and a leader is not changed on the way. */
  private static boolean isPossible(StateView state, Request.Reshaped change) {
    SlotRange before = change.before();
    SlotRange after = change.after();
    return before.from() == after.from() && before.to() == after.to() && before.leader() == after.leader()
        && before.epoch() == after.epoch() && !Elections.isContested(state, before)
        && after.replicas().stream().allMatch(node -> before.replicas().contains(node)
            || JobSteps.stays(state, node) && after.learners().contains(node));
  }

  /** With a second replica a leader begins to need a lease, and with the last one it ends. */
  private static SlotRange decided(Request.Reshaped change, long version) {
    SlotRange after = change.after();
    return change.before().isReplicated() == after.isReplicated()
        ? after
        : after.decidedAt(after.isReplicated() ? version : 0);
  }

  static Decision settle(StateView state, JobRecord job, Request.SettleReplicas settle) {
    TableRecord table = state.table(settle.table());
    return table == null || !isAbout(job, table) || table.changedVersion() != settle.version()
        ? NOTHING
        : new Decision.Accepted(List.of(new Change.TablePut(table.settled())), job.id());
  }

  static Decision end(StateView state, JobRecord job, long nowMs) {
    TableRecord table = state.table(job.subject());
    return table == null || job.step() != JobStep.RESHAPE || !table.earlier().isEmpty()
        ? NOTHING
        : new Decision.Accepted(
            List.of(new Change.JobPut(job.next(JobStep.ANNOUNCE, table.changedVersion(), nowMs))), job.id());
  }
}
