package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.control.Attachments;
import io.pika.node.log.FsyncMode;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AclTest {
  private static final String KEYS = "NOPERM this user has no permissions to access one of the keys used as arguments";

  @TempDir Path directory = Path.of("");

  private ServedNode node;
  private RespConnection owner;

  @BeforeEach
  void start() throws IOException {
    node = new ServedNode(directory, FsyncMode.NO);
    owner = node.shopper();
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  /** Without a password: it is about rights. */
  private void ann(String... rules) throws IOException {
    String[] command = new String[rules.length + 6];
    System.arraycopy(new String[]{"ACL", "SETUSER", "ann", "reset", "on", "nopass"}, 0, command, 0, 6);
    System.arraycopy(rules, 0, command, 6, rules.length);
    assertThat(owner.call(command)).isEqualTo(RespValue.OK);
  }

  private RespConnection asAnn() throws IOException {
    RespConnection connection = node.connect();
    assertThat(connection.call("AUTH", "ann@shop", "any")).isEqualTo(RespValue.OK);
    return connection;
  }

  private static void assertError(RespValue reply, String words) {
    assertThat(reply).isEqualTo(new RespValue.Err(words));
  }

  @Test
  void aUserLogsInByNameOnTheTableAndByUserAtTableFromElsewhere() throws Exception {
    assertThat(owner.call("ACL", "SETUSER", "ann", "on", ">pw", "~*", "+@all")).isEqualTo(RespValue.OK);
    RespConnection client = node.connect();
    assertThat(client.call("AUTH", "ann@shop", "wrong").text()).startsWith("WRONGPASS");
    assertThat(client.call("AUTH", "ann", "pw").text()).startsWith("WRONGPASS");
    assertThat(client.call("AUTH", "ann@shop", "pw")).isEqualTo(RespValue.OK);
    assertThat(client.call("ACL", "WHOAMI").text()).isEqualTo("ann");
    assertThat(client.call("CLIENT", "LIST").text()).contains(" user=ann ");
    assertThat(client.call("SELECT", "shop")).isEqualTo(RespValue.OK);
    assertThat(client.call("SELECT", "5")).isEqualTo(RespValue.OK);
    assertThat(client.call("ACL", "WHOAMI").text()).isEqualTo("ann");
    assertThat(owner.call("AUTH", "ann", "pw")).isEqualTo(RespValue.OK);
    assertThat(owner.call("ACL", "WHOAMI").text()).isEqualTo("ann");
    assertThat(owner.call("AUTH", "default@shop", ServedNode.SHOP_PASSWORD)).isEqualTo(RespValue.OK);
    assertThat(owner.call("ACL", "WHOAMI").text()).isEqualTo("default");
    RespConnection hello = node.connect();
    assertThat(hello.call("HELLO", "3", "AUTH", "ann@shop", "pw", "SETNAME", "x").isError()).isFalse();
    assertThat(hello.call("ACL", "WHOAMI").text()).isEqualTo("ann");
    assertThat(hello.call("RESET").text()).isEqualTo("RESET");
    assertThat(hello.call("ACL", "WHOAMI").text()).isEqualTo("default");
  }

  @Test
  void whoIsOffCannotLogInButStaysConnected() throws Exception {
    ann("allkeys", "allcommands");
    RespConnection client = asAnn();
    owner.call("ACL", "SETUSER", "ann", "off");
    assertThat(client.call("SET", "a", "1")).isEqualTo(RespValue.OK);
    assertError(node.connect().call("AUTH", "ann@shop", "any"),
        "WRONGPASS invalid username-password pair or user is disabled.");
  }

  @Test
  void commandsKeysAndChannelsAreRefusedInRedisWords() throws Exception {
    ann("-@all", "+get", "+set", "+mget", "+config|get", "+publish", "+subscribe", "+acl|whoami", "~a*",
        "%R~r*", "&news");
    RespConnection client = asAnn();
    assertThat(client.call("SET", "a1", "x")).isEqualTo(RespValue.OK);
    assertThat(client.call("GET", "r1").isNull()).isTrue();
    assertError(client.call("SET", "r1", "x"), KEYS);
    assertError(client.call("MGET", "a1", "b"), KEYS);
    assertError(client.call("DEL", "a1"),
        "NOPERM this user has no permissions to run the 'del' command");
    assertError(client.call("CONFIG", "SET", "timeout", "1"),
        "NOPERM this user has no permissions to run the 'config|set' command");
    assertError(client.call("PUBLISH", "other", "x"),
        "NOPERM this user has no permissions to access one of the channels used as arguments");
    assertThat(client.call("PUBLISH", "news", "x").number()).isZero();
    assertError(client.call("ACL", "SETUSER", "ann", "+@all"),
        "NOPERM this user has no permissions to run the 'acl|setuser' command");
    assertThat(client.call("ACL", "WHOAMI").text()).isEqualTo("ann");
    assertError(client.call("ACL", "LIST"),
        "NOPERM this user has no permissions to run the 'acl|list' command");
    assertError(client.call("SELECT", "5"),
        "NOPERM this user has no permissions to run the 'select' command");
  }

  @Test
  void aChangeHoldsFromTheNextCommandOn() throws Exception {
    ann("+get", "~*");
    RespConnection client = asAnn();
    assertThat(client.call("GET", "a").isNull()).isTrue();
    owner.call("ACL", "SETUSER", "ann", "resetkeys", "~b");
    assertError(client.call("GET", "a"), KEYS);
    owner.call("ACL", "SETUSER", "ann", "~a");
    assertThat(client.call("GET", "a").isNull()).isTrue();
  }

  @Test
  void transactionsAreCheckedWhenQueuedAndAgainAtExec() throws Exception {
    ann("+@all", "~*");
    RespConnection client = asAnn();
    client.call("MULTI");
    client.call("SET", "{a}1", "x");
    client.call("SET", "{a}2", "y");
    client.call("ECHO", "z");
    owner.call("ACL", "SETUSER", "ann", "resetkeys", "~{a}2");
    RespValue replies = client.call("EXEC");
    assertThat(replies.items()).hasSize(3);
    assertError(replies.items().getFirst(),
        "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command"
            + " is no longer allowed for the following reason: no permission to touch the specified keys");
    assertThat(replies.items().get(1)).isEqualTo(RespValue.OK);
    assertThat(owner.call("GET", "{a}1").isNull()).isTrue();
    assertThat(owner.call("GET", "{a}2").text()).isEqualTo("y");
    client.call("MULTI");
    assertError(client.call("GET", "b"), KEYS);
    assertThat(client.call("EXEC").text()).startsWith("EXECABORT");
  }

  @Test
  void whoMayNotReadEveryKeyMaySortOnlyByWhatIsInTheKey() throws Exception {
    String by = "ERR BY option of SORT denied due to insufficient ACL permissions.";
    String get = "ERR GET option of SORT denied due to insufficient ACL permissions.";
    ann("+@all", "~l", "%W~*");
    RespConnection client = asAnn();
    owner.call("RPUSH", "l", "2", "1");
    assertThat(client.call("SORT", "l", "BY", "nosort", "LIMIT", "0", "1").items()).hasSize(1);
    assertError(client.call("SORT", "l", "BY", "nosort", "BY", "w_*", "GET", "#"), by);
    assertError(client.call("SORT_RO", "l", "DESC", "GET", "#", "BY", "w_*"), get);
    assertError(client.call("SORT", "l", "ALPHA", "STORE", "GET", "GET", "#"), get);
    assertError(client.call("SORT", "l", "LIMIT", "x", "1", "BY", "w_*"),
        "ERR value is not an integer or out of range");
    assertError(client.call("SORT_RO", "l", "STORE", "d", "BY", "w_*"), "ERR syntax error");
    client.call("MULTI");
    assertThat(client.call("SORT", "l", "GET", "#").text()).isEqualTo("QUEUED");
    client.call("PING");
    assertError(client.call("EXEC").items().getFirst(), get);
    owner.call("ACL", "SETUSER", "ann", "(+sort ~l)", "(+sort %R~*)");
    assertThat(client.call("SORT", "l", "GET", "#").items()).hasSize(2);
  }

  @Test
  void whoIsDeletedIsDisconnected() throws Exception {
    ann("+@all", "~*");
    RespConnection client = asAnn();
    assertThat(owner.call("ACL", "DELUSER", "ann", "nobody").number()).isEqualTo(1);
    assertDisconnected(() -> client.call("PING"));
    assertThat(owner.call("ACL", "DELUSER", "ann").number()).isZero();
  }

  @Test
  void aUserWhoIsMadeAgainAtOnceIsAnotherOne() throws Exception {
    ann("+@all", "~*");
    RespConnection client = asAnn();
    owner.send("ACL", "DELUSER", "ann");
    owner.send("ACL", "SETUSER", "ann", "on", "nopass", "+@all", "~*");
    owner.flush();
    owner.read();
    owner.read();
    assertDisconnected(() -> client.call("PING"));
  }

  @Test
  void aSubscriberWhoMayNotListenAnyMoreIsDisconnected() throws Exception {
    ann("+@all", "&news*");
    RespConnection other = asAnn();
    RespConnection client = asAnn();
    client.call("SUBSCRIBE", "news1");
    other.call("SUBSCRIBE", "news2");
    owner.call("ACL", "SETUSER", "ann", "resetchannels", "&news1");
    assertDisconnected(() -> other.call("PING"));
    assertThat(owner.call("PUBLISH", "news1", "x").number()).isEqualTo(1);
    assertError(asAnn().call("PSUBSCRIBE", "news*"),
        "NOPERM this user has no permissions to access one of the channels used as arguments");
  }

  private static void assertDisconnected(ThrowingCallable call) {
    Awaitility.await().until(() -> {
      try {
        call.call();
        return false;
      } catch (EOFException | SocketException gone) {
        return true;
      } catch (Throwable other) {
        throw new AssertionError(other);
      }
    });
  }

  @Test
  void theLogTellsWhatWasRefusedNewestFirst() throws Exception {
    ann("+get", "~a");
    RespConnection client = asAnn();
    client.call("GET", "secret");
    client.call("GET", "secret");
    client.call("SET", "a", "1");
    node.connect().call("AUTH", "bob@shop", "x");
    RespValue log = owner.call("ACL", "LOG");
    assertThat(log.items()).hasSize(3);
    assertThat(log.items().get(0).items().get(3).text()).isEqualTo("auth");
    assertThat(log.items().get(0).items().get(9).text()).isEqualTo("bob");
    assertThat(log.items().get(1).items().get(7).text()).isEqualTo("set");
    assertThat(log.items().get(2).items().get(1).number()).isEqualTo(2);
    assertThat(log.items().get(2).items().get(7).text()).isEqualTo("secret");
    assertThat(log.items().get(2).items().get(13).text()).contains(" user=ann ");
    assertThat(node.connect().call("ACL", "LOG").items()).isEmpty();
    assertThat(owner.call("ACL", "LOG", "1").items()).hasSize(1);
    owner.call("ACL", "LOG", "RESET");
    assertThat(owner.call("ACL", "LOG").items()).isEmpty();
  }

  @Test
  void usersAreOfTheirTableOnly() throws Exception {
    ann("+@all", "~*");
    RespConnection elsewhere = node.connect();
    assertThat(elsewhere.call("ACL", "USERS").items()).containsExactly(RespValue.bulk("default"));
    assertThat(elsewhere.call("ACL", "GETUSER", "ann").isNull()).isTrue();
    assertThat(elsewhere.call("ACL", "DELUSER", "ann").number()).isZero();
    assertThat(elsewhere.call("ACL", "SETUSER", "shop", "on", "nopass", "+@all")).isEqualTo(RespValue.OK);
    RespConnection misled = node.connect();
    assertThat(misled.call("AUTH", "shop", ServedNode.SHOP_PASSWORD)).isEqualTo(RespValue.OK);
    assertThat(misled.call("CLIENT", "LIST").text()).contains(" user=shop ").contains(" db=5 ");
  }

  @Test
  void whatIsShownOfAPasswordIsNoHashOfItButRemovesIt() throws Exception {
    String sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    owner.call("ACL", "SETUSER", "ann", "on", "#" + sha256, "#" + sha256);
    RespValue details = owner.call("ACL", "GETUSER", "ann");
    assertThat(details.items().get(3).items()).hasSize(1);
    String shown = details.items().get(3).items().getFirst().text();
    assertThat(shown).matches("[0-9a-f]{64}").isNotEqualTo(sha256);
    assertThat(node.connect().call("AUTH", "ann@shop", "")).isEqualTo(RespValue.OK);
    assertThat(owner.call("ACL", "SETUSER", "ann", "!" + shown)).isEqualTo(RespValue.OK);
    assertThat(node.connect().call("AUTH", "ann@shop", "").text()).startsWith("WRONGPASS");
    assertThat(owner.call("ACL", "SETUSER", "ann", "<x").text()).contains("does not exist");
  }

  @Test
  void withoutTheManagerNothingChangesAndUsersGoOn() throws Exception {
    ann("+get", "~*");
    RespConnection client = asAnn();
    node.attachments.instead = new Attachments.Outcome.Unreachable("no answer from 10.0.0.1:9301");
    RespValue reply = owner.call("ACL", "SETUSER", "ann", "+set");
    assertThat(reply.text()).startsWith("TRYAGAIN the manager does not answer").doesNotContain("10.0.0.1");
    assertThat(client.call("GET", "a").isNull()).isTrue();
    assertThat(client.call("SET", "a", "1").isError()).isTrue();
    assertThat(owner.call("ACL", "SETUSER", "ann", "+nosuch").isError()).isTrue();
  }

  @Test
  void theTablesOwnPasswordIsNotChangedByItsUsers() throws Exception {
    assertThat(owner.call("ACL", "SETUSER", "default", "off").text())
        .contains("the table's operator changes it");
    assertThat(owner.call("ACL", "SETUSER", "a@b", "on").isError()).isTrue();
    assertThat(owner.call("ACL", "SETUSER", "x".repeat(129), "on").isError()).isTrue();
    assertThat(owner.call("ACL", "LOAD").text()).contains("is not served");
    assertThat(owner.call("ACL", "SAVE").text()).contains("is not served");
    assertThat(owner.call("ACL", "SETUSER", "ann", "~" + "x".repeat(70_000)).text()).contains("65536 bytes");
  }

  @Test
  void hundredsOfLoginsOfOneUserCostOneSlowHash() throws Exception {
    owner.call("ACL", "SETUSER", "ann", "on", ">pw", "+@all");
    for (int i = 0; i < 300; i++) {
      try (RespConnection client = node.connect()) {
        assertThat(client.call("AUTH", "ann@shop", "pw")).isEqualTo(RespValue.OK);
      }
    }
  }
}
