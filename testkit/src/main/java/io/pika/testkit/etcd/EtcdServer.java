package io.pika.testkit.etcd;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An etcd of the system's packages with one member, on free ports of loopback. Ended with this JVM at the latest. */
public final class EtcdServer implements AutoCloseable {
  private static final List<Path> PLACES = List.of(Path.of("/usr/bin/etcd"), Path.of("/usr/local/bin/etcd"));
  private static final Duration START = Duration.ofSeconds(30);

  private final Process process;
  private final int port;

  private EtcdServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Where the program is; tests that need it are skipped where it is not. */
  public static Optional<Path> program() {
    return PLACES.stream().filter(Files::isExecutable).findFirst();
  }

  /**
   * Starts and waits until it listens.
   *
   * @param directory for its data and log
   */
  public static EtcdServer start(Path directory) {
    Path program = program().orElseThrow(() -> new IllegalStateException("etcd is not installed"));
    int clients = freePort();
    int peers = freePort();
    String client = "http://127.0.0.1:" + clients;
    String peer = "http://127.0.0.1:" + peers;
    try {
      Process process = new ProcessBuilder(program.toString(), "--name", "one", "--data-dir",
          directory.resolve("etcd").toString(), "--listen-client-urls", client, "--advertise-client-urls",
          client,
          "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster",
          "one=" + peer)
          .redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
          .redirectOutput(directory.resolve("etcd.log").toFile()).start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      EtcdServer server = new EtcdServer(process, clients);
      awaitListening(process, clients, START);
      return server;
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  /** {@code kill -9}. */
  public void kill() {
    process.destroyForcibly();
  }

  static void awaitListening(Process process, int port, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw notYet;
        }
      }
      try {
        process.waitFor(20, TimeUnit.MILLISECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while etcd starts", interrupted);
      }
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }
}
