package io.pika.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pika.core.model.PasswordHash;
import io.pika.core.rpc.ReplicaLag;
import io.pika.core.rpc.TableReplicas;
import io.pika.manager.rest.RestTestServer.Answer;
import io.pika.manager.state.Role;
import io.pika.manager.state.TableRecord;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class TablesApiTest {
  private static final String TABLES = "/api/v1/tables";

  private RestTestServer server;
  private String token;

  @BeforeEach
  void start() throws Exception {
    server = new RestTestServer();
    token = server.token(Role.ADMIN);
    server.node(1);
    server.node(2);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aTableGoesThroughItsLife() throws Exception {
    Answer created = post(TABLES + "?wait=20", "{\"name\":\"shop\",\"slots\":8,\"password\":\"s3cret\"}");
    assertThat(created.status()).isEqualTo(200);
    assertThat(created.json().path("status").asString()).isEqualTo("done");
    assertThat(created.json().path("progress").asString()).isEqualTo("4/4");
    Answer shown = get(TABLES + "/shop");
    assertThat(shown.json().path("state").asString()).isEqualTo("ready");
    assertThat(shown.json().path("password").asBoolean()).isTrue();
    assertThat(shown.json().path("ranges").size()).isEqualTo(2);
    assertThat(shown.response().body()).doesNotContain("pbkdf2").doesNotContain("s3cret");
    TableRecord kept = Objects.requireNonNull(server.term().state().table("shop"));
    assertThat(PasswordHash.matches("s3cret", kept.passwordHash())).isTrue();
    assertThat(get(TABLES + "/shop/slots?slot=7").json().path("ranges").size()).isEqualTo(1);
    assertThat(post(TABLES + "/shop/rename?wait=20", "{\"name\":\"store\"}").status()).isEqualTo(200);
    assertThat(get(TABLES + "/shop").status()).isEqualTo(404);
    assertThat(get(TABLES + "/1").json().path("name").asString()).isEqualTo("store");
    assertThat(post(TABLES + "/store/block?wait=20", "").status()).isEqualTo(200);
    assertThat(get(TABLES + "/store").json().path("blocked").asBoolean()).isTrue();
    assertThat(post(TABLES + "/store/unblock?wait=20", "{}").status()).isEqualTo(200);
    assertThat(shown.json().path("crossSlot").asString()).isEqualTo("refuse");
    assertThat(server.call(token, "PUT", TABLES + "/store/cross-slot?wait=20", "{\"crossSlot\":\"serve\"}")
        .status()).isEqualTo(200);
    assertThat(get(TABLES + "/store").json().path("crossSlot").asString()).isEqualTo("serve");
    assertThat(server.call(token, "PUT", TABLES + "/store/cross-slot", "{\"crossSlot\":\"x\"}").status())
        .isEqualTo(400);
    assertThat(server.call(token, "PUT", TABLES + "/store/replication", "{\"replicas\":9}").status())
        .isEqualTo(400);
    assertThat(
        server.call(token, "PUT", TABLES + "/store/replication", "{\"acks\":\"1\"}").json().path("code")
            .asString())
        .isEqualTo("invalid_acks");
    assertThat(server.call(token, "PUT", TABLES + "/store/replication?wait=20", "{\"acks\":\"0\"}").json()
        .path("kind").asString()).isEqualTo("set-replication");
    assertThat(server.call(token, "DELETE", TABLES + "/store/password?wait=20", "").status()).isEqualTo(200);
    assertThat(get(TABLES + "/store").json().path("password").asBoolean()).isFalse();
    assertThat(server.call(token, "PUT", TABLES + "/store/password?wait=20", "{\"password\":\"x\"}").status())
        .isEqualTo(200);
    Answer dropped = server.call(token, "DELETE", TABLES + "/store", "");
    assertThat(dropped.status()).isEqualTo(202);
    String job = dropped.response().headers().firstValue("Location").orElseThrow();
    await().until(() -> get(job).json().path("waiting").asString().startsWith("waiting for node 1"));
    assertThat(get(TABLES + "?state=dropping").json().path("tables").size()).isEqualTo(1);
    server.knowsAll(1, 1);
    server.knowsAll(2, 1);
    assertThat(get(job + "?wait=20").json().path("status").asString()).isEqualTo("done");
    assertThat(get(TABLES + "/1").status()).isEqualTo(404);
  }

  @Test
  void aTableHasReplicasAndAcksAndTheyAreShown() throws Exception {
    Answer tooMany = post(TABLES, "{\"name\":\"shop\",\"replicas\":3}");
    assertThat(tooMany.status()).isEqualTo(409);
    assertThat(tooMany.json().path("message").asString()).contains("the cluster has 2");
    assertThat(
        post(TABLES, "{\"name\":\"shop\",\"replicas\":2,\"acks\":\"2\"}").json().path("code").asString())
        .isEqualTo("invalid_acks");
    assertThat(post(TABLES, "{\"name\":\"shop\",\"acks\":\"all\"}").status()).isEqualTo(400);
    String body = "{\"name\":\"shop\",\"slots\":4,\"replicas\":2,\"acks\":\"majority\"}";
    long first = post(TABLES + "?wait=20", body).json().path("id").asLong();
    assertThat(post(TABLES, body).json().path("id").asLong()).isEqualTo(first);
    Answer shown = get(TABLES + "/shop");
    assertThat(shown.json().path("replicas").asInt()).isEqualTo(2);
    assertThat(shown.json().path("acks").asString()).isEqualTo("majority");
    assertThat(shown.json().path("ranges").toString()).isEqualTo(
        "[{\"from\":0,\"to\":1,\"epoch\":1,\"leader\":1,\"replicas\":[1,2]},"
            + "{\"from\":2,\"to\":3,\"epoch\":1,\"leader\":2,\"replicas\":[2,1]}]");
    TableRecord kept = Objects.requireNonNull(server.term().state().table("shop"));
    assertThat(kept.ranges()).allMatch(range -> range.since() > 0);
    server.reports(1, TableReplicas.newBuilder().setTable(kept.id()).build());
    server.reports(2, TableReplicas.newBuilder().setTable(kept.id())
        .addLags(ReplicaLag.newBuilder().setFrom(3).setTo(3).setNode(1)).build());
    JsonNode ranges = get(TABLES + "/shop").json().path("ranges");
    assertThat(ranges.get(0).path("inStep").toString()).isEqualTo("[2]");
    assertThat(ranges.get(1).path("inStep").toString()).isEqualTo("[]");
  }

  @Test
  void askingTwiceIsAskingOnce() throws Exception {
    String body = "{\"name\":\"shop\",\"slots\":8,\"password\":\"s3cret\"}";
    long first = server.call(token, "POST", TABLES, body, "key-1").json().path("id").asLong();
    assertThat(server.call(token, "POST", TABLES, body, "key-1").json().path("id").asLong()).isEqualTo(first);
    assertThat(post(TABLES, body).json().path("id").asLong()).isEqualTo(first);
    assertThat(post(TABLES, body.replace("s3cret", "other")).status()).isEqualTo(409);
    assertThat(post(TABLES, body.replace("8", "16")).json().path("code").asString())
        .isEqualTo("table_exists");
    assertThat(server.call(token, "POST", TABLES, body.replace("shop", "cart"), "key-1").json().path("code")
        .asString())
        .isEqualTo("idempotency_key_reused");
    assertThat(server.call(token, "POST", TABLES, body, "a key").status()).isEqualTo(400);
  }

  @Test
  void anOrderRepeatedUnderItsKeyGivesItsJobAlsoWhenItHasChangedWhatItNames() throws Exception {
    post(TABLES + "?wait=20", "{\"name\":\"shop\",\"slots\":1}");
    String rename = TABLES + "/shop/rename";
    long renamed = server.call(token, "POST", rename, "{\"name\":\"store\"}", "r").json().path("id").asLong();
    assertThat(server.call(token, "POST", rename, "{\"name\":\"store\"}", "r").json().path("id").asLong())
        .isEqualTo(renamed);
    long dropped = server.call(token, "DELETE", TABLES + "/store", "", "d").json().path("id").asLong();
    assertThat(server.call(token, "DELETE", TABLES + "/store", "", "d").json().path("id").asLong())
        .isEqualTo(dropped);
    assertThat(server.call(token, "DELETE", TABLES + "/store", "", "e").status()).isEqualTo(404);
  }

  @Test
  void namesThatAreNoneAreRefused() throws Exception {
    for (String name : List.of("", "17", "-x", "a b", "../../etc", "a/b", "x\\u0000", "\\u00e4", "%41",
        "a".repeat(64), "<script>", "shop\\n")) {
      Answer answer = post(TABLES, "{\"name\":\"" + name + "\",\"slots\":1}");
      assertThat(answer.status()).as("name %s", name).isEqualTo(400);
      assertThat(answer.json().path("code").asString()).isEqualTo("invalid_name");
    }
    assertThat(post(TABLES, "{\"name\":\"" + "a".repeat(63) + "\",\"slots\":1}").status()).isIn(200, 202);
    assertThat(get(TABLES + "/%2e%2e%2f").status()).isIn(400, 404);
    assertThat(get(TABLES + "/" + "9".repeat(40)).status()).isEqualTo(404);
  }

  @Test
  void bodiesThatMakeNoSenseAreRefusedWithWhatIsWrong() throws Exception {
    assertError("{\"name\":\"a\"", "invalid_json");
    assertError("[1]", "invalid_json");
    assertError("", "invalid_json");
    assertError("{\"name\":\"a\",\"name\":\"b\"}", "invalid_json");
    assertError("{\"slots\":1}", "missing_field");
    assertError("{\"name\":7}", "invalid_field");
    assertError("{\"name\":\"a\",\"slots\":\"8\"}", "invalid_field");
    assertError("{\"name\":\"a\",\"slots\":1.5}", "invalid_field");
    assertError("{\"name\":\"a\",\"slots\":99999999999}", "invalid_field");
    assertError("{\"name\":\"a\",\"slots\":12}", "invalid_slots");
    assertError("{\"name\":\"a\",\"slots\":32768}", "invalid_slots");
    assertError("{\"name\":\"a\",\"slot\":8}", "unknown_field");
    assertError("{\"name\":\"a\",\"password\":\"\"}", "invalid_password");
    assertError("{\"name\":\"a\",\"password\":\"" + "x".repeat(513) + "\"}", "invalid_password");
    assertThat(post(TABLES, "{\"name\":\"" + "x".repeat(70_000) + "\"}").status()).isEqualTo(413);
    assertThat(post(TABLES + "?wiat=3", "{\"name\":\"a\"}").json().path("code").asString())
        .isEqualTo("unknown_parameter");
    assertThat(post(TABLES + "?wait=-1", "{\"name\":\"a\"}").status()).isEqualTo(400);
    assertThat(server.call(token, "DELETE", TABLES + "/a", "{}").status()).isEqualTo(400);
    assertThat(server.term().state().tables()).isEmpty();
  }

  @Test
  void unknownRoutesAndMethodsAreSaidSo() throws Exception {
    assertThat(get("/api/v1/nothing").json().path("code").asString()).isEqualTo("not_found");
    assertThat(get("/").json().path("code").asString()).isEqualTo("not_found");
    Answer patch = server.call(token, "PATCH", TABLES, "{}");
    assertThat(patch.status()).isEqualTo(405);
    assertThat(patch.json().path("code").asString()).isEqualTo("method_not_allowed");
  }

  @Test
  void listsComeInPages() throws Exception {
    for (int i = 0; i < 7; i++) {
      post(TABLES, "{\"name\":\"" + (i < 5 ? "a" : "b") + i + "\",\"slots\":1}");
    }
    Answer first = get(TABLES + "?limit=3&prefix=a");
    assertThat(first.json().path("tables").size()).isEqualTo(3);
    Answer second = get(TABLES + "?limit=3&prefix=a&after=" + first.json().path("next").asString());
    assertThat(second.json().path("tables").get(0).path("name").asString()).isEqualTo("a3");
    assertThat(second.json().path("tables").size()).isEqualTo(2);
    assertThat(second.json().has("next")).isFalse();
    Answer jobs = get("/api/v1/jobs?limit=2");
    assertThat(jobs.json().path("jobs").get(0).path("id").asInt()).isEqualTo(7);
    assertThat(get("/api/v1/jobs?before=" + jobs.json().path("next").asInt()).json().path("jobs").size())
        .isEqualTo(5);
    assertThat(get("/api/v1/jobs?table=a3").json().path("jobs").size()).isEqualTo(1);
  }

  @Test
  void aNodeThatIsAliveIsNotRemoved() throws Exception {
    Answer refused = server.call(token, "DELETE", "/api/v1/nodes/2", "");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().path("code").asString()).isEqualTo("node_alive");
    assertThat(get("/api/v1/nodes").json().path("nodes").size()).isEqualTo(2);
    assertThat(get("/api/v1/cluster").json().path("nodes").path("alive").asInt()).isEqualTo(2);
    assertThat(get("/metrics").response().body()).contains("pika_nodes{state=\"alive\"} 2.0");
  }

  private void assertError(String body, String code) throws Exception {
    Answer answer = post(TABLES, body);
    assertThat(answer.status()).as(body).isEqualTo(400);
    assertThat(answer.json().path("code").asString()).as(body).isEqualTo(code);
    assertThat(answer.json().path("message").asString()).isNotEmpty();
    assertThat(answer.json().has("hint")).isTrue();
  }

  private Answer get(String path) throws Exception {
    return server.call(token, "GET", path, "");
  }

  private Answer post(String path, String body) throws Exception {
    return server.call(token, "POST", path, body);
  }
}
