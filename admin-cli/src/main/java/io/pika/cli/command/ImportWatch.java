package io.pika.cli.command;

import io.pika.cli.show.Cells;
import io.pika.cli.show.OutputForm;
import io.pika.cli.show.Progress;
import io.pika.cli.show.Screen;
import io.pika.cli.transfer.Meter;
import io.pika.cli.transfer.Tally;
import java.time.Duration;
import java.util.Locale;

/** Shows how an import gets on: a line for people, a JSON object a second for programs. */
final class ImportWatch implements AutoCloseable {
  private static final Duration LIVE = Duration.ofMillis(500);
  private static final Duration JSON = Duration.ofSeconds(1);
  /** In a log every line stays. */
  private static final Duration LOGGED = Duration.ofSeconds(10);
  private static final double NANOS = 1e9;

  private final Screen screen;
  private final Tally tally;
  private final Meter meter;
  private final long began = System.nanoTime();
  private final Thread thread;

  ImportWatch(Screen screen, Tally tally, Meter meter) {
    this.screen = screen;
    this.tally = tally;
    this.meter = meter;
    this.thread = Thread.ofVirtual().name("watch").start(this::run);
  }

  private void run() {
    boolean json = screen.form() == OutputForm.JSON;
    Duration between = json ? JSON : screen.traits().errIsTerminal() ? LIVE : LOGGED;
    try (Progress progress = new Progress(screen)) {
      while (true) {
        Thread.sleep(between);
        if (json) {
          screen.hint(json());
        } else {
          progress.waiting(line());
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private String line() {
    double seconds = seconds();
    long bytes = meter.bytes();
    long total = meter.totalBytes();
    StringBuilder line = new StringBuilder(Cells.bytes(bytes));
    if (total > 0) {
      line.append(" of ").append(Cells.bytes(total));
    }
    line.append(String.format(Locale.ROOT, ", %,d keys", tally.keys()));
    if (tally.commands() > 0) {
      line.append(String.format(Locale.ROOT, ", %,d commands", tally.commands()));
    }
    line.append(String.format(Locale.ROOT, ", %,.0f/s", (tally.keys() + tally.commands()) / seconds));
    if (meter.lagBytes() >= 0) {
      line.append(", behind by ").append(Cells.bytes(meter.lagBytes()));
    } else if (total > bytes && bytes > 0) {
      line.append(", ")
          .append(Cells.duration(Duration.ofSeconds((long) ((total - bytes) / (bytes / seconds)))))
          .append(" left");
    }
    return line.toString();
  }

  private String json() {
    return String.format(Locale.ROOT,
        "{\"seconds\":%.1f,\"bytes\":%d,\"totalBytes\":%d,\"keys\":%d,\"commands\":%d,\"lagBytes\":%d}",
        seconds(), meter.bytes(), meter.totalBytes(), tally.keys(), tally.commands(), meter.lagBytes());
  }

  private double seconds() {
    return Math.max(1e-3, (System.nanoTime() - began) / NANOS);
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
