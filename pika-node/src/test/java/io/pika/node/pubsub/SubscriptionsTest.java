package io.pika.node.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Glob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
  private static final int TABLE = 3;
  private static final Bytes NEWS = Bytes.of("news");

  private final Subscriptions subscriptions = new Subscriptions();

  /** A session that keeps its messages, as RESP2 has them with blanks for line ends. */
  private final class Listener implements Subscriber {
    final OwnChannels own = new OwnChannels();
    final List<String> heard = new CopyOnWriteArrayList<>();

    @Override
    public void deliver(Message message) {
      heard.add(message.resp2().utf8().replace("\r\n", " ").strip());
    }

    Listener on(ChannelKind kind, String name) {
      subscriptions.subscribe(TABLE, kind, Bytes.of(name), this, own);
      return this;
    }

    void off(ChannelKind kind, String name) {
      subscriptions.unsubscribe(TABLE, kind, Bytes.of(name), this, own);
    }
  }

  private int publish(int table, String channel, String content) {
    return subscriptions.publish(table, Bytes.of(channel), content.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aMessageGoesToItsChannelAndThenToThePatternsThatFit() {
    Listener listener = new Listener().on(ChannelKind.PATTERN, "n*").on(ChannelKind.PATTERN, "x*")
        .on(ChannelKind.CHANNEL, "news").on(ChannelKind.SHARD, "news");
    assertThat(publish(TABLE, "news", "hi")).isEqualTo(2);
    assertThat(listener.heard).containsExactly("*3 $7 message $4 news $2 hi",
        "*4 $8 pmessage $2 n* $4 news $2 hi");
  }

  @Test
  void shardChannelsAreANameSpaceOfTheirOwn() {
    Listener shard = new Listener().on(ChannelKind.SHARD, "news");
    Listener channel = new Listener().on(ChannelKind.CHANNEL, "news").on(ChannelKind.PATTERN, "*");
    assertThat(subscriptions.publishToShard(TABLE, NEWS, new byte[]{'1'})).isEqualTo(1);
    assertThat(shard.heard).containsExactly("*3 $8 smessage $4 news $1 1");
    assertThat(channel.heard).isEmpty();
  }

  @Test
  void aMessageNeverLeavesItsTable() {
    Listener listener = new Listener().on(ChannelKind.CHANNEL, "news").on(ChannelKind.PATTERN, "*");
    assertThat(publish(TABLE + 1, "news", "hi")).isZero();
    assertThat(subscriptions.names(TABLE + 1, ChannelKind.CHANNEL, null)).isEmpty();
    assertThat(subscriptions.listeners(TABLE + 1, ChannelKind.CHANNEL, NEWS)).isZero();
    assertThat(listener.heard).isEmpty();
  }

  @Test
  void subscribingTwiceIsSubscribingOnce() {
    Listener listener = new Listener().on(ChannelKind.CHANNEL, "news").on(ChannelKind.CHANNEL, "news");
    assertThat(listener.own.size()).isEqualTo(1);
    assertThat(publish(TABLE, "news", "hi")).isEqualTo(1);
    listener.off(ChannelKind.CHANNEL, "news");
    listener.off(ChannelKind.CHANNEL, "news");
    assertThat(publish(TABLE, "news", "hi")).isZero();
  }

  @Test
  void whoLeavesAllLeavesNothingBehind() {
    Listener stays = new Listener().on(ChannelKind.CHANNEL, "news");
    Listener leaves = new Listener().on(ChannelKind.CHANNEL, "news").on(ChannelKind.CHANNEL, "own")
        .on(ChannelKind.PATTERN, "*").on(ChannelKind.SHARD, "s");
    assertThat(leaves.own.bytes()).isPositive();
    subscriptions.unsubscribeAll(TABLE, leaves, leaves.own);
    assertThat(leaves.own.isEmpty()).isTrue();
    assertThat(leaves.own.bytes()).isZero();
    assertThat(subscriptions.names(TABLE, ChannelKind.CHANNEL, null)).containsExactly(NEWS);
    assertThat(subscriptions.size(ChannelKind.PATTERN) + subscriptions.size(ChannelKind.SHARD)).isZero();
    assertThat(publish(TABLE, "news", "hi")).isEqualTo(1);
    assertThat(stays.heard).hasSize(1);
  }

  @Test
  void namesAreFoundByPattern() {
    new Listener().on(ChannelKind.CHANNEL, "news").on(ChannelKind.CHANNEL, "new").on(ChannelKind.CHANNEL,
        "old");
    Glob pattern = new Glob("new*".getBytes(StandardCharsets.UTF_8));
    assertThat(subscriptions.names(TABLE, ChannelKind.CHANNEL, pattern))
        .containsExactlyInAnyOrder(NEWS, Bytes.of("new"));
    assertThat(subscriptions.names(TABLE, ChannelKind.CHANNEL, null)).hasSize(3);
  }

  /** Whatever was done before: a message reaches exactly those that a plain list of subscriptions says. */
  @Test
  void randomSubscriptionsAgreeWithAList() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Listener> listeners = new ArrayList<>();
    List<Set<String>> model = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      listeners.add(new Listener());
      model.add(new HashSet<>());
    }
    for (int step = 0; step < 20_000; step++) {
      int who = random.nextInt(listeners.size());
      ChannelKind kind = ChannelKind.values()[random.nextInt(3)];
      String name = "c" + random.nextInt(6);
      if (random.nextInt(3) == 0) {
        listeners.get(who).on(kind, name);
        model.get(who).add(kind + name);
      } else {
        listeners.get(who).off(kind, name);
        model.get(who).remove(kind + name);
      }
      String channel = "c" + random.nextInt(6);
      long expected = model.stream().filter(own -> own.contains("CHANNEL" + channel)).count()
          + model.stream().filter(own -> own.contains("PATTERN" + channel)).count();
      assertThat(publish(TABLE, channel, "x")).as("seed %d step %d", seed, step).isEqualTo((int) expected);
    }
  }

  @Test
  void whoHasSubscribedBeforeAMessageIsPublishedHearsIt() throws Exception {
    CountDownLatch stop = new CountDownLatch(1);
    Thread others = Thread.ofPlatform().start(() -> {
      while (stop.getCount() > 0) {
        Listener passing = new Listener().on(ChannelKind.CHANNEL, "news");
        subscriptions.unsubscribeAll(TABLE, passing, passing.own);
      }
    });
    for (int i = 0; i < 20_000; i++) {
      Listener listener = new Listener().on(ChannelKind.CHANNEL, "news");
      publish(TABLE, "news", "hi");
      assertThat(listener.heard).hasSize(1);
      listener.off(ChannelKind.CHANNEL, "news");
    }
    stop.countDown();
    others.join();
    assertThat(subscriptions.size(ChannelKind.CHANNEL)).isZero();
  }
}
