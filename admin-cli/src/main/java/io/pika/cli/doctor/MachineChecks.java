package io.pika.cli.doctor;

import io.pika.cli.local.ClusterDir;
import io.pika.cli.local.Member;
import io.pika.cli.local.Programs;
import io.pika.cli.show.Cells;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the machine has to offer: Java, disk, memory, open files, a clock that does not run backwards. */
public final class MachineChecks {
  private static final int NEEDED_JAVA = 25;
  private static final long GIB = 1L << 30;
  private static final long LITTLE_DISK_BYTES = 5 * GIB;
  private static final long NO_DISK_BYTES = GIB;
  private static final long FEW_FILES = 4096;
  private static final Duration CLOCK_SLACK = Duration.ofSeconds(5);

  private final ClusterDir dir;
  private final Programs programs;
  private final InstantSource clock;

  public MachineChecks(ClusterDir dir, Programs programs, InstantSource clock) {
    this.dir = dir;
    this.programs = programs;
    this.clock = clock;
  }

  /** @param nodes how many nodes the machine has to carry */
  public List<Finding> look(int nodes) throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(disk());
    findings.add(memory(nodes));
    findings.add(openFiles());
    findings.add(clockRunsForward());
    findings.add(redisCli());
    return findings;
  }

  private static Finding java() {
    Runtime.Version version = Runtime.version();
    return version.feature() >= NEEDED_JAVA
        ? Finding.ok("java", "Java " + version + " in " + System.getProperty("java.home"))
        : Finding.fail("java", "Java " + version + " is too old",
            "install a JDK " + NEEDED_JAVA + " or newer");
  }

  private Finding disk() throws IOException {
    Path there = dir.root();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    FileStore store = Files.getFileStore(there);
    long free = store.getUsableSpace();
    String message = Cells.bytes(free) + " free for " + dir.root();
    if (free < NO_DISK_BYTES) {
      return Finding.fail("disk", message,
          "make room: on a full disk nodes refuse writes (they still answer reads)");
    }
    return free < LITTLE_DISK_BYTES
        ? Finding.warn("disk", message, "make room before it is full, or use another --dir")
        : Finding.ok("disk", message);
  }

  private Finding memory(int nodes) throws IOException {
    long available = memoryAvailable();
    if (available < 0) {
      return Finding.ok("memory", "cannot be told on this system");
    }
    long needed = IntStream.rangeClosed(1, nodes)
        .mapToLong(number -> Programs.memoryBytes(new Member.Node(number), dir)).sum();
    String message = Cells.bytes(available) + " of memory available";
    return available < needed
        ? Finding.warn("memory", message + "; " + nodes + " nodes may take " + Cells.bytes(needed),
            "run fewer nodes, or set memory to less in " + dir.settings(new Member.Node(1)) + " and the like")
        : Finding.ok("memory", message);
  }

  private static long memoryAvailable() throws IOException {
    Path meminfo = Path.of("/proc/meminfo");
    if (!Files.isReadable(meminfo)) {
      return -1;
    }
    for (String line : Files.readAllLines(meminfo)) {
      if (line.startsWith("MemAvailable:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    return -1;
  }

  /** The JVM takes the hard limit by itself, so that is the one that counts. */
  private static Finding openFiles() throws IOException {
    Path limits = Path.of("/proc/self/limits");
    if (!Files.isReadable(limits)) {
      return Finding.ok("open files", "cannot be told on this system");
    }
    for (String line : Files.readAllLines(limits)) {
      if (line.startsWith("Max open files")) {
        String hard = line.split("\\s{2,}")[2].strip();
        boolean few = !hard.equals("unlimited") && Long.parseLong(hard) < FEW_FILES;
        return few
            ? Finding.warn("open files", "at most " + hard + " for a process",
                "raise the limit (ulimit -Hn 65536, or LimitNOFILE= of a systemd unit): each connection takes one")
            : Finding.ok("open files", "at most " + hard + " for a process");
      }
    }
    return Finding.ok("open files", "no limit");
  }

  /** Expiry and leases go by the clock; files from the future show that it was set back. */
  private Finding clockRunsForward() throws IOException {
    Instant now = clock.instant();
    if (Files.isDirectory(dir.root())) {
      try (Stream<Path> files = Files.walk(dir.root(), 2)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Duration ahead = Duration.between(now, Files.getLastModifiedTime(file).toInstant());
          if (ahead.compareTo(CLOCK_SLACK) > 0) {
            return Finding.fail("clock",
                "it is " + now + ", but " + file + " was written " + Cells.duration(ahead)
                    + " later",
                "set the clock right (NTP): keys with an expiry go by it");
          }
        }
      }
    }
    return Finding.ok("clock", now.toString());
  }

  private Finding redisCli() {
    return programs.find("redis-cli").map(found -> Finding.ok("redis-cli", found.toString()))
        .orElseGet(() -> Finding.warn("redis-cli", "not on the PATH",
            "apt-get install redis-tools, or brew install redis; any Redis client will do"));
  }
}
