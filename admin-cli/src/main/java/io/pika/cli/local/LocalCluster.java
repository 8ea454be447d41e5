package io.pika.cli.local;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The processes of one directory: which of them run, starting and stopping them. Blocks; for one thread. */
public final class LocalCluster {
  private static final Duration AFTER_KILL = Duration.ofSeconds(30);
  private static final long LOG_TURNS_AT_BYTES = 16L << 20;

  private final ClusterDir dir;
  private final Programs programs;

  public LocalCluster(ClusterDir dir, Programs programs) {
    this.dir = dir;
    this.programs = programs;
  }

  public ClusterDir dir() {
    return dir;
  }

  public Programs programs() {
    return programs;
  }

  /** The process, if it runs and is the one that was started here. */
  public Optional<ProcessHandle> running(Member member) throws IOException {
    return LocalProcess.running(dir.processFile(member));
  }

  public List<Member> missing(ClusterDir.Description cluster) throws IOException {
    List<Member> missing = new ArrayList<>();
    for (Member member : cluster.members()) {
      if (running(member).isEmpty()) {
        missing.add(member);
      }
    }
    return missing;
  }

  /** Nobody else starts or stops processes of this directory until it is closed. */
  public Hold hold() throws IOException, LocalTrouble {
    Files.createDirectories(dir.root());
    FileChannel channel = FileChannel.open(dir.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = tryLock(channel);
    if (lock == null) {
      channel.close();
      throw new LocalTrouble("another pika is starting or stopping the cluster in " + dir.root()
          + "; wait until it is done");
    }
    return new Hold(channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldInThisProcess) {
      return null;
    }
  }

  /** The directory's lock; ends with the process that holds it. */
  public record Hold(FileChannel channel) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** @throws LocalTrouble that names every port that is taken, and by whom */
  public void checkPorts(List<Member> members, Ports ports) throws LocalTrouble {
    List<String> taken = new ArrayList<>();
    for (Member member : members) {
      ports.of(member).forEach((use, port) -> {
        if (!PortOwner.isFree(port)) {
          taken.add("port " + port + " (" + member.name() + ", " + use + ") is used by "
              + PortOwner.find(port).orElse("a process that cannot be told"));
        }
      });
    }
    if (!taken.isEmpty()) {
      taken.add(
          "choose other ports with --base-port N: node n is then at N + n, everything else moves with it");
      throw new LocalTrouble("ports are in use", taken);
    }
  }

  /** Starts the process and returns at once; it is on its own from then on. */
  public ProcessHandle start(Member member, ClusterDir.Description cluster) throws IOException {
    Path log = dir.log(member);
    if (Files.exists(log) && Files.size(log) > LOG_TURNS_AT_BYTES) {
      Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
    }
    ProcessBuilder builder = new ProcessBuilder(programs.command(member, dir, cluster));
    builder.directory(dir.root().toFile());
    builder.environment().putAll(programs.cache().environment());
    // The C library gives each thread that allocates an arena of its own, and gives none of them back: a tenth of a node.
    builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    ProcessHandle handle = builder.start().toHandle();
    LocalProcess.of(handle).write(dir.processFile(member));
    return handle;
  }

  /** How a process ended. */
  public enum Ending {
    NOT_RUNNING, STOPPED, KILLED
  }

  /** Asks the process to stop, waits, and ends it the hard way after the deadline. */
  public Ending stop(Member member, Duration deadline) throws IOException, InterruptedException {
    Optional<ProcessHandle> running = running(member);
    Ending ending = running.isEmpty() ? Ending.NOT_RUNNING : stop(running.get(), deadline);
    Files.deleteIfExists(dir.processFile(member));
    return ending;
  }

  /** Ends the process at once, as a crash would. */
  public Ending kill(Member member) throws IOException, InterruptedException {
    Optional<ProcessHandle> running = running(member);
    running.ifPresent(ProcessHandle::destroyForcibly);
    if (running.isPresent()) {
      awaitEnd(running.get(), AFTER_KILL);
    }
    Files.deleteIfExists(dir.processFile(member));
    return running.isPresent() ? Ending.KILLED : Ending.NOT_RUNNING;
  }

  private static Ending stop(ProcessHandle process, Duration deadline) throws InterruptedException {
    process.destroy();
    if (awaitEnd(process, deadline)) {
      return Ending.STOPPED;
    }
    process.destroyForcibly();
    awaitEnd(process, AFTER_KILL);
    return Ending.KILLED;
  }

  private static boolean awaitEnd(ProcessHandle process, Duration deadline) throws InterruptedException {
    try {
      process.onExit().get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("waiting for the end of process " + process.pid(), impossible);
    }
  }
}
