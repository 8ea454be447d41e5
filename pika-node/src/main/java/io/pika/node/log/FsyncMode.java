package io.pika.node.log;

/** When the log is forced to the disk; Redis's {@code appendfsync}. */
public enum FsyncMode {
  /** Before a write is answered; one fsync for all that wait. */
  ALWAYS,
  /** Once a second: a power loss takes about the last second, a killed process nothing. */
  EVERYSEC,
  /** When the operating system likes to. */
  NO;
}
