package io.pika.manager.state;

import java.util.List;

/** What a job does, and its steps in their order; the first one is carried out with accepting the job. */
public enum JobKind {
  CREATE_TABLE(JobStep.RESERVE, JobStep.PLACE, JobStep.CONFIRM, JobStep.ANNOUNCE),
  DROP_TABLE(JobStep.MARK, JobStep.PURGE),
  RENAME_TABLE(JobStep.CHANGE, JobStep.ANNOUNCE),
  SET_PASSWORD(JobStep.CHANGE, JobStep.ANNOUNCE),
  REMOVE_PASSWORD(JobStep.CHANGE, JobStep.ANNOUNCE),
  BLOCK_TABLE(JobStep.CHANGE, JobStep.ANNOUNCE),
  UNBLOCK_TABLE(JobStep.CHANGE, JobStep.ANNOUNCE),
  SET_CROSS_SLOT(JobStep.CHANGE, JobStep.ANNOUNCE),
  SET_REPLICATION(JobStep.CHANGE, JobStep.RESHAPE, JobStep.ANNOUNCE),
  REMOVE_NODE(JobStep.MARK, JobStep.EVACUATE, JobStep.REPLACE);

  private final List<JobStep> steps;

  JobKind(JobStep... steps) {
    this.steps = List.of(steps);
  }

  public List<JobStep> steps() {
    return steps;
  }

  public boolean isAboutATable() { return this != REMOVE_NODE; }
}
