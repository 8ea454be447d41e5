package io.pika.cli.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/** A manager that answers what it was told to and remembers what it was asked. */
final class FakeManager implements AutoCloseable {
  private record Answer(int status, String body) {}

  private final HttpServer server;
  private final Map<String, Queue<Answer>> answers = new ConcurrentHashMap<>();
  /** Where it sends everybody, as one that does not lead; empty: nowhere. */
  volatile String leader = "";
  final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  final Map<String, String> headers = Collections.synchronizedMap(new HashMap<>());

  FakeManager() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next answer to {@code METHOD /path}; the last one is given for ever. */
  FakeManager answer(String request, int status, String body) {
    answers.computeIfAbsent(request, any -> new ArrayDeque<>()).add(new Answer(status, body));
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    asked.add(body.isEmpty() ? request : request + " " + body);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    Queue<Answer> queue = answers.getOrDefault(request.replace("/api/v1", ""), new ArrayDeque<>());
    Answer answer = queue.size() > 1 ? queue.remove() : queue.peek();
    if (answer == null) {
      answer = new Answer(404,
          "{\"code\": \"not_found\", \"message\": \"there is no " + request + "\"}");
    }
    if (!leader.isEmpty()) {
      exchange.getResponseHeaders().add("Location", leader + exchange.getRequestURI());
      answer = new Answer(307, "{\"code\": \"not_leading\"}");
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
