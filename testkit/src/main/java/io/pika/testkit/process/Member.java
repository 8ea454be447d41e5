package io.pika.testkit.process;

import io.pika.testkit.wire.RespConnection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One process of a {@link TestCluster}: its settings, directory and ports stay, the process behind it comes and
 * goes. Not for several threads at once, except that any thread may connect.
 */
public final class Member implements AutoCloseable {
  static final Duration START = Duration.ofSeconds(120);
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final long BETWEEN_PROBES_MS = 50;

  private final String name;
  private final String mainClass;
  private final Path dir;
  private final List<String> jvm;
  private final Map<String, String> settings;
  private final URI ready;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(PROBE).build();
  private @Nullable JavaProcess process;

  Member(String name, String mainClass, Path dir, List<String> jvm, Map<String, String> settings, URI ready) {
    this.name = name;
    this.mainClass = mainClass;
    this.dir = dir;
    this.jvm = List.copyOf(jvm);
    this.settings = new TreeMap<>(settings);
    this.ready = ready;
  }

  public String name() {
    return name;
  }

  /** Its directory of data. */
  public Path dir() {
    return dir;
  }

  /** A setting for the next start. */
  public void set(String setting, String value) {
    settings.put(setting, value);
  }

  public String setting(String setting) {
    String value = settings.get(setting);
    if (value == null) {
      throw new IllegalStateException(name + " has no setting " + setting);
    }
    return value;
  }

  /** The port that clients connect to; only nodes have one. */
  public int clientPort() {
    return Integer.parseInt(setting("port"));
  }

  /** Starts it and returns at once; {@link #awaitReady} waits. */
  public void launch(String... switches) {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException(name + " runs already");
    }
    List<String> arguments = new ArrayList<>(List.of(switches));
    settings.forEach((setting, value) -> arguments.addAll(List.of("--set", setting + "=" + value)));
    process = JavaProcess.start(name, dir.resolveSibling(name + ".log"), mainClass, jvm, arguments);
  }

  /** Starts it and waits until it says that it is ready. */
  public void start(String... switches) {
    launch(switches);
    awaitReady(START);
  }

  public void awaitReady(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!isReady()) {
      if (!process().isAlive()) {
        throw new IllegalStateException(name + " ended instead of starting\n" + process().tail());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(name + " is not ready after " + timeout + "\n" + process().tail());
      }
      Pause.millis(BETWEEN_PROBES_MS);
    }
  }

  public boolean isReady() {
    try {
      return http(ready).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** What it answers beside /ready, such as on /health; empty when it does not. */
  public String says(String path) {
    try {
      return http(ready.resolve(path)).body();
    } catch (IOException silent) {
      return "";
    }
  }

  private HttpResponse<String> http(URI address) throws IOException {
    try {
      HttpRequest request = HttpRequest.newBuilder(address).timeout(PROBE).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  /** A new connection of a client; on table {@code default}. */
  public RespConnection connect() throws IOException {
    return RespConnection.open("127.0.0.1", clientPort(), Duration.ofSeconds(30));
  }

  public JavaProcess process() {
    JavaProcess running = process;
    if (running == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return running;
  }

  public boolean isAlive() { return process != null && process.isAlive(); }

  /** {@code kill -9}. */
  public void kill() {
    process().kill();
  }

  /** SIGTERM; the exit code. */
  public int terminate() {
    return process().terminate();
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
    http.close();
  }
}
