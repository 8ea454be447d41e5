package io.pika.manager.state;

import io.pika.core.model.SlotRange;
import io.pika.core.model.TableState;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes jobs from step to step. A step whose job has gone on in the meantime (the plan was made on an older state)
 * changes nothing.
 */
final class JobSteps {
  private static final Decision NOTHING = new Decision.Accepted(List.of(), 0);

  private JobSteps() {}

  static Decision decide(StateView state, Request.Step step, long nowMs) {
    JobRecord job = state.job(step.job());
    if (job == null || !job.isRunning()) {
      return NOTHING;
    }
    return switch (step) {
      case Request.PlaceTable place -> place(state, job, place, nowMs);
      case Request.MakeReady ready -> makeReady(state, job, nowMs);
      case Request.RemoveTable remove -> removeTable(state, job, nowMs);
      case Request.ForgetNode forget -> finished(state, job, new Change.NodeGone(job.subject()),
          job.step() == JobStep.REPLACE && state.slotsLed(job.subject()) == 0, nowMs);
      case Request.FinishJob finish -> job.step() != JobStep.ANNOUNCE
          ? NOTHING
          : new Decision.Accepted(over(state, job.done(nowMs)), job.id());
      case Request.ReplaceRanges replace -> replace(state, job, replace);
      case Request.Reshape reshape -> Reshaping.reshape(state, job, reshape);
      case Request.SettleReplicas settle -> Reshaping.settle(state, job, settle);
      case Request.EndEvacuation end -> job.step() != JobStep.EVACUATE
          ? NOTHING
          : new Decision.Accepted(
              List.of(new Change.JobPut(job.next(JobStep.REPLACE, job.version(), nowMs))), job.id());
      case Request.EndReshape end -> Reshaping.end(state, job, nowMs);
    };
  }

  /** The first placement, or another one because a leader died before it knew of the table. */
  private static Decision place(StateView state, JobRecord job, Request.PlaceTable place, long nowMs) {
    TableRecord table = state.table(job.subject());
    if (table == null || table.state() != TableState.CREATING
        || job.step() != JobStep.PLACE && job.step() != JobStep.CONFIRM
        || !place.ranges().stream().flatMap(range -> range.replicas().stream())
            .allMatch(replica -> stays(state, replica))) {
      return NOTHING;
    }
    long version = state.nextVersion();
    JobRecord after = job.step() == JobStep.PLACE
        ? job.next(JobStep.CONFIRM, version, nowMs)
        : job.waitingFor(version, -1);
    return new Decision.Accepted(
        List.of(new Change.TablePut(table.withRanges(decided(place.ranges(), version), version)),
            new Change.JobPut(after)),
        job.id());
  }

  private static List<SlotRange> decided(List<SlotRange> ranges, long version) {
    return ranges.stream()
        .map(range -> range.isReplicated() && range.since() == 0 ? range.decidedAt(version) : range).toList();
  }

  static boolean stays(StateView state, int nodeId) {
    NodeRecord node = state.node(nodeId);
    return node != null && !node.leaving();
  }

  private static Decision makeReady(StateView state, JobRecord job, long nowMs) {
    TableRecord table = state.table(job.subject());
    if (table == null || table.state() != TableState.CREATING || job.step() != JobStep.CONFIRM) {
      return NOTHING;
    }
    long version = state.nextVersion();
    return new Decision.Accepted(List.of(new Change.TablePut(table.withState(TableState.READY, version)),
        new Change.JobPut(job.next(JobStep.ANNOUNCE, version, nowMs))), job.id());
  }

  /** What is attached to it goes first, as much at a time as fits into a transaction. */
  private static Decision removeTable(StateView state, JobRecord job, long nowMs) {
    List<Change> attached = job.step() == JobStep.PURGE
        ? AttachmentChanges.removal(state, job.subject())
        : List.of();
    return attached.isEmpty()
        ? finished(state, job, new Change.TableGone(job.subject()), job.step() == JobStep.PURGE, nowMs)
        : new Decision.Accepted(attached, job.id());
  }

  private static Decision finished(StateView state, JobRecord job, Change last, boolean due, long nowMs) {
    if (!due) {
      return NOTHING;
    }
    List<Change> changes = new ArrayList<>();
    changes.add(last);
    changes.addAll(over(state, job.done(nowMs)));
    return new Decision.Accepted(changes, job.id());
  }

  private static Decision replace(StateView state, JobRecord job, Request.ReplaceRanges replace) {
    if (job.step() != JobStep.REPLACE || replace.cursor() <= job.cursor()) {
      return NOTHING;
    }
    long version = state.nextVersion();
    List<Change> changes = new ArrayList<>();
    for (Request.Placed placed : replace.moves()) {
      TableRecord table = state.table(placed.table());
      if (table != null) {
        changes.add(new Change.TablePut(table.withRanges(placed.ranges(), version)));
      }
    }
    changes.add(new Change.JobPut(job.waitingFor(version, replace.cursor())));
    return new Decision.Accepted(changes, job.id());
  }

  /** A job that is over; the oldest one makes room for it. */
  private static List<Change> over(StateView state, JobRecord job) {
    JobRecord surplus = state.surplusJob();
    return surplus == null
        ? List.of(new Change.JobPut(job))
        : List.of(new Change.JobPut(job), new Change.JobGone(surplus.id()));
  }
}
