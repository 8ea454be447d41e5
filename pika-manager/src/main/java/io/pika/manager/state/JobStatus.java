package io.pika.manager.state;

/** How a job stands. */
public enum JobStatus {
  RUNNING, DONE, FAILED
}
