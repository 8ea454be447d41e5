package io.pika.manager.rest;

import io.pika.core.meta.EmbeddedMetadataStore;
import io.pika.core.model.NodeInfo;
import io.pika.core.rpc.HeartbeatRequest;
import io.pika.core.rpc.TableReplicas;
import io.pika.manager.control.Leader;
import io.pika.manager.control.NodeReports;
import io.pika.manager.control.Term;
import io.pika.manager.plan.Planner;
import io.pika.manager.state.Decision;
import io.pika.manager.state.Request;
import io.pika.manager.state.Role;
import io.pika.testkit.disk.FakeDisk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A manager's REST server over a fake disk, with one token of each role, and a client for it. */
final class RestTestServer implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.builder().build();

  final AtomicLong nowMs = new AtomicLong(1_800_000_000_000L);
  private final EmbeddedMetadataStore store;
  private final Leader leader;
  final RestServer rest;
  private final HttpClient http = HttpClient.newHttpClient();
  private final SecureRandom random = new SecureRandom();

  record Answer(int status, JsonNode json, HttpResponse<String> response) {}

  RestTestServer() throws Exception {
    store = EmbeddedMetadataStore.open(new FakeDisk(), EmbeddedMetadataStore.Bounds.DEFAULT,
        System::nanoTime);
    leader = new Leader(store,
        new Leader.Options("test", Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(10),
            new Planner.Rules(1, Planner.DefaultTable.UNWANTED)),
        new Leader.Sources(nowMs::get, System::nanoTime, () -> "cluster-of-the-test"), why -> {
          throw new IllegalStateException(why);
        });
    leader.start();
    Awaitility.await().until(() -> leader.term() != null);
    rest = new RestServer(new RestServer.Options("127.0.0.1", 0, "test", 2), leader::term, leader::rival,
        random,
        nowMs::get);
  }

  Term term() {
    Term term = leader.term();
    if (term == null) {
      throw new IllegalStateException("no term");
    }
    return term;
  }

  String token(Role role) throws Exception {
    String token = Tokens.random(random);
    term().submit(new Request.CreateToken("of_" + Views.word(role), role, Tokens.hash(token), 0)).get(5,
        TimeUnit.SECONDS);
    return token;
  }

  /** A node that is alive and knows every change up to now. */
  void node(int number) throws Exception {
    Decision decision = term().submit(new Request.RegisterNode(new NodeInfo(0, "host", 1, 2, 3, ""), "",
        "store" + number, "1", 0)).get(5, TimeUnit.SECONDS);
    term().registered((int) ((Decision.Accepted) decision).answer(), NodeReports.Process.NEW);
    knowsAll(number);
  }

  void knowsAll(int node, Integer... purged) {
    term().heard(node,
        HeartbeatRequest.newBuilder().setNodeId(node).setStartedAtMs(1).setAppliedVersion(Long.MAX_VALUE)
            .addAllPurgedTables(List.of(purged)).build());
  }

  /** A node that is alive, knows every change up to now, and says how its followers are. */
  void reports(int node, TableReplicas... replicas) {
    term().heard(node, HeartbeatRequest.newBuilder().setNodeId(node).setStartedAtMs(1)
        .setAppliedVersion(Long.MAX_VALUE).addAllReplicas(List.of(replicas)).build());
  }

  Answer call(@Nullable String token, String method, String path, String body)
      throws IOException, InterruptedException {
    return call(token, method, path, body, "");
  }

  Answer call(@Nullable String token, String method, String path, String body, String key)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + rest.port() + path))
        .timeout(Duration.ofSeconds(20)).method(method,
            body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (!key.isEmpty()) {
      request.header("Idempotency-Key", key);
    }
    HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    boolean json = response.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
    return new Answer(response.statusCode(), json ? JSON.readTree(response.body()) : JSON.nullNode(),
        response);
  }

  @Override
  public void close() {
    http.close();
    rest.close();
    leader.close();
    store.close();
  }
}
