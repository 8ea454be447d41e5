package io.pika.tests.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the system has counted of some processes until now, from Linux' {@code /proc}; children that have ended are in it.
 *
 * @param cpuSeconds in user and kernel, in steps of a hundredth
 * @param rssBytes memory that is resident now
 * @param writtenBytes sent to the disk, or waiting in the page cache to be
 */
public record ProcessFigures(double cpuSeconds, long rssBytes, long writtenBytes) {
  private static final double TICKS_PER_SECOND = 100;
  /** Fields of {@code stat} after the name in brackets: utime, stime, cutime, cstime. */
  private static final int FIRST_TIME = 11;
  private static final int TIMES = 4;
  private static final int KILOBYTE = 1024;

  public static ProcessFigures of(List<Long> pids) throws IOException {
    double cpu = 0;
    long rss = 0;
    long written = 0;
    for (long pid : pids) {
      Path process = Path.of("/proc", Long.toString(pid));
      cpu += cpuSeconds(Files.readString(process.resolve("stat")));
      rss += field(Files.readString(process.resolve("status")), "VmRSS:") * KILOBYTE;
      written += field(Files.readString(process.resolve("io")), "write_bytes:");
    }
    return new ProcessFigures(cpu, rss, written);
  }

  /** The name of a program may contain blanks and brackets: fields are counted from the last bracket. */
  static double cpuSeconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int i = FIRST_TIME; i < FIRST_TIME + TIMES; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  static long field(String lines, String name) {
    for (String line : lines.split("\n")) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.substring(name.length()).replaceAll("\\D", ""));
      }
    }
    throw new IllegalStateException("the system tells nothing of " + name);
  }
}
