package io.pika.cli.api;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls the manager over HTTP. Every call has a deadline. A call that changes something is never repeated by
 * itself: after a timeout its outcome is unknown, and the message says so.
 */
public final class ManagerApi {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int FIRST_REDIRECT = 300;
  private static final int FIRST_CLIENT_ERROR = 400;
  private static final int FIRST_SERVER_ERROR = 500;

  private final URI base;
  private final @Nullable String token;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(CONNECT).build();

  /**
   * @param base {@code http://host:port}
   * @param token null when there is none: then only what needs no role is answered
   */
  public ManagerApi(URI base, @Nullable String token) {
    this.base = base;
    this.token = token;
  }

  public URI base() {
    return base;
  }

  public JsonNode get(String path) throws ApiException, InterruptedException {
    return call("GET", path, null);
  }

  public JsonNode post(String path, Map<String, ?> body) throws ApiException, InterruptedException {
    return call("POST", path, body);
  }

  public JsonNode patch(String path, Map<String, ?> body) throws ApiException, InterruptedException {
    return call("PATCH", path, body);
  }

  public JsonNode put(String path, Map<String, ?> body) throws ApiException, InterruptedException {
    return call("PUT", path, body);
  }

  public JsonNode delete(String path) throws ApiException, InterruptedException {
    return call("DELETE", path, null);
  }

  /** A name as one part of a path. */
  public static String part(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonNode call(String method, String path, @Nullable Map<String, ?> body)
      throws ApiException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/api/v1" + path)).timeout(ANSWER)
        .header("Accept", "application/json");
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      request.method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }
    HttpResponse<String> response;
    try {
      response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (ConnectException | HttpConnectTimeoutException closed) {
      throw new ApiException(ApiException.Kind.UNREACHABLE, "no manager answers at " + base
          + "; is the cluster up (./pika status)? another address is given by --manager");
    } catch (HttpTimeoutException late) {
      throw new ApiException(ApiException.Kind.UNREACHABLE,
          "the manager at " + base + " did not answer within "
              + ANSWER.toSeconds() + " s"
              + (method.equals("GET") ? "" : "; whether it did what was asked is not known"));
    } catch (IOException broken) {
      throw new ApiException(ApiException.Kind.UNREACHABLE,
          "the connection to the manager at " + base + " broke: "
              + broken.getMessage()
              + (method.equals("GET") ? "" : "; whether it did what was asked is not known"));
    }
    return read(response);
  }

  private JsonNode read(HttpResponse<String> response) throws ApiException {
    int status = response.statusCode();
    JsonNode body;
    try {
      body = response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
    } catch (JacksonException noJson) {
      throw new ApiException(ApiException.Kind.FAILED,
          base + " does not answer like a manager (HTTP " + status
              + "); is this its address?");
    }
    if (status < FIRST_REDIRECT) {
      return body;
    }
    throw new ApiException(kind(status), message(status, body));
  }

  private static ApiException.Kind kind(int status) {
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      return ApiException.Kind.NOT_PERMITTED;
    }
    return status >= FIRST_CLIENT_ERROR && status < FIRST_SERVER_ERROR
        ? ApiException.Kind.REFUSED
        : ApiException.Kind.FAILED;
  }

  private String message(int status, JsonNode body) {
    String said = body.path("error").path("message").asString("");
    String message = said.isEmpty() ? "the manager answered HTTP " + status : said;
    if (status == UNAUTHORIZED) {
      return message + (token == null
          ? "; no token was given (--token-file, or PIKA_TOKEN)"
          : "; the token given is not one of this cluster");
    }
    return message;
  }
}
