package io.pika.manager.state;

import java.util.ArrayList;
import java.util.List;

/**
 * Multi-step work that goes on after the crash of a manager: where it is stands in the store.
 *
 * @param subject id of the table or node that it is about
 * @param name of the table as it was (or is to be) called, address of the node
 * @param error why it failed; empty otherwise
 * @param steps those begun, in order; the last one is the current one while the job runs
 * @param version topology version that nodes must have for the current step
 * @param cursor how far a step that goes over many tables has come: the last table id it has done, from -1
 * @param origin who asked, and under which key of theirs
 */
public record JobRecord(long id, JobKind kind, int subject, String name, JobStatus status, String error,
    List<StepTimes> steps, long version, int cursor, Origin origin) {
  public JobRecord {
    steps = List.copyOf(steps);
  }

  /** @param finishedAtMs 0: not yet */
  public record StepTimes(JobStep step, long startedAtMs, long finishedAtMs) {}

  /**
   * Who asked for a job.
   *
   * @param by name of the token; {@code manager} for what nobody asked for
   * @param requestId the caller's Idempotency-Key, empty: none
   * @param fingerprint of the request, to tell a repeated one from another one under the same key
   */
  public record Origin(String by, String requestId, String fingerprint) {
    public static final Origin MANAGER = new Origin("manager", "", "");
  }

  public boolean isRunning() { return status == JobStatus.RUNNING; }

  public JobStep step() {
    return steps.getLast().step();
  }

  public long createdAtMs() {
    return steps.getFirst().startedAtMs();
  }

  /** When it was done or had failed; 0 while it runs. */
  public long finishedAtMs() {
    return isRunning() ? 0 : steps.getLast().finishedAtMs();
  }

  /** The first step is done, the second one begins. */
  static JobRecord begun(long id, JobKind kind, int subject, String name, long version, Origin origin,
      long nowMs) {
    List<StepTimes> steps = List.of(new StepTimes(kind.steps().get(0), nowMs, nowMs),
        new StepTimes(kind.steps().get(1), nowMs, 0));
    return new JobRecord(id, kind, subject, name, JobStatus.RUNNING, "", steps, version, -1, origin);
  }

  JobRecord next(JobStep step, long newVersion, long nowMs) {
    List<StepTimes> longer = finished(nowMs);
    longer.add(new StepTimes(step, nowMs, 0));
    return new JobRecord(id, kind, subject, name, status, error, longer, newVersion, -1, origin);
  }

  JobRecord waitingFor(long newVersion, int newCursor) {
    return new JobRecord(id, kind, subject, name, status, error, steps, newVersion, newCursor, origin);
  }

  JobRecord done(long nowMs) {
    return new JobRecord(id, kind, subject, name, JobStatus.DONE, "", finished(nowMs), version, cursor,
        origin);
  }

  JobRecord failed(String why, long nowMs) {
    return new JobRecord(id, kind, subject, name, JobStatus.FAILED, why, finished(nowMs), version, cursor,
        origin);
  }

  private List<StepTimes> finished(long nowMs) {
    List<StepTimes> copy = new ArrayList<>(steps);
    StepTimes last = copy.removeLast();
    copy.add(new StepTimes(last.step(), last.startedAtMs(),
        last.finishedAtMs() == 0 ? nowMs : last.finishedAtMs()));
    return copy;
  }
}
