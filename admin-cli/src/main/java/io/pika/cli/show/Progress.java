package io.pika.cli.show;

import java.io.PrintWriter;

/**
 * What is being waited for. On a terminal one line that is drawn over itself; elsewhere a line for each thing, once.
 * What is done stays as a line of its own.
 */
public final class Progress implements AutoCloseable {
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final String SPINNER = "|/-\\";
  private static final int BAR_WIDTH = 24;

  private final PrintWriter err;
  private final boolean live;
  private final int columns;
  private String last = "";
  private int turns;

  public Progress(Screen screen) {
    this.err = screen.err();
    this.live = screen.traits().errIsTerminal();
    this.columns = screen.traits().columns();
  }

  /** Called again and again while waiting; the text may change. */
  public void waiting(String text) {
    if (live) {
      String line = SPINNER.charAt(turns++ % SPINNER.length()) + " " + text;
      err.print(
          CLEAR_LINE + (columns > 0 && line.length() >= columns ? line.substring(0, columns - 1) : line));
      err.flush();
    } else if (!text.equals(last)) {
      err.println("… " + text);
      err.flush();
    }
    last = text;
  }

  public void done(String text) {
    clear();
    err.println("✓ " + text);
    err.flush();
    last = "";
  }

  /** {@code [######......] 3 of 6}. */
  public static String bar(long done, long of) {
    int filled = of <= 0 ? 0 : (int) Math.min(BAR_WIDTH, done * BAR_WIDTH / of);
    return "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "] " + done + " of " + of;
  }

  private void clear() {
    if (live) {
      err.print(CLEAR_LINE);
    }
  }

  @Override
  public void close() {
    clear();
    err.flush();
  }
}
