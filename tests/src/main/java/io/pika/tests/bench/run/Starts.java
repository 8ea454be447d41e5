package io.pika.tests.bench.run;

import io.pika.testkit.wire.RespConnection;
import io.pika.tests.bench.server.PikaServers;
import io.pika.tests.bench.server.ProcessFigures;
import io.pika.tests.bench.server.Workplace;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How fast a node starts again, with the command line that the launcher gave it, and what it takes when it does nothing. */
public final class Starts {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration REPLY = Duration.ofSeconds(5);
  private static final Duration SETTLES = Duration.ofSeconds(5);
  private static final long BETWEEN_LOOKS_MS = 2;
  private static final long END_SECONDS = 20;

  private final PikaServers pika;
  private final Workplace workplace;

  /**
   * @param toPongSeconds of each start, from calling the program until it answered PING
   * @param idleShare of one core, when nobody asks for anything
   */
  public record Findings(List<Double> toPongSeconds, long rssBytes, double idleShare) {
    public Findings {
      toPongSeconds = List.copyOf(toPongSeconds);
    }

    public double toPong() {
      return Median.of(toPongSeconds.stream().mapToDouble(each -> each));
    }
  }

  public Starts(PikaServers pika, Workplace workplace) {
    this.pika = pika;
    this.workplace = workplace;
  }

  /** @param idle how long the last node is watched doing nothing */
  public Findings measure(int starts, Duration idle) throws IOException, InterruptedException {
    List<String> command = pika.commandLine(1);
    pika.down(1);
    List<Double> seconds = new ArrayList<>();
    Process last = null;
    for (int i = 0; i < starts; i++) {
      if (last != null) {
        end(last);
      }
      long start = System.nanoTime();
      last = launch(command);
      awaitPong(start);
      seconds.add((System.nanoTime() - start) / 1e9);
    }
    if (last == null) {
      throw new IllegalArgumentException("at least one start is needed");
    }
    Thread.sleep(SETTLES);
    List<Long> pid = List.of(last.pid());
    ProcessFigures before = ProcessFigures.of(pid);
    Thread.sleep(idle);
    ProcessFigures after = ProcessFigures.of(pid);
    end(last);
    return new Findings(seconds, after.rssBytes(),
        (after.cpuSeconds() - before.cpuSeconds()) / (idle.toMillis() / 1e3));
  }

  private Process launch(List<String> command) throws IOException {
    File nothing = new File("/dev/null");
    Process process = new ProcessBuilder(command).directory(pika.directory().toFile()).redirectInput(nothing)
        .redirectErrorStream(true).redirectOutput(nothing).start();
    workplace.keep(process::destroyForcibly);
    return process;
  }

  private void awaitPong(long start) throws IOException, InterruptedException {
    while (!answers()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IOException("the node does not answer after " + PATIENCE.toSeconds() + " s");
      }
      Thread.sleep(BETWEEN_LOOKS_MS);
    }
  }

  private boolean answers() {
    try (RespConnection connection = RespConnection.open("127.0.0.1", pika.port(1), REPLY)) {
      return connection.call("PING").text().equals("PONG");
    } catch (IOException notYet) {
      return false;
    }
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
