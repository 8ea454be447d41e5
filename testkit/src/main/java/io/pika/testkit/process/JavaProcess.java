package io.pika.testkit.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One of our programs in a JVM of its own, with the class path of the tests but without their own classes and
 * log settings. Output goes to a file that later starts of the same name add to. Ended with this JVM at the
 * latest; always by its own process id.
 */
public final class JavaProcess implements AutoCloseable {
  private static final Duration END = Duration.ofSeconds(20);
  private static final int LOG_LINES_SHOWN = 80;
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final String name;
  private final Path log;
  private final Process process;

  private JavaProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * @param name for messages
   * @param log where output goes
   * @param jvm arguments of the JVM, such as its heap
   * @param arguments of the program
   */
  public static JavaProcess start(String name, Path log, String mainClass, List<String> jvm,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath(), mainClass));
    command.addAll(arguments);
    try {
      Path directory = Objects.requireNonNull(log.getParent(), "the log needs a directory");
      Files.createDirectories(directory);
      Process process = new ProcessBuilder(command).directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
      RUNNING.add(process);
      return new JavaProcess(name, log, process);
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.replace('\\', '/').replaceFirst("/$", "").endsWith("/target/test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() { return process.isAlive(); }

  /** {@code kill -9}, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(END);
  }

  /** SIGSTOP: when this returns it does nothing any more, none of its threads; its connections stay. */
  public void freeze() {
    signal("-STOP");
    // The signal stops a thread when it next comes by; until then it may still answer a request.
    long deadline = System.nanoTime() + END.toNanos();
    while (!isStopped()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(name + " has not stopped after " + END);
      }
      Thread.onSpinWait();
    }
  }

  private boolean isStopped() {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid()), "task"))) {
      return threads.allMatch(thread -> state(thread) == 'T');
    } catch (IOException gone) {
      throw new UncheckedIOException(name + " is not there any more", gone);
    }
  }

  /** A thread's state as the kernel has it, or {@code T} if it has ended meanwhile. */
  private static char state(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException ended) {
      return 'T';
    }
  }

  /** SIGCONT: it goes on where it was. */
  public void thaw() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      int exitCode = new ProcessBuilder("kill", signal, Long.toString(pid())).inheritIO().start().waitFor();
      if (exitCode != 0) {
        throw new IllegalStateException("kill " + signal + " of " + name + " ended with " + exitCode);
      }
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " got " + signal, interrupted);
    }
  }

  /** SIGTERM, and waits until it has ended by itself; the exit code. */
  public int terminate() {
    process.destroy();
    return awaitExit(END);
  }

  /** Waits for the end of the process; the exit code. */
  public int awaitExit(Duration timeout) {
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(name + " has not ended after " + timeout + "\n" + tail());
      }
      RUNNING.remove(process);
      return process.exitValue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the end of " + name, interrupted);
    }
  }

  /** Resident memory as the kernel counts it. */
  public long residentBytes() {
    return 1024 * statusKilobytes("VmRSS:");
  }

  public int openFiles() {
    String[] entries = Path.of("/proc", Long.toString(pid()), "fd").toFile().list();
    return entries == null ? 0 : entries.length;
  }

  private long statusKilobytes(String field) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
        if (line.startsWith(field)) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException gone) {
      throw new UncheckedIOException(name + " is not there any more", gone);
    }
    throw new IllegalStateException("no " + field + " in /proc of " + name);
  }

  /** Everything it has printed, over all its starts. */
  public String log() {
    try {
      return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  /** The last lines of its log, under its name. */
  public String tail() {
    List<String> lines = log().lines().toList();
    String last = String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    return "---- " + name + " (pid " + pid() + (isAlive() ? ", alive" : ", exit code " + process.exitValue())
        + ")\n" + last;
  }

  @Override
  public void close() {
    if (isAlive()) {
      process.destroyForcibly();
    }
    awaitExit(END);
  }
}
