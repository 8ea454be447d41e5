package io.pika.node;

/** Why the process ended, for scripts; docs/operating.md lists them. */
public final class ExitCode {
  public static final int OK = 0;
  /** A bug, or something nobody thought of. */
  public static final int FAILED = 1;
  /** Wrong arguments or settings. */
  public static final int USAGE = 2;
  /** An address cannot be listened on. */
  public static final int ADDRESS = 3;
  /** The directory is in use, of another cluster, of a newer version, or cannot be used. */
  public static final int DIRECTORY = 4;
  /** The data is damaged; nothing was changed. */
  public static final int DAMAGE = 5;
  /** The manager refuses this node. */
  public static final int REFUSED = 6;

  private ExitCode() {}
}
