package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages between nodes, over the protocol that nodes speak. */
@Timeout(60)
class PubSubClusterTest {
  private static ServedCluster cluster;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    cluster = new ServedCluster(directory, 3);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @AfterEach
  void disconnect() throws Exception {
    cluster.disconnect();
  }

  private static List<String> texts(RespValue message) {
    return message.items().stream().map(RespValue::text).toList();
  }

  @Test
  void aMessageReachesSubscribersOfEveryNodeAndAllAreCounted() throws Exception {
    RespConnection first = cluster.subscriber(1, "SUBSCRIBE", "news");
    RespConnection second = cluster.subscriber(2, "PSUBSCRIBE", "n*");
    RespConnection third = cluster.subscriber(3, "SUBSCRIBE", "news", "other");
    assertThat(cluster.connect(2).call("PUBLISH", "news", "hi").number()).isEqualTo(3);
    assertThat(texts(first.read())).containsExactly("message", "news", "hi");
    assertThat(texts(second.read())).containsExactly("pmessage", "n*", "news", "hi");
    assertThat(texts(third.read())).containsExactly("message", "news", "hi");
  }

  @Test
  void shardChannelsReachEveryNodeToo() throws Exception {
    RespConnection listener = cluster.subscriber(3, "SSUBSCRIBE", "news");
    assertThat(cluster.connect(1).call("SPUBLISH", "news", "hi").number()).isEqualTo(1);
    assertThat(texts(listener.read())).containsExactly("smessage", "news", "hi");
    assertThat(cluster.connect(1).call("PUBLISH", "news", "hi").number()).isZero();
  }

  @Test
  void shardChannelsOfSeveralSlotsAreRefused() throws Exception {
    assertThat(cluster.connect(1).call("SSUBSCRIBE", "a", "b", "c").text()).startsWith("CROSSSLOT");
    assertThat(cluster.connect(1).call("SSUBSCRIBE", "{a}1", "{a}2").items()).hasSize(3);
  }

  @Test
  void messagesOfOnePublisherArriveInOrder() throws Exception {
    RespConnection near = cluster.subscriber(1, "SUBSCRIBE", "news");
    RespConnection far = cluster.subscriber(2, "SUBSCRIBE", "news");
    RespConnection publisher = cluster.connect(1);
    int count = 20_000;
    Thread sender = Thread.ofVirtual().start(() -> {
      try {
        for (int i = 0; i < count; i++) {
          publisher.send("PUBLISH", "news", Integer.toString(i));
        }
        publisher.flush();
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    });
    for (int i = 0; i < count; i++) {
      assertThat(publisher.read().number()).isEqualTo(2);
      assertThat(near.read().items().getLast().text()).isEqualTo(Integer.toString(i));
      assertThat(far.read().items().getLast().text()).isEqualTo(Integer.toString(i));
    }
    sender.join();
  }

  @Test
  void tablesDoNotHearEachOther() throws Exception {
    RespConnection shop = cluster.connect(2);
    assertThat(shop.call("SELECT", "shop")).isEqualTo(RespValue.OK);
    shop.call("SUBSCRIBE", "news");
    RespConnection publisher = cluster.connect(1);
    assertThat(publisher.call("PUBLISH", "news", "not for the shop").number()).isZero();
    assertThat(publisher.call("PUBSUB", "CHANNELS").items()).isEmpty();
    assertThat(publisher.call("PUBSUB", "NUMSUB", "news").items().getLast().number()).isZero();
    publisher.call("SELECT", "shop");
    assertThat(publisher.call("PUBLISH", "news", "for the shop").number()).isEqualTo(1);
    assertThat(texts(shop.read())).containsExactly("message", "news", "for the shop");
  }

  @Test
  void whoGoesToAnotherTableLeavesTheChannelsOfTheOldOne() throws Exception {
    RespConnection mover = cluster.connect(1);
    mover.call("HELLO", "3");
    mover.call("SUBSCRIBE", "news");
    mover.call("SELECT", "shop");
    RespConnection publisher = cluster.connect(2);
    assertThat(publisher.call("PUBLISH", "news", "x").number()).isZero();
    publisher.call("SELECT", "shop");
    assertThat(publisher.call("PUBLISH", "news", "x").number()).isZero();
  }

  @Test
  void questionsAreAnsweredForAllNodes() throws Exception {
    cluster.subscriber(1, "SUBSCRIBE", "news", "one");
    cluster.subscriber(2, "SUBSCRIBE", "news", "two");
    cluster.subscriber(2, "PSUBSCRIBE", "n*", "o*");
    cluster.subscriber(3, "PSUBSCRIBE", "n*");
    cluster.subscriber(3, "SSUBSCRIBE", "news");
    RespConnection client = cluster.connect(3);
    assertThat(texts(client.call("PUBSUB", "CHANNELS"))).containsExactlyInAnyOrder("news", "one", "two");
    assertThat(texts(client.call("PUBSUB", "CHANNELS", "n*"))).containsExactly("news");
    assertThat(texts(client.call("PUBSUB", "NUMSUB", "two", "news", "none"))).containsExactly("two", "1",
        "news",
        "2", "none", "0");
    assertThat(client.call("PUBSUB", "NUMPAT").number()).isEqualTo(2);
    assertThat(texts(client.call("PUBSUB", "SHARDCHANNELS"))).containsExactly("news");
    assertThat(texts(client.call("PUBSUB", "SHARDNUMSUB", "news"))).containsExactly("news", "1");
  }

  @Test
  void whoGetsAMessageSeesWhatItsPublisherWroteBefore() throws Exception {
    RespConnection listener = cluster.subscriber(3, "SUBSCRIBE", "changed");
    RespConnection reader = cluster.connect(3);
    RespConnection writer = cluster.connect(2);
    for (int i = 0; i < 100; i++) {
      writer.send("SET", "key", Integer.toString(i));
      writer.send("PUBLISH", "changed", Integer.toString(i));
      writer.flush();
      String heard = listener.read().items().getLast().text();
      assertThat(Integer.parseInt(reader.call("GET", "key").text()))
          .isGreaterThanOrEqualTo(Integer.parseInt(heard));
      writer.read();
      writer.read();
    }
  }

  @Test
  void aSubscriberThatFetchesNothingIsDisconnectedAndOthersGoOn() throws Exception {
    RespConnection lazy = cluster.subscriber(2, "SUBSCRIBE", "news");
    RespConnection keen = cluster.subscriber(2, "SUBSCRIBE", "news");
    RespConnection publisher = cluster.connect(1);
    String megabyte = "x".repeat(1 << 20);
    for (int i = 0; i < 64; i++) {
      publisher.call("PUBLISH", "news", megabyte);
      assertThat(keen.read().items()).hasSize(3);
    }
    await().until(() -> publisher.call("PUBLISH", "news", "end").number() == 1);
    assertThat(publisher.call("PUBSUB", "NUMSUB", "news").items().getLast().number()).isEqualTo(1);
    assertThat(lazy).isNotNull();
  }

  @Test
  void anExpiredKeyIsToldOfOnEveryNodeWithoutBeingLookedFor() throws Exception {
    RespConnection operator = cluster.connect(1);
    operator.call("CONFIG", "SET", "notify-keyspace-events", "Ex");
    RespConnection listener = cluster.subscriber(3, "SUBSCRIBE", "__keyevent@0__:expired");
    cluster.connect(2).call("SET", "short", "1", "PX", "1");
    assertThat(texts(listener.read())).containsExactly("message", "__keyevent@0__:expired", "short");
    operator.call("CONFIG", "SET", "notify-keyspace-events", "");
  }

  @Test
  void clientsSeeWhoIsSubscribed() throws Exception {
    cluster.subscriber(1, "SUBSCRIBE", "a", "b", "c");
    cluster.subscriber(1, "PSUBSCRIBE", "a*");
    cluster.subscriber(1, "SSUBSCRIBE", "{a}1", "{a}2");
    RespConnection client = cluster.connect(1);
    String lines = client.call("CLIENT", "LIST", "TYPE", "pubsub").text();
    assertThat(lines.lines()).hasSize(3);
    assertThat(lines).contains("flags=P").contains("sub=3 psub=0 ssub=0").contains("sub=0 psub=1 ssub=0")
        .contains("sub=0 psub=0 ssub=2");
    assertThat(client.call("CLIENT", "LIST", "TYPE", "normal").text().lines()).hasSize(1);
    assertThat(client.call("INFO", "stats").text()).contains("pubsub_channels:3")
        .contains("pubsub_patterns:1")
        .contains("pubsubshard_channels:2");
  }

  @Test
  void tooManyChannelsAreRefusedAsAWhole() throws Exception {
    String[] command = new String[Subscribing.MAX_CHANNELS + 2];
    command[0] = "SUBSCRIBE";
    for (int i = 1; i < command.length; i++) {
      command[i] = "channel" + i;
    }
    RespConnection client = cluster.connect(1);
    assertThat(client.call(command).text()).startsWith("ERR a connection may be subscribed to at most");
    assertThat(client.call("PUBSUB", "CHANNELS").items()).isEmpty();
  }
}
