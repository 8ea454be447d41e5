package io.pika.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.manager.rest.RestTestServer.Answer;
import io.pika.manager.state.Role;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Who may do what: every route of the table with no token, and with one of each role. */
final class AccessTest {
  private static RestTestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new RestTestServer();
    server.token(Role.ADMIN);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void noRouteAnswersWithoutAToken() throws Exception {
    for (Route route : server.rest.routes()) {
      Answer answer = server.call(null, route.method().name(), path(route), "");
      assertThat(answer.status()).as("%s", route).isEqualTo(401);
      assertThat(answer.json().path("code").asString()).isEqualTo("token_missing");
      assertThat(answer.response().headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(server.call("pika_nonsense", route.method().name(), path(route), "").status())
          .isEqualTo(401);
    }
    assertThat(server.call(null, "GET", "/metrics", "").status()).isEqualTo(401);
  }

  @Test
  void aRoleOpensItsRoutesAndThoseOfLesserRolesOnly() throws Exception {
    for (Role role : Role.values()) {
      String token = server.token(role);
      for (Route route : server.rest.routes()) {
        Answer answer = server.call(token, route.method().name(), path(route), "");
        if (role.includes(route.role())) {
          assertThat(answer.status()).as("%s with %s", route, role).isNotIn(401, 403);
        } else {
          assertThat(answer.status()).as("%s with %s", route, role).isEqualTo(403);
          assertThat(answer.json().path("code").asString()).isEqualTo("forbidden");
        }
      }
    }
  }

  @Test
  void whatChangesSomethingNeedsMoreThanAViewer() {
    for (Route route : server.rest.routes()) {
      assertThat(route.role() != Role.VIEWER).as("%s", route).isEqualTo(
          !route.method().name().equals("GET") || route.path().contains("/tokens"));
    }
  }

  @Test
  void healthAndDocumentationAreOpen() throws Exception {
    assertThat(server.call(null, "GET", "/health", "").status()).isEqualTo(200);
    assertThat(server.call(null, "GET", "/ready", "").status()).isEqualTo(200);
    assertThat(server.call(null, "GET", "/api/docs", "").response().body()).contains("swagger-ui-bundle.js");
    for (String file : Set.of("swagger-ui.css", "swagger-ui-bundle.js", "docs.js")) {
      assertThat(server.call(null, "GET", "/api/docs/" + file, "").status()).as(file).isEqualTo(200);
    }
    assertThat(server.call(null, "GET", "/api/docs/pom.xml", "").status()).isEqualTo(404);
    assertThat(server.call(null, "GET", "/api/openapi.yaml", "").response().body()).startsWith("openapi: 3");
  }

  @Test
  void theDocumentNamesEveryRouteWithItsRoleAndNoOther() throws Exception {
    JsonNode document;
    try (InputStream in = AccessTest.class.getResourceAsStream("/openapi.yaml")) {
      document = new YAMLMapper().readTree(in);
    }
    Set<String> documented = new TreeSet<>();
    document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(method -> {
      if (!method.getKey().equals("parameters") && path.getKey().startsWith("/api/")) {
        documented
            .add(method.getKey() + " " + path.getKey() + " " + method.getValue().path("x-role").asString());
      }
    }));
    Set<String> served = new TreeSet<>();
    server.rest.routes()
        .forEach(route -> served.add(route.method().name().toLowerCase(Locale.ROOT) + " "
            + route.path() + " " + Views.word(route.role())));
    assertThat(documented).isEqualTo(served);
  }

  @Test
  void anExpiredOrRevokedTokenOpensNothingAndTheLastAdministratorStays() throws Exception {
    try (RestTestServer own = new RestTestServer()) {
      String admin = own.token(Role.ADMIN);
      Answer made = own.call(admin, "POST", "/api/v1/tokens",
          "{\"name\":\"ci\",\"role\":\"viewer\",\"days\":1}");
      assertThat(made.status()).isEqualTo(201);
      String viewer = made.json().path("token").asString();
      assertThat(own.call(viewer, "GET", "/api/v1/tables", "").status()).isEqualTo(200);
      assertThat(own.call(admin, "GET", "/api/v1/tokens", "").response().body()).doesNotContain(viewer)
          .doesNotContain(Tokens.hash(viewer));
      own.nowMs.addAndGet(2 * 86_400_000L);
      assertThat(own.call(viewer, "GET", "/api/v1/tables", "").json().path("code").asString())
          .isEqualTo("token_expired");
      assertThat(own.call(admin, "DELETE", "/api/v1/tokens/2", "").status()).isEqualTo(200);
      assertThat(own.call(viewer, "GET", "/api/v1/tables", "").json().path("code").asString())
          .isEqualTo("token_unknown");
      assertThat(own.call(admin, "DELETE", "/api/v1/tokens/1", "").json().path("code").asString())
          .isEqualTo("last_admin");
    }
  }

  private static String path(Route route) {
    return route.path().replaceAll("\\{[a-z]+\\}", "999");
  }

  @Test
  void aManagerThatStandsBySaysWhoLeadsAndSendsEverythingThere() throws Exception {
    try (RestServer standby = new RestServer(new RestServer.Options("127.0.0.1", 0, "test", 1), () -> null,
        () -> "http://leading:9300", new SecureRandom(), () -> 0);
        HttpClient http = HttpClient.newHttpClient()) {
      URI here = URI.create("http://127.0.0.1:" + standby.port());
      HttpResponse<String> sent = http.send(
          HttpRequest.newBuilder(here.resolve("/api/v1/tables/a%20b?wait=5")).DELETE().build(),
          HttpResponse.BodyHandlers.ofString());
      assertThat(sent.statusCode()).isEqualTo(307);
      assertThat(sent.headers().firstValue("Location"))
          .contains("http://leading:9300/api/v1/tables/a%20b?wait=5");
      assertThat(sent.body()).contains("not_leading", "http://leading:9300");
      for (String path : List.of("/health", "/ready")) {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(here.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("http://leading:9300");
      }
      assertThat(http.send(HttpRequest.newBuilder(here.resolve("/metrics")).build(),
          HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(503);
    }
  }
}
