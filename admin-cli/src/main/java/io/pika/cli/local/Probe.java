package io.pika.cli.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks a process on this machine one short question. Never throws for a process that does not answer. */
public final class Probe {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MAX_REPLY_BYTES = 4096;

  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(PATIENCE).build();

  /** What a GET was answered with, whatever the status. */
  public record Answer(int status, String body) {}

  public Optional<Answer> get(int port, String path) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(PATIENCE).GET().build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return Optional.of(new Answer(response.statusCode(), response.body()));
    } catch (IOException silent) {
      return Optional.empty();
    }
  }

  /** First line of the reply to an inline command, with its type byte: {@code +PONG}, {@code :3}, {@code -ERR ...}. */
  public Optional<String> redis(int port, String command) {
    try (Socket socket = new Socket()) {
      int patienceMs = Math.toIntExact(PATIENCE.toMillis());
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), patienceMs);
      socket.setSoTimeout(patienceMs);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      return Optional.of(line(socket.getInputStream()));
    } catch (IOException silent) {
      return Optional.empty();
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.length() > MAX_REPLY_BYTES) {
        throw new IOException("no line of a reply");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }
}
