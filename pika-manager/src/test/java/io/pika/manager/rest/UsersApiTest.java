package io.pika.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.AttachmentKind;
import io.pika.core.model.PasswordHash;
import io.pika.core.model.StoredUser;
import io.pika.manager.rest.RestTestServer.Answer;
import io.pika.manager.state.Role;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UsersApiTest {
  private static final String USERS = "/api/v1/tables/shop/users";

  private RestTestServer server;
  private String token;

  @BeforeEach
  void start() throws Exception {
    server = new RestTestServer();
    server.node(1);
    token = server.token(Role.OPERATOR);
    assertThat(
        server.call(token, "POST", "/api/v1/tables?wait=20", "{\"name\":\"shop\",\"slots\":4}").status())
        .isEqualTo(200);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer put(String user, String body) throws Exception {
    return server.call(token, "PUT", USERS + "/" + user, body);
  }

  private StoredUser ann() {
    return StoredUser.decode(server.term().state().attachments(1, AttachmentKind.USER).values().iterator()
        .next().content());
  }

  @Test
  void aUserIsMadeShownChangedAndDeleted() throws Exception {
    Answer made = put("ann",
        "{\"rules\":[\"~app:*\",\"+@read\",\"(~tmp:* +@all)\"],\"password\":\"s3cret\"}");
    assertThat(made.status()).isEqualTo(200);
    assertThat(made.response().body()).doesNotContain("pbkdf2").doesNotContain("s3cret");
    String sha256 = HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest("s3cret".getBytes("UTF-8")));
    assertThat(PasswordHash.match(sha256, ann().passwordHashes())).isNotNull();
    assertThat(put("ann", "{\"rules\":[\"allkeys\"],\"enabled\":false}").status()).isEqualTo(200);
    assertThat(ann().enabled()).isFalse();
    assertThat(ann().passwordHashes()).hasSize(1);
    Answer list = server.call(server.token(Role.VIEWER), "GET", USERS, "");
    assertThat(list.json().path("users").path(0).path("rules").path(0).asString()).isEqualTo("allkeys");
    assertThat(list.json().path("users").path(0).path("passwords").asInt()).isEqualTo(1);
    assertThat(server.call(token, "GET", USERS + "/ann", "").status()).isEqualTo(200);
    assertThat(put("ann", "{\"rules\":[],\"anyPassword\":true}").status()).isEqualTo(200);
    assertThat(ann().passwordHashes()).isEmpty();
    assertThat(server.call(token, "DELETE", USERS + "/ann", "").status()).isEqualTo(200);
    assertThat(server.call(token, "DELETE", USERS + "/ann", "").status()).isEqualTo(404);
    assertThat(server.call(token, "GET", USERS + "/ann", "").status()).isEqualTo(404);
  }

  @Test
  void whatMakesNoSenseIsRefused() throws Exception {
    for (String user : List.of("default", "a%40b", "a%20b", "x".repeat(129))) {
      assertThat(put(user, "{\"rules\":[]}").json().path("code").asString()).isEqualTo("invalid_name");
    }
    for (String rule : List.of("foo", ">pw", "#x", "nopass", "on", "reset", "+", "~a b", "(foo)", "(+get",
        "%~a",
        "%X~a", "")) {
      assertThat(put("ann", "{\"rules\":[\"" + rule + "\"]}").json().path("code").asString()).as(rule)
          .isEqualTo("invalid_rule");
    }
    assertThat(put("ann", "{\"rules\":\"+get\"}").status()).isEqualTo(400);
    assertThat(put("ann", "{\"rules\":[],\"password\":\"\"}").status()).isEqualTo(400);
    assertThat(put("ann", "{\"rules\":[],\"password\":\"x\",\"anyPassword\":true}").status()).isEqualTo(400);
    assertThat(put("ann", "{\"rules\":[\"~" + "x".repeat(66_000) + "\"]}").status()).isEqualTo(413);
    assertThat(server.call(server.token(Role.VIEWER), "PUT", USERS + "/ann", "{\"rules\":[]}").status())
        .isEqualTo(403);
    assertThat(server.call(token, "GET", "/api/v1/tables/nothing/users", "").status()).isEqualTo(404);
  }

  @Test
  void everyFormOfARuleHasItsShape() {
    assertThat(
        List.of("allkeys", "RESETKEYS", "~*", "~", "%R~a", "%rw~a", "&*", "&news.*", "+@all", "-@dangerous",
            "+get", "-client|kill", "+select|0", "+sort_ro", "+restore-asking", "sanitize-payload", "()",
            "(+get  ~a)"))
        .allMatch(StoredUser::hasShapeOfARule);
  }
}
