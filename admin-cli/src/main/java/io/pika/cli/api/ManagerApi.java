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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls the manager over HTTP; of several, the one that leads: one that stands by says where that is, and one that does not
 * answer is left for the next. Every call has a deadline. A call that changes something is never repeated by
 * itself: after a timeout its outcome is unknown, and the message says so.
 */
public final class ManagerApi {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
  private static final int ATTEMPTS = 10;
  /** How long a new leader is waited for where a manager that stands by sends to one that is gone. */
  private static final Duration TAKE_OVER = Duration.ofSeconds(12);
  private static final int TEMPORARY_REDIRECT = 307;
  private static final int PAGE = 1000;
  /** Codes of errors that are over when another manager leads, or the store is there again. */
  private static final Set<String> PASSING = Set.of("not_leading", "outcome_unknown", "store_unavailable");
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int FIRST_REDIRECT = 300;
  private static final int FIRST_CLIENT_ERROR = 400;
  private static final int FIRST_SERVER_ERROR = 500;

  private final List<URI> managers;
  private final @Nullable String token;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(CONNECT).build();
  private volatile URI current;

  /**
   * @param managers {@code http://host:port} each, at least one
   * @param token null when there is none: then only what needs no role is answered
   */
  public ManagerApi(List<URI> managers, @Nullable String token) {
    this.managers = List.copyOf(managers);
    this.current = managers.getFirst();
    this.token = token;
  }

  /** The manager that has answered last. */
  public URI base() {
    return current;
  }

  public JsonNode get(String path) throws ApiException, InterruptedException {
    return call(new Order("GET", path, null, ""));
  }

  /** All pages of a list, as one answer with one list in it. */
  public JsonNode list(String path, String name) throws ApiException, InterruptedException {
    ObjectNode whole = JSON.createObjectNode();
    ArrayNode rows = whole.putArray(name);
    String next = "";
    do {
      String query = "?limit=" + PAGE + (next.isEmpty() ? "" : "&after=" + part(next));
      JsonNode page = get(path + query);
      page.path(name).forEach(rows::add);
      next = page.path("next").asString("");
    } while (!next.isEmpty());
    return whole;
  }

  /** Makes something at once; not repeated when the connection breaks. */
  public JsonNode post(String path, Map<String, ?> body) throws ApiException, InterruptedException {
    return call(new Order("POST", path, body, ""));
  }

  public JsonNode delete(String path) throws ApiException, InterruptedException {
    return call(new Order("DELETE", path, null, ""));
  }

  /**
   * Orders something that becomes a job. It carries a key by which the manager knows it again, so that it is
   * repeated when the connection breaks or another manager takes over, and is still done once.
   *
   * @param body null when there is none
   */
  public JsonNode order(String method, String path, @Nullable Map<String, ?> body)
      throws ApiException, InterruptedException {
    Order order = new Order(method, path, body, UUID.randomUUID().toString());
    for (int attempt = 1;; attempt++) {
      try {
        return call(order);
      } catch (ApiException trouble) {
        boolean mayPass = trouble.kind() == ApiException.Kind.BROKEN
            || trouble.kind() == ApiException.Kind.UNREACHABLE && attempt > 1; // it was there just now
        if (!mayPass || attempt == ATTEMPTS) {
          throw trouble;
        }
        Thread.sleep(BETWEEN_ATTEMPTS);
      }
    }
  }

  /** A name as one part of a path. */
  public static String part(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** @param key empty: the manager may not be asked twice */
  private record Order(String method, String path, @Nullable Map<String, ?> body, String key) {
    /** What a failure leaves open. */
    String doubt() {
      return method.equals("GET") ? "" : "; whether it did what was asked is not known";
    }
  }

  /** To the manager that leads. Another one is asked only while none has begun to do what is asked. */
  private JsonNode call(Order order) throws ApiException, InterruptedException {
    long deadline = System.nanoTime() + TAKE_OVER.toNanos();
    boolean someStandBy = false;
    for (int attempt = 1;; attempt++) {
      URI asked = current;
      try {
        HttpResponse<String> response = send(order, asked);
        Optional<URI> leader = leader(response);
        if (leader.isEmpty()) {
          return read(response, asked);
        }
        someStandBy = true;
        current = leader.get();
      } catch (ApiException trouble) {
        current = managers.get((managers.indexOf(asked) + 1) % managers.size());
        boolean others = attempt < managers.size() || someStandBy && System.nanoTime() - deadline < 0;
        if (trouble.kind() != ApiException.Kind.UNREACHABLE || !others) {
          throw trouble;
        }
      }
      if (attempt > managers.size()) {
        if (System.nanoTime() - deadline > 0) {
          throw new ApiException(ApiException.Kind.UNREACHABLE,
              "the managers send from one to the other, none leads; try again in some seconds");
        }
        Thread.sleep(BETWEEN_ATTEMPTS);
      }
    }
  }

  /** Where a manager that does not lead sends to. */
  private static Optional<URI> leader(HttpResponse<String> response) {
    return response.statusCode() == TEMPORARY_REDIRECT
        ? response.headers().firstValue("Location").map(location -> URI.create(location).resolve("/"))
        : Optional.empty();
  }

  private HttpResponse<String> send(Order order, URI base) throws ApiException, InterruptedException {
    try {
      return http.send(request(order, base), HttpResponse.BodyHandlers.ofString());
    } catch (ConnectException | HttpConnectTimeoutException closed) {
      throw new ApiException(ApiException.Kind.UNREACHABLE, "no manager answers at " + base
          + "; is the cluster up (./pika status)? another address is given by --manager");
    } catch (HttpTimeoutException late) {
      throw new ApiException(ApiException.Kind.BROKEN,
          "the manager at " + base + " did not answer within "
              + ANSWER.toSeconds() + " s"
              + order.doubt());
    } catch (IOException broken) {
      throw new ApiException(ApiException.Kind.BROKEN,
          "the connection to the manager at " + base + " broke: "
              + broken.getMessage()
              + order.doubt());
    }
  }

  private HttpRequest request(Order order, URI base) {
    Map<String, ?> body = order.body();
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/api/v1" + order.path()))
        .timeout(ANSWER)
        .header("Accept", "application/json");
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (!order.key().isEmpty()) {
      request.header("Idempotency-Key", order.key());
    }
    if (body == null) {
      request.method(order.method(), HttpRequest.BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      request.method(order.method(), HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }
    return request.build();
  }

  private JsonNode read(HttpResponse<String> response, URI base) throws ApiException {
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
    throw new ApiException(kind(status, body.path("code").asString("")), message(status, body));
  }

  private static ApiException.Kind kind(int status, String code) {
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      return ApiException.Kind.NOT_PERMITTED;
    }
    if (PASSING.contains(code)) {
      return ApiException.Kind.BROKEN;
    }
    return status >= FIRST_CLIENT_ERROR && status < FIRST_SERVER_ERROR
        ? ApiException.Kind.REFUSED
        : ApiException.Kind.FAILED;
  }

  private String message(int status, JsonNode error) {
    String said = error.path("message").asString("");
    String message = said.isEmpty() ? "the manager answered HTTP " + status : said;
    String hint = error.path("hint").asString("");
    if (status == UNAUTHORIZED) {
      return message + (token == null
          ? "; no token was given (--token-file, or PIKA_TOKEN)"
          : "; the token given is not one of this cluster");
    }
    return hint.isEmpty() ? message : message + "; " + hint;
  }
}
