package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.TableState;
import io.pika.node.log.FsyncMode;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may use which table: docs/connecting.md, sentence by sentence. */
@Timeout(60)
class LoginTest {
  @TempDir Path directory = Path.of("");
  private ServedNode node;
  private RespConnection client;

  @BeforeEach
  void start() throws Exception {
    node = new ServedNode(directory, FsyncMode.NO);
    client = node.connect();
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  @Test
  void aNewConnectionIsOnTheOpenTableDefault() throws Exception {
    assertThat(client.call("SET", "a", "1")).isEqualTo(RespValue.OK);
    assertThat(client.call("CLIENT", "LIST").text()).contains(" db=0 ").contains(" user=default ");
  }

  @Test
  void aPasswordThatDoesNotFitIsKeptForTheNextSelect() throws Exception {
    assertThat(client.call("AUTH", ServedNode.SHOP_PASSWORD)).isEqualTo(RespValue.OK);
    assertThat(client.call("GET", "a").text()).startsWith("NOAUTH");
    assertThat(client.call("PING").text()).startsWith("NOAUTH");
    assertThat(client.call("SELECT", "shop")).isEqualTo(RespValue.OK);
    assertThat(client.call("SET", "a", "1")).isEqualTo(RespValue.OK);
  }

  @Test
  void aTableIsSelectedByItsIndexToo() throws Exception {
    client.call("AUTH", ServedNode.SHOP_PASSWORD);
    assertThat(client.call("SELECT", "5")).isEqualTo(RespValue.OK);
    assertThat(client.call("SELECT", "0")).isEqualTo(RespValue.OK);
    assertThat(client.call("SELECT", "shop")).as("the password is kept").isEqualTo(RespValue.OK);
  }

  @Test
  void theTablesNameAsUserMovesTheConnectionThere() throws Exception {
    assertThat(client.call("AUTH", "shop", ServedNode.SHOP_PASSWORD)).isEqualTo(RespValue.OK);
    assertThat(client.call("CLIENT", "LIST").text()).contains(" user=shop ");
  }

  @Test
  void aClientThatWasGivenOnlyAPasswordSendsTheUserDefault() throws Exception {
    assertThat(client.call("HELLO", "3", "AUTH", "default", ServedNode.SHOP_PASSWORD).isError()).isFalse();
    assertThat(client.call("SELECT", "shop")).isEqualTo(RespValue.OK);
    assertThat(client.call("GET", "nothing").isNull()).isTrue();
  }

  @Test
  void aTableThatDoesNotExistIsAnsweredLikeAWrongPassword() throws Exception {
    client.call("AUTH", "wrong");
    assertThat(client.call("SELECT", "shop")).isEqualTo(client.call("SELECT", "no-such-table"));
    assertThat(client.call("AUTH", "shop", "wrong")).isEqualTo(client.call("AUTH", "no-such-table", "wrong"))
        .isEqualTo(new RespValue.Err("WRONGPASS invalid username-password pair or user is disabled."));
    RespConnection fresh = node.connect();
    assertThat(fresh.call("SELECT", "shop")).isEqualTo(fresh.call("SELECT", "no-such-table"));
  }

  @Test
  void aUserThatDoesNotExistIsAnsweredLikeAWrongPassword() throws Exception {
    assertThat(client.call("AUTH", "ann@shop", ServedNode.SHOP_PASSWORD).text()).startsWith("WRONGPASS");
    assertThat(client.call("AUTH", "tenant/ann@shop", ServedNode.SHOP_PASSWORD).text())
        .startsWith("WRONGPASS");
  }

  @Test
  void aFailedLoginChangesNothing() throws Exception {
    RespConnection shopper = node.shopper();
    shopper.call("SET", "a", "1");
    shopper.call("AUTH", "no-such-table", "wrong");
    assertThat(shopper.call("GET", "a")).isEqualTo(RespValue.bulk("1"));
  }

  @Test
  void resetGoesBackToTheBeginning() throws Exception {
    RespConnection shopper = node.shopper();
    assertThat(shopper.call("RESET").text()).isEqualTo("RESET");
    assertThat(shopper.call("CLIENT", "LIST").text()).contains(" user=default ");
    assertThat(shopper.call("SELECT", "shop").text()).startsWith("WRONGPASS");
  }

  @Test
  void aChangedPasswordHoldsFromTheNextCommandOn() throws Exception {
    RespConnection shopper = node.shopper();
    node.put(ServedNode.shop(ServedNode.hash("new-secret"), false, TableState.READY));
    assertThat(shopper.call("GET", "a").text()).startsWith("NOAUTH");
    assertThat(shopper.call("AUTH", "shop", ServedNode.SHOP_PASSWORD).text()).startsWith("WRONGPASS");
    assertThat(shopper.call("AUTH", "shop", "new-secret")).isEqualTo(RespValue.OK);
  }

  @Test
  void aBlockedAndADroppedTableSayWhatTheyAre() throws Exception {
    RespConnection shopper = node.shopper();
    node.put(ServedNode.shop(true, TableState.READY));
    assertThat(shopper.call("GET", "a").text()).contains("blocked");
    node.put(ServedNode.shop(false, TableState.READY));
    assertThat(shopper.call("GET", "a").isNull()).isTrue();
    node.put(ServedNode.shop(false, TableState.CREATING));
    assertThat(shopper.call("GET", "a").text()).startsWith("TRYAGAIN");
    node.drop(ServedNode.SHOP);
    assertThat(shopper.call("GET", "a").text()).contains("dropped");
    assertThat(shopper.call("SELECT", "0")).isEqualTo(RespValue.OK);
  }

  @Test
  void loginsAreInOrderWithWhatIsPipelinedAroundThem() throws Exception {
    client.send("SET", "where", "default");
    client.send("AUTH", "shop", ServedNode.SHOP_PASSWORD);
    client.send("SET", "where", "shop");
    client.send("SELECT", "0");
    client.send("GET", "where");
    client.send("SELECT", "shop");
    client.send("GET", "where");
    client.flush();
    for (int i = 0; i < 4; i++) {
      assertThat(client.read()).isEqualTo(RespValue.OK);
    }
    assertThat(client.read()).isEqualTo(RespValue.bulk("default"));
    assertThat(client.read()).isEqualTo(RespValue.OK);
    assertThat(client.read()).isEqualTo(RespValue.bulk("shop"));
  }

  @Test
  void aConnectionSeesAndKillsOnlyThoseOfItsTable() throws Exception {
    RespConnection shopper = node.shopper();
    assertThat(shopper.call("CLIENT", "LIST").text().lines()).hasSize(1);
    String stranger = "" + client.call("CLIENT", "ID").number();
    assertThat(shopper.call("CLIENT", "KILL", "ID", stranger).number()).isZero();
    assertThat(shopper.call("INFO", "clients").text()).contains("connected_clients:1");
    assertThat(client.call("PING").text()).isEqualTo("PONG");
  }

  @Test
  void infoTellsOfTheOwnTableOnly() throws Exception {
    client.call("SET", "a", "1");
    RespConnection shopper = node.shopper();
    shopper.call("SET", "a", "1");
    shopper.call("SET", "b", "1");
    assertThat(shopper.call("INFO").text()).contains("redis_version:7.0.15", "loading:0", "db5:keys=2,")
        .doesNotContain("db0:");
    assertThat(shopper.call("INFO", "keyspace").text()).startsWith("# Keyspace");
    assertThat(shopper.call("INFO", "commandstats").text()).contains("cmdstat_set:calls=2,");
  }

  @Test
  void pausingATableHoldsOnlyItsOwnClients() throws Exception {
    RespConnection shopper = node.shopper();
    RespConnection paused = node.shopper();
    shopper.call("CLIENT", "PAUSE", "60000", "WRITE");
    paused.send("SET", "a", "1");
    paused.flush();
    assertThat(client.call("SET", "a", "1")).isEqualTo(RespValue.OK);
    assertThat(shopper.call("GET", "a").isNull()).isTrue();
    shopper.call("CLIENT", "UNPAUSE");
    assertThat(paused.read()).isEqualTo(RespValue.OK);
  }

  @Test
  void settingsAreChangedByTheOperatorOnly() throws Exception {
    assertThat(node.shopper().call("CONFIG", "SET", "timeout", "7").text()).startsWith("NOPERM");
    assertThat(client.call("CONFIG", "SET", "timeout", "7")).isEqualTo(RespValue.OK);
    assertThat(client.call("CONFIG", "GET", "time*").items()).containsExactly(RespValue.bulk("timeout"),
        RespValue.bulk("7"));
    assertThat(node.shopper().call("CONFIG", "GET", "dir").items()).isEmpty();
  }

  @Test
  void whereAPasswordIsRequiredTheOpenTableIsServedToNobody() throws Exception {
    try (ServedNode strict = new ServedNode(directory.resolve("strict"), FsyncMode.NO,
        "require-password=yes")) {
      RespConnection stranger = strict.connect();
      assertThat(stranger.call("GET", "a").text()).isEqualTo("NOAUTH Authentication required.");
      assertThat(stranger.call("SELECT", "default").text()).startsWith("WRONGPASS");
      assertThat(stranger.call("HELLO", "3").text()).startsWith("NOAUTH HELLO must be called");
      stranger.sendRaw("*11\r\n".getBytes(StandardCharsets.US_ASCII));
      stranger.flush();
      assertThat(stranger.read().text()).isEqualTo("ERR Protocol error: unauthenticated multibulk length");
    }
  }
}
