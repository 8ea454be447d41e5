package io.pika.node.log;

import java.nio.file.Path;

/** The log is damaged before its end: records that were written are unreadable or gone. */
public final class DamagedLogException extends Exception {
  private static final long serialVersionUID = 1L;
  public static final String FLAG = "--accept-log-damage";

  private final transient Path file;
  private final long offset;
  private final boolean synced;

  DamagedLogException(Path file, long offset, boolean synced, String what) {
    super(message(file, offset, synced, what));
    this.file = file;
    this.offset = offset;
    this.synced = synced;
  }

  private static String message(Path file, long offset, boolean synced, String what) {
    String region = synced
        ? "The region had been synced to the disk: the disk or somebody changed it, and answered writes are lost."
        : "The region is not known to have been synced: a power loss can leave this behind.";
    return "log file " + file + " is damaged at offset " + offset + ": " + what + ". " + region
        + " Restore the file from a copy, or start once with " + FLAG
        + " to go on with everything before the damage; the rest is kept in the folder 'damaged' beside it.";
  }

  public Path file() {
    return file;
  }

  /** Bytes from the begin of the file to the first one that cannot be trusted. */
  public long offset() {
    return offset;
  }

  /** True: a later frame proves that the region had been on the disk. False: nobody knows. */
  public boolean synced() {
    return synced;
  }
}
