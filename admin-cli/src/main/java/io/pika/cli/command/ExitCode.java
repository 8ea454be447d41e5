package io.pika.cli.command;

/** Exit codes, the same for every command (docs/cli.md). */
public final class ExitCode {
  public static final int OK = 0;
  /** It was tried and went wrong, or a check of {@code doctor} failed. */
  public static final int FAILED = 1;
  /** The command line itself is wrong. */
  public static final int USAGE = 2;
  /** No manager answers. */
  public static final int UNREACHABLE = 3;
  /** The manager refuses: unknown name, name taken, value out of bounds. */
  public static final int REFUSED = 4;
  /** No token, or one that does not allow it. */
  public static final int NOT_PERMITTED = 5;
  /** Ctrl-C. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
