package io.pika.node.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The node's page for machines: {@code /metrics} (Prometheus), {@code /health} (JSON; 503 while there is trouble) and
 * {@code /ready} (200 while clients are served). Reads only.
 */
final class AdminHttp implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int BACKLOG = 64;

  /**
   * An answer.
   *
   * @param good false: status 503
   */
  record Page(boolean good, Object body) {}

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final @Nullable String token;

  /**
   * Binds, and answers from {@link #start} on.
   *
   * @param token asked for as {@code Authorization: Bearer}; null: none
   */
  AdminHttp(InetSocketAddress address, @Nullable String token) throws IOException {
    this.http = HttpServer.create(address, BACKLOG);
    this.http.setExecutor(threads);
    this.token = token;
  }

  AdminHttp text(String path, Supplier<String> content) {
    http.createContext(path, exchange -> answer(exchange, path, () -> new Page(true, content.get()),
        "text/plain; version=0.0.4; charset=utf-8"));
    return this;
  }

  /** @param content its body is written as JSON */
  AdminHttp json(String path, Supplier<Page> content) {
    http.createContext(path, exchange -> answer(exchange, path, content, "application/json"));
    return this;
  }

  void start() {
    http.start();
  }

  private void answer(HttpExchange exchange, String path, Supplier<Page> content, String type)
      throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        send(exchange, 404, "text/plain", "there is nothing here; see /metrics, /health and /ready\n");
      } else if (!exchange.getRequestMethod().equals("GET")) {
        send(exchange, 405, "text/plain", "GET only\n");
      } else if (!isAllowed(exchange)) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        send(exchange, 401, "text/plain",
            "the token of admin-token-file is needed: Authorization: Bearer ...\n");
      } else {
        Page page = content.get();
        String body = page.body instanceof String text ? text : JSON.writeValueAsString(page.body) + "\n";
        send(exchange, page.good ? 200 : 503, type, body);
      }
    }
  }

  private boolean isAllowed(HttpExchange exchange) {
    if (token == null) {
      return true;
    }
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    return given != null && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8),
        ("Bearer " + token).getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    http.stop(0);
    threads.close();
  }
}
