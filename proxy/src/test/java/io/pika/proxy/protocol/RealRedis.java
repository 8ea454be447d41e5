package io.pika.proxy.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A redis-server of this machine, which says what is right. Tests are skipped where there is none. */
final class RealRedis implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/redis-server");

  private final Process process;
  private final int port;

  private RealRedis(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Without persistence, in a directory of its own. */
  static RealRedis start(Path directory, String... settings) throws IOException {
    Assumptions.assumeTrue(Files.isExecutable(PROGRAM),
        "skipped: there is no " + PROGRAM + " to compare with");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>(
        List.of(PROGRAM.toString(), "--port", "" + port, "--bind", "127.0.0.1",
            "--save", "", "--appendonly", "no", "--dir", directory.toString()));
    command.addAll(List.of(settings));
    Process process = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(directory.resolve("redis.log").toFile()).start();
    RealRedis redis = new RealRedis(process, port);
    Awaitility.await().atMost(20, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS)
        .ignoreExceptions().until(() -> !redis.ask("PING\r\n").isEmpty());
    return redis;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  /** What is answered to some bytes, and whether the connection is closed then. */
  record Answer(String bytes, boolean closed) {}

  /** Sends each input over a connection of its own and reads what comes back, until nothing more comes. */
  List<Answer> answers(List<byte[]> inputs) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (byte[] input : inputs) {
        Socket socket = open();
        sockets.add(socket);
        socket.getOutputStream().write(input);
      }
      // The server is one thread: when a later connection has its answers, the earlier ones have theirs.
      ask("PING\r\n");
      ask("PING\r\n");
      List<Answer> answers = new ArrayList<>();
      for (Socket socket : sockets) {
        answers.add(read(socket));
      }
      return answers;
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** What comes back first to some bytes. */
  String ask(String bytes) throws IOException {
    try (Socket socket = open()) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.setSoTimeout(20_000);
      InputStream in = socket.getInputStream();
      byte[] first = in.readNBytes(1);
      byte[] more = new byte[in.available()];
      int length = Math.max(0, in.read(more));
      return new String(first, StandardCharsets.ISO_8859_1)
          + new String(more, 0, length, StandardCharsets.ISO_8859_1);
    }
  }

  /** The replies to some requests, all of them: a script's own reply behind them marks their end and is cut off. */
  String replies(byte[] requests) throws IOException {
    try (Socket socket = open()) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(requests);
      String end = "+end of the replies\r\n";
      socket.getOutputStream().write("EVAL \"return {ok='end of the replies'}\" 0\r\n"
          .getBytes(StandardCharsets.US_ASCII));
      StringBuilder text = new StringBuilder();
      byte[] chunk = new byte[65536];
      while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0) {
        int length = socket.getInputStream().read(chunk);
        if (length < 0) {
          throw new IOException("redis-server closed the connection after " + text.length() + " bytes");
        }
        text.append(new String(chunk, 0, length, StandardCharsets.ISO_8859_1));
      }
      return text.substring(0, text.length() - end.length());
    }
  }

  private Socket open() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static Answer read(Socket socket) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    socket.setSoTimeout(2);
    byte[] chunk = new byte[65536];
    try {
      int length = socket.getInputStream().read(chunk);
      while (length >= 0) {
        bytes.write(chunk, 0, length);
        length = socket.getInputStream().read(chunk);
      }
      return new Answer(bytes.toString(StandardCharsets.ISO_8859_1), true);
    } catch (SocketTimeoutException nothingMore) {
      return new Answer(bytes.toString(StandardCharsets.ISO_8859_1), false);
    }
  }
}
