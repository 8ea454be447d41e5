package io.pika.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The manager's REST API with a token; paths begin after {@code /api/v1}. Answers come back with their status: a refusal is an answer too. */
public final class AdminApi implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(TIMEOUT).build();
  private final URI base;
  private final String token;

  public AdminApi(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  public record Answer(int status, JsonNode body) {
    public boolean isGood() { return status / 100 == 2; }

    /** The body of a good answer. */
    public JsonNode good() {
      if (!isGood()) {
        throw new IllegalStateException("HTTP " + status + ": " + body);
      }
      return body;
    }
  }

  public Answer get(String path) {
    return send("GET", path, null);
  }

  public Answer post(String path, Map<String, ?> body) {
    return send("POST", path, body);
  }

  public Answer put(String path, Map<String, ?> body) {
    return send("PUT", path, body);
  }

  public Answer delete(String path) {
    return send("DELETE", path, null);
  }

  /** Any request; an {@link UncheckedIOException} when the manager does not answer. */
  public Answer send(String method, String path, @Nullable Map<String, ?> body) {
    HttpRequest.BodyPublisher content = body == null
        ? HttpRequest.BodyPublishers.noBody()
        : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/api/v1" + path)).timeout(TIMEOUT)
        .header("Content-Type", "application/json").method(method, content);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), parse(response.body()));
    } catch (IOException trouble) {
      throw new UncheckedIOException(method + " " + path, trouble);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  private static JsonNode parse(String body) {
    if (body.isBlank()) {
      return JSON.nullNode();
    }
    return body.startsWith("{") || body.startsWith("[") ? JSON.readTree(body) : JSON.valueToTree(body);
  }

  @Override
  public void close() {
    http.close();
  }
}
