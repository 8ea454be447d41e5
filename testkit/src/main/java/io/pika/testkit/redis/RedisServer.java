package io.pika.testkit.redis;

import io.pika.testkit.wire.RespConnection;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A redis-server of the system's packages, on a free port of loopback, that keeps nothing. Ended with this JVM at
 * the latest.
 */
public final class RedisServer implements AutoCloseable {
  private static final List<Path> PLACES = List.of(Path.of("/usr/bin/redis-server"),
      Path.of("/usr/local/bin/redis-server"));
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration REPLY = Duration.ofSeconds(20);

  private final Process process;
  private final int port;

  private RedisServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Where the program is; tests that need it are skipped where it is not. */
  public static Optional<Path> program() {
    return PLACES.stream().filter(Files::isExecutable).findFirst();
  }

  /**
   * Starts and waits until it answers.
   *
   * @param directory for its log
   * @param settings name and value in turn, as on redis-server's command line but without the dashes
   */
  public static RedisServer start(Path directory, String... settings) {
    Path program = program().orElseThrow(() -> new IllegalStateException("redis-server is not installed"));
    int port = freePort();
    List<String> command = new ArrayList<>(
        List.of(program.toString(), "--port", Integer.toString(port), "--bind",
            "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", directory.toString()));
    for (int i = 0; i < settings.length; i += 2) {
      command.addAll(List.of("--" + settings[i], settings[i + 1]));
    }
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
          .redirectOutput(directory.resolve("redis.log").toFile());
      // SORT ALPHA asks the locale.
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      RedisServer server = new RedisServer(process, port);
      server.awaitReady();
      return server;
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  /** A new connection to it. */
  public RespConnection connect() throws IOException {
    return RespConnection.open("127.0.0.1", port, REPLY);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void awaitReady() throws IOException {
    long deadline = System.nanoTime() + START.toNanos();
    while (true) {
      try (RespConnection connection = connect()) {
        String answer = connection.call("PING").text();
        if (answer.equals("PONG") || answer.contains("NOAUTH")) {
          return;
        }
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("redis-server answers " + answer);
        }
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw notYet;
        }
      }
      await();
    }
  }

  /** A short while, or less if the process ends. */
  private void await() {
    try {
      process.waitFor(20, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while redis-server starts", interrupted);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }
}
