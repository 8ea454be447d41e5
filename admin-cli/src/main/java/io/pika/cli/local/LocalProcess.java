package io.pika.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A process that was started here, as its file under {@code run/} names it. A process id alone is not enough: the
 * system gives it to somebody else after the process is gone, so the instant of the start is kept with it.
 *
 * @param startedAtMs as the system says it, milliseconds since 1970
 */
public record LocalProcess(long pid, long startedAtMs) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  /** The system reckons the start from the time since boot, which is not exact to the millisecond. */
  private static final Duration SAME_START = Duration.ofSeconds(2);

  static LocalProcess of(ProcessHandle handle) {
    return new LocalProcess(handle.pid(), handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
  }

  void write(Path file) throws IOException {
    ClusterDir.replace(file, JSON.writeValueAsString(this) + "\n");
  }

  /** What the file names, if it still runs and is the same process. */
  public static Optional<ProcessHandle> running(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return JSON.readValue(file, LocalProcess.class).handle();
    } catch (JacksonException damaged) {
      throw new IOException(file + " is damaged; if nothing of this cluster runs, delete it", damaged);
    }
  }

  private Optional<ProcessHandle> handle() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isOurs);
  }

  private boolean isOurs(ProcessHandle handle) {
    Optional<Instant> start = handle.info().startInstant();
    return start.isPresent()
        && Math.abs(start.get().toEpochMilli() - startedAtMs) <= SAME_START.toMillis();
  }
}
